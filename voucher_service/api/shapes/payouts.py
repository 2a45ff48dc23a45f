"""Shapes of bank accounts, payout batches and payouts. An IBAN is never given back whole."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from voucher_service.api.shapes.common import Limit
from voucher_service.core.payout_batch import Hindrance
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text, Word
from voucher_service.store.queries.payouts import BatchState, State

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
LARGEST_CHOICE = 5_000


class BankAccountIn(Body):
    """Where an association wants to be paid; the holder exactly as the bank knows it."""

    iban: Text
    holder: Text
    town: Text | None = None
    country: Country | None = None


class BankAccountOut(Body):
    """An account of an association and how far it has come."""

    id: Id
    association: Id
    iban_masked: str
    holder: str
    state: Literal["proposed", "refused", "current", "blocked", "replaced"]
    proposed_at: datetime
    proposed_by: str
    confirmed_at: datetime | None
    confirmed_by: str | None
    usable_from: datetime | None
    blocked_reason: str | None
    refusal: str | None


class BatchIn(Body):
    """Which approved statements to pay: those of a period, or some of them."""

    period: Word
    statements: Annotated[list[Word], Field(min_length=1, max_length=LARGEST_CHOICE)] | None = None


class BatchOut(Body):
    """A payout batch: ``sha256`` is its document's, ``file_sha256`` the bank file's."""

    number: str
    period: str
    state: BatchState
    execution_day: date
    payments: int
    total_cents: int
    sha256: str
    file_sha256: str
    made_at: datetime
    made_by: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


class PaymentOut(Body):
    """One payment of a batch."""

    end_to_end: str
    statement: str
    association: Id
    holder: str
    iban_masked: str
    amount_cents: int


class LeftOutOut(Body):
    """A statement that is not paid now, why, and what to do."""

    statement: str
    association: Id
    amount_cents: int
    reason: Hindrance
    title: str
    next_step: str
    until: datetime | None


class PayablesOut(Body):
    """What a batch of a period would pay now, and what it would leave out."""

    payments: list[PaymentOut]
    left_out: list[LeftOutOut]
    total_cents: int


class BatchDetail(BatchOut):
    """A batch with its payments, and with what it leaves out."""

    lines: list[PaymentOut]
    left_out: list[LeftOutOut]


class PayoutsIn(Body):
    """Which payouts: what is given must agree."""

    association: Id | None = None
    statement: Word | None = None
    batch: Word | None = None
    cursor: Word | None = None
    limit: Limit = 100


class BankReason(Body):
    """Why a bank refused a payment or gave it back, and what to do."""

    code: str
    title: str
    next_step: str


class PayoutOut(Body):
    """One payment to an association and how far it has come."""

    end_to_end: str
    number: str
    """The same, under the name that documents have in lists."""
    statement: str
    association: Id
    batch: str | None
    amount_cents: int
    taken_back_cents: int
    """What Stripe took back of it; less than the whole leaves it settled."""
    state: State
    sent_at: datetime | None
    settled_at: datetime | None
    reason: BankReason | None
