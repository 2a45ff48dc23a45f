"""A payout batch as a bank reads it: ISO 20022 pain.001.001.09, SEPA credit transfers.

The same batch gives the same bytes, on any machine: no clock, no chance, no list of banks. What the
schema does not check and banks refuse is checked here first: the EPC's alphabet, lengths,
identifiers, amounts, settlement days, national check digits. Nothing is cut or guessed: what does
not fit is a fault. Unstructured addresses are never written: SEPA refuses them since 15 November
2026.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from voucher_service.core.campaign import PARIS
from voucher_service.core.errors import Invalid
from voucher_service.core.payout_batch import Account, CreditTransfer, PayoutBatch
from voucher_service.core.target_days import is_target_day
from voucher_service.payments.characters import is_identifier, sepa_text
from voucher_service.payments.safe_xml import parse

MESSAGE = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{MESSAGE}"
SCHEMAS = Path(__file__).parent / "schemas"

LONGEST_NAME, LONGEST_REMITTANCE, LONGEST_TOWN = 70, 140, 35

MOST_CENTS = 99_999_999_999
"""999,999,999.99 euros: the most that one SEPA credit transfer may carry."""


def pain_001(batch: PayoutBatch) -> bytes:
    """The file of a batch; raises :class:`Invalid` with every fault when a bank would refuse it."""
    faults = list(faults_of(batch))
    if faults:
        raise Invalid("unfit_for_bank", f"The bank would refuse this: {'; '.join(faults)}.")
    return _checked(_written(batch))


# What a bank would refuse


def faults_of(batch: PayoutBatch) -> Iterator[str]:
    """Everything that makes a batch unfit, with its place."""
    if not is_identifier(batch.number):
        yield f"{batch.number!r} is not an identifier"
    if not is_target_day(batch.execution_day):
        yield f"{batch.execution_day} is not a settlement day"
    if batch.execution_day < batch.made_at.astimezone(PARIS).date():
        yield f"{batch.execution_day} is past"
    if not batch.payments:
        yield "there is nothing to pay"
    yield from (f"debtor: {fault}" for fault in account_faults(batch.debtor))
    if not (batch.debtor.town and batch.debtor.country):
        yield "debtor: the town and the country are missing"
    counted = Counter(payment.end_to_end for payment in batch.payments)
    yield from (f"{name} stands {count} times" for name, count in counted.items() if count > 1)
    for payment in batch.payments:
        yield from (f"{payment.end_to_end}: {fault}" for fault in payment_faults(payment))


def payment_faults(payment: CreditTransfer) -> Iterator[str]:
    """What makes one payment unfit."""
    if not is_identifier(payment.end_to_end):
        yield "its reference is not an identifier"
    if type(payment.cents) is not int or not 0 < payment.cents <= MOST_CENTS:
        yield f"{payment.cents!r} cents cannot be paid"
    if not 0 < len(sepa_text(payment.remittance)) <= LONGEST_REMITTANCE:
        yield f"its text does not fit {LONGEST_REMITTANCE} signs"
    yield from account_faults(payment.account)


def account_faults(account: Account) -> Iterator[str]:
    """What makes an account unfit: its holder's name, its number, its address."""
    name = sepa_text(account.holder)
    if not name:
        yield "no sign of the holder's name is in the banks' alphabet"
    elif len(name) > LONGEST_NAME:
        yield f"the holder's name has over {LONGEST_NAME} signs: ask for the bank's short form"
    if not _payable(account.iban):
        yield "the IBAN is not one of the SEPA area, or its check digits are wrong"
    if bool(account.town) != bool(account.country):
        yield "an address has both a town and a country"
    elif account.town and not 0 < len(sepa_text(account.town)) <= LONGEST_TOWN:
        yield f"the town does not fit {LONGEST_TOWN} signs"


def _payable(iban: str) -> bool:
    try:
        # With the national key: a French account with a wrong one passes the two IBAN digits.
        checked = IBAN(iban, validate_bban=True)
    except SchwiftyException:
        return False
    return checked.in_sepa_zone and str(checked) == iban


# How it is written


def _written(batch: PayoutBatch) -> bytes:
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})
    initiation = _add(root, "CstmrCdtTrfInitn")
    header = _add(initiation, "GrpHdr")
    _add(header, "MsgId", batch.number)
    _add(header, "CreDtTm", batch.made_at.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M:%S"))
    _sums(header, batch)
    _add(header, "InitgPty/Nm", sepa_text(batch.debtor.holder))
    order = _add(initiation, "PmtInf")
    _add(order, "PmtInfId", batch.number)
    _add(order, "PmtMtd", "TRF")
    _add(order, "BtchBookg", "false")  # each payment is a line of the statement
    _sums(order, batch)
    _add(order, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _add(order, "ReqdExctnDt/Dt", batch.execution_day.isoformat())
    _party(order, "Dbtr", batch.debtor)
    _add(order, "DbtrAcct/Id/IBAN", batch.debtor.iban)
    _agent(order, batch.debtor.bic)
    _add(order, "ChrgBr", "SLEV")
    for payment in batch.payments:
        _payment(_add(order, "CdtTrfTxInf"), payment)
    file: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return file


def _payment(place: etree._Element, payment: CreditTransfer) -> None:
    _add(place, "PmtId/EndToEndId", payment.end_to_end)
    _add(place, "Amt/InstdAmt", euros(payment.cents)).set("Ccy", "EUR")
    # No CdtrAgt: the IBAN alone says the bank, and a list of banks would change the bytes one day.
    _party(place, "Cdtr", payment.account)
    _add(place, "CdtrAcct/Id/IBAN", payment.account.iban)
    _add(place, "RmtInf/Ustrd", sepa_text(payment.remittance))


def _sums(place: etree._Element, batch: PayoutBatch) -> None:
    _add(place, "NbOfTxs", str(len(batch.payments)))
    _add(place, "CtrlSum", euros(batch.total_cents))


def _party(place: etree._Element, role: str, account: Account) -> None:
    party = _add(place, role)
    _add(party, "Nm", sepa_text(account.holder))
    if account.town:
        address = _add(party, "PstlAdr")
        _add(address, "TwnNm", sepa_text(account.town))
        _add(address, "Ctry", account.country)


def _agent(place: etree._Element, bic: str) -> None:
    bank = _add(place, "DbtrAgt/FinInstnId")
    if bic:
        _add(bank, "BICFI", bic)
    else:  # an empty element is refused
        _add(bank, "Othr/Id", "NOTPROVIDED")


def _add(place: etree._Element, path: str, text: str | None = None) -> etree._Element:
    """A new element, and those that lead to it; the last one holds the text."""
    for name in path.split("/"):
        place = etree.SubElement(place, f"{{{NAMESPACE}}}{name}")
    place.text = text
    return place


def euros(cents: int) -> str:
    """Cents as banks write them: ``1234.50``."""
    return f"{cents // 100}.{cents % 100:02d}"


def _checked(file: bytes) -> bytes:
    """The same file, if ISO's schema accepts it."""
    schema = etree.XMLSchema(etree.parse(SCHEMAS / f"{MESSAGE}.xsd"))
    if not schema.validate(parse(file)):
        raise Invalid("not_pain_001", f"Not a {MESSAGE}: {schema.error_log.last_error.message}")
    return file
