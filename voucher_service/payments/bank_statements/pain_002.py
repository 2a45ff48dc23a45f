"""ISO 20022 pain.002: what the bank answers to a payment file, whole or payment by payment."""

from collections.abc import Iterator

from lxml import etree

from voucher_service.core.bank_file import BankFile, PaymentAnswer
from voucher_service.payments.bank_statements.reading import unreadable

REPORT = "CstmrPmtStsRpt"


def read_answers(root: etree._Element, form: str) -> BankFile:
    """A pain.002. A status of a group or batch is told only when no payment in it has its own."""
    report = root.find(f"{{*}}{REPORT}")
    group = report.find("{*}OrgnlGrpInfAndSts")
    batch = _text(group, "OrgnlMsgId")
    if not batch:
        raise unreadable("the answer does not say to which file")
    payments = [
        answer
        for part in report.findall("{*}OrgnlPmtInfAndSts")
        for answer in _payments(part, batch)
    ]
    whole = [PaymentAnswer(batch, "", status, _reason(group)) for status in _statuses(group)]
    return BankFile(form, answers=payments or whole)


def _statuses(group: etree._Element) -> Iterator[str]:
    if status := _text(group, "GrpSts"):
        yield status


def _payments(part: etree._Element, batch: str) -> Iterator[PaymentAnswer]:
    transactions = part.findall("{*}TxInfAndSts")
    for item in transactions:
        yield PaymentAnswer(
            batch,
            _text(item, "OrgnlEndToEndId"),
            _text(item, "TxSts"),
            _reason(item) or _reason(part),
        )
    if not transactions and (status := _text(part, "PmtInfSts")):
        yield PaymentAnswer(batch, "", status, _reason(part))


def _reason(item: etree._Element) -> str:
    return _text(item, "StsRsnInf/Rsn/Cd") or _text(item, "StsRsnInf/Rsn/Prtry")


def _text(item: etree._Element, path: str) -> str:
    if item is None:
        return ""
    found = item.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return (found.text or "").strip() if found is not None else ""
