"""The operator's own books: what it earns for its service, never what passes are worth.

A pass is worth its face value and nothing else; whoever holds it for others may not pay itself out
of it (the rule for meal vouchers, Code du travail L3262-2 and L3262-3, is the model). So fees have
their own movements, accounts, documents and bank account. A :class:`FeeTransfer` is no
``Transfer``: the two cannot be written in each other's books, here by type, in the database by
table and by a check on the names of accounts.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from voucher_service.core.documents import PayTo
from voucher_service.core.errors import Conflict
from voucher_service.core.invoices import EXEMPT, STANDARD, Vat
from voucher_service.core.transfer import FEE_BOOKS

BOOKS = FEE_BOOKS
"""How the name of every account of these books begins, and no other's."""

INCOME, VAT, BANK = "fees:income", "fees:vat", "fees:bank"

INVOICES, CREDIT_NOTES = "FS", "AS"
"""The series of the documents: factures and avoirs of services."""

SERIES = (INVOICES, CREDIT_NOTES)


def receivable(funder: int) -> str:
    """What a funder owes the operator for its service."""
    return f"fees:receivable:funder:{funder}"


class FeeKind(StrEnum):
    """What happens to fees."""

    INVOICED = "fee_invoiced"
    VAT_INVOICED = "fee_vat_invoiced"
    CREDITED = "fee_credited"
    VAT_CREDITED = "fee_vat_credited"
    PAID = "fee_paid"


@dataclass(frozen=True, slots=True)
class FeeTransfer:
    """Cents from ``debit`` to ``credit`` in the operator's own books.

    ``event`` is the business key, unique for ever; ``reference`` the document behind it.
    """

    kind: FeeKind
    event: str
    debit: str
    credit: str
    cents: int
    value_date: date
    reference: str

    def __post_init__(self) -> None:
        if type(self.cents) is not int or self.cents <= 0:  # True and 1.0 are not cents
            raise ValueError(f"a transfer moves a positive number of cents, not {self.cents!r}")
        if self.debit == self.credit:
            raise ValueError(f"a transfer goes somewhere: {self.debit} to itself")
        for account in (self.debit, self.credit):
            if not account.startswith(BOOKS):
                raise ValueError(f"{account} is no account of the operator's own books")


def invoiced(number: str, funder: int, net: int, vat: int, on: date) -> list[FeeTransfer]:
    """A funder is invoiced: it owes the amount, of which the VAT is the State's."""
    return _both(FeeKind.INVOICED, FeeKind.VAT_INVOICED, number, funder, (net, vat), on)


def credited(number: str, funder: int, net: int, vat: int, on: date) -> list[FeeTransfer]:
    """Part of an invoice is taken back."""
    taken = _both(FeeKind.CREDITED, FeeKind.VAT_CREDITED, number, funder, (net, vat), on)
    return [replace(item, debit=item.credit, credit=item.debit) for item in taken]


def _both(
    kind: FeeKind,
    kind_of_vat: FeeKind,
    number: str,
    funder: int,
    amounts: tuple[int, int],
    on: date,
) -> list[FeeTransfer]:
    parts = ((kind, INCOME, amounts[0]), (kind_of_vat, VAT, amounts[1]))
    return [
        FeeTransfer(what, f"{what}:{number}", receivable(funder), account, cents, on, number)
        for what, account, cents in parts
        if cents
    ]


def paid(payment: int, number: str, funder: int, cents: int, on: date) -> FeeTransfer:
    """A funder paid an invoice, on the operator's own account."""
    event = f"{FeeKind.PAID}:{payment}"
    return FeeTransfer(FeeKind.PAID, event, BANK, receivable(funder), cents, on, number)


class FeeState(StrEnum):
    """How far a fee invoice has come."""

    DUE = "due"
    PART_PAID = "part_paid"
    LATE = "late"
    """Not all is paid, and its day is past."""
    PAID = "paid"
    CREDITED = "credited"
    """Taken back to the last cent."""


def state_of(total: int, credited: int, paid: int, due_on: date, today: date) -> FeeState:
    """The state of an invoice from its amounts in cents, all with VAT, and its last day to pay."""
    if credited >= total:
        return FeeState.CREDITED
    if credited + paid >= total:
        return FeeState.PAID
    if today > due_on:
        return FeeState.LATE
    return FeeState.PART_PAID if paid else FeeState.DUE


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """How the operator invoices: its VAT, its number if it has one, and where it is paid.

    ``pay_to`` may never be the ring-fenced account.
    """

    vat: Vat
    vat_number: str | None
    pay_to: PayTo


def terms(rate_bp: int, vat_number: str, pay_to: PayTo, ring_fenced_iban: str) -> FeeTerms:
    """The terms of these settings; refused when fees would be paid on the ring-fenced account."""
    if not pay_to.iban:
        raise Conflict("no_fee_account", "Say in VOUCHER_FEES_IBAN where fees are paid.")
    if pay_to.iban == ring_fenced_iban:
        raise Conflict("fees_on_reserved", "Fees are never paid on the ring-fenced account.")
    vat = Vat(STANDARD, rate_bp) if rate_bp else Vat(EXEMPT, 0)
    return FeeTerms(vat, vat_number or None, pay_to)
