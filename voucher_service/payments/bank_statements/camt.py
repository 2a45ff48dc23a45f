"""ISO 20022 camt.053 (statements) and camt.054 (notifications), versions 02 to 08 and later.

The versions differ in where a name or a status stands; both places are looked at. The reason of a
return is read at its exact path: the first code inside ``RtrInf`` is another one. Only booked
entries count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lxml import etree

from voucher_service.core.bank_file import (
    BankEntry,
    BankFile,
    BankStatement,
    Direction,
    Notification,
)
from voucher_service.core.references import is_creditor_reference
from voucher_service.payments.bank_statements.reading import (
    cents_of,
    day_of,
    on_one_line,
    unreadable,
)

STATEMENT = "BkToCstmrStmt"
NOTIFICATION = "BkToCstmrDbtCdtNtfctn"
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
"""Codes of balances: some banks open with what they closed the day before."""

NOT_PROVIDED = "NOTPROVIDED"


def read_statements(root: etree._Element, form: str) -> BankFile:
    """A camt.053."""
    return BankFile(form, statements=[_statement(item) for item in _all(root, f"{STATEMENT}/Stmt")])


def read_notifications(root: etree._Element, form: str) -> BankFile:
    """A camt.054."""
    return BankFile(
        form,
        notifications=[
            Notification(_account(item), list(_entries(item)))
            for item in _all(root, f"{NOTIFICATION}/Ntfctn")
        ],
    )


def _statement(item: etree._Element) -> BankStatement:
    opening, closing = _balance(item, OPENING), _balance(item, CLOSING)
    return BankStatement(
        _account(item),
        _text(item, "Id"),
        opening[0],
        opening[1],
        closing[0],
        closing[1],
        list(_entries(item)),
    )


def _account(item: etree._Element) -> str:
    return _first(item, "Acct/Id/IBAN", "Acct/Id/Othr/Id").replace(" ", "")


def _balance(item: etree._Element, codes: Sequence[str]) -> tuple[date, int]:
    for balance in _all(item, "Bal"):
        if _text(balance, "Tp/CdOrPrtry/Cd") in codes:
            return day_of(_first(balance, "Dt/Dt", "Dt/DtTm")), _signed(balance)
    raise unreadable(f"the balance {codes[0]} is missing")


def _signed(item: etree._Element) -> int:
    cents = _cents(item, "Amt")
    return cents if _direction(item) is Direction.CREDIT else -cents


def _direction(item: etree._Element) -> Direction:
    match _text(item, "CdtDbtInd"):
        case "CRDT":
            return Direction.CREDIT
        case "DBIT":
            return Direction.DEBIT
    raise unreadable("an amount is neither a credit nor a debit")


def _cents(item: etree._Element, path: str) -> int:
    (amount, *_) = _all(item, path) or [None]
    if amount is None or amount.get("Ccy") != "EUR":
        raise unreadable("an amount is missing, or not in euros")
    cents = cents_of(amount.text or "")
    if cents < 0:
        raise unreadable("an amount is negative")
    return cents


def _entries(item: etree._Element) -> Iterator[BankEntry]:
    for entry in _all(item, "Ntry"):
        if _first(entry, "Sts/Cd", "Sts") == "BOOK" and _cents(entry, "Amt"):
            yield from _entry(entry)


def _entry(entry: etree._Element) -> Iterator[BankEntry]:
    """One line for each payment inside, when their amounts are told and add up; else one line."""
    details = _all(entry, "NtryDtls/TxDtls")
    amounts = [_amount_of(detail) for detail in details]
    whole = _cents(entry, "Amt")
    if len(details) > 1 and None not in amounts and sum(map(int, filter(None, amounts))) == whole:
        for detail, cents in zip(details, amounts, strict=True):
            yield _line(entry, detail, int(cents or 0))
    else:
        yield _line(entry, details[0] if len(details) == 1 else None, whole)


def _amount_of(detail: etree._Element) -> int | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        if _all(detail, path):
            return _cents(detail, path)
    return None


def _line(entry: etree._Element, detail: etree._Element | None, cents: int) -> BankEntry:
    direction = _direction(entry)
    booked_on = day_of(_first(entry, "BookgDt/Dt", "BookgDt/DtTm"))
    value_on = _first(entry, "ValDt/Dt", "ValDt/DtTm")
    bare = BankEntry(booked_on, day_of(value_on) if value_on else booked_on, cents, direction)
    if detail is None:
        return replace(
            bare,
            bank_reference=_text(entry, "AcctSvcrRef"),
            batch=_first(entry, "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId"),
            text=_text(entry, "AddtlNtryInf"),
        )
    end_to_end = _text(detail, "Refs/EndToEndId")
    return replace(
        bare,
        bank_reference=_first(detail, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef"),
        end_to_end="" if end_to_end == NOT_PROVIDED else end_to_end,
        batch=_first(detail, "Refs/PmtInfId", "Refs/MsgId"),
        creditor_reference=_reference(detail),
        text=_written(entry, detail),
        name=_party(detail, direction),
        iban=_iban(detail, direction),
        return_reason=_first(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    )


def _reference(detail: etree._Element) -> str:
    given = [ref.text or "" for ref in _all(detail, "RmtInf/Strd/CdtrRefInf/Ref")]
    return next(filter(is_creditor_reference, given), given[0] if given else "")


def _written(entry: etree._Element, detail: etree._Element) -> str:
    lines = [line.text or "" for line in _all(detail, "RmtInf/Ustrd")]
    return on_one_line(*lines, _text(detail, "AddtlTxInf"), _text(entry, "AddtlNtryInf"))


def _party(detail: etree._Element, direction: Direction) -> str:
    other, own = ("Dbtr", "Cdtr") if direction is Direction.CREDIT else ("Cdtr", "Dbtr")
    places = [f"RltdPties/{who}/{where}" for who in (other, own) for where in ("Pty/Nm", "Nm")]
    return _first(detail, *places)


def _iban(detail: etree._Element, direction: Direction) -> str:
    other = "DbtrAcct" if direction is Direction.CREDIT else "CdtrAcct"
    return _text(detail, f"RltdPties/{other}/Id/IBAN").replace(" ", "")


def _all(item: etree._Element, path: str) -> list[etree._Element]:
    """What stands at a path, whatever version of the message it is."""
    found: list[etree._Element] = item.findall("/".join(f"{{*}}{step}" for step in path.split("/")))
    return found


def _text(item: etree._Element, path: str) -> str:
    found = _all(item, path)
    return (found[0].text or "").strip() if found else ""


def _first(item: etree._Element, *paths: str) -> str:
    """The first of some places that says something."""
    return next(filter(None, (_text(item, path) for path in paths)), "")
