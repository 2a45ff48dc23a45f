"""Shapes of the operator's fees: invoices, credit notes, payments, balances."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from voucher_service.http.body import Body
from voucher_service.http.fields import Cents, Day, Id, Text, Word


class FeeLine(Body):
    """Something sold, without VAT."""

    label: Text
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unit_cents: Annotated[Cents, Field(le=10**11)]


class FeeInvoiceIn(Body):
    """A fee invoice to be. Face value is never on one: a call for funds asks for it."""

    funder: Id
    lines: Annotated[list[FeeLine], Field(min_length=1, max_length=200)]
    subject: Text | None = None
    supplied_on: Day | None = None
    engagement_number: Text | None = None
    service_code: Text | None = None


class FeeCreditNoteIn(Body):
    """What is taken back from an invoice, without VAT, and why."""

    net_cents: Cents
    reason: Text


class FeePaymentIn(Body):
    """Money that came for an invoice on the operator's own account."""

    amount_cents: Cents
    received_on: Day
    reference: Text


class FeesIn(Body):
    """Whose, and which part of the list."""

    funder: Id | None = None
    cursor: Word | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class FeeDocumentOut(Body):
    """A fee invoice or credit note. ``left_cents`` below zero is given back."""

    number: str
    kind: Literal["fee_invoice", "fee_credit_note"]
    funder: Id
    corrects: str | None
    net_cents: int
    vat_cents: int
    total_cents: int
    credited_cents: int
    paid_cents: int
    left_cents: int
    sha256: str
    issued_at: datetime


class FeeBalance(Body):
    """One account of the operator's own books: credited minus debited cents."""

    account: str
    cents: int


class FeeBalances(Body):
    """The operator's own books."""

    items: list[FeeBalance]
