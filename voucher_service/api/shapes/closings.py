"""Shapes of a campaign's end, of refunds and of carry-overs."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from voucher_service.api.shapes.common import Numbered
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text, Word

Choice = Literal["refund", "carry_over"]


class AlertOut(Body):
    """An alert before the last day, and when it was given."""

    days_before: int
    on: date
    told_at: datetime | None


class BookletsOut(Body):
    """How many booklets there are, in numbers that never say whose."""

    issued: int
    handed_over: int
    not_handed_over: int
    started: int


class ObstacleOut(Body):
    """Something that is still open, and what it is."""

    reason: str
    detail: str


class ApprovalOut(Body):
    """A funder's agreement; ``reference`` when it was given on paper."""

    funder: Id
    approved_at: datetime
    reference: str | None


class CreditOut(Body):
    """What a funder was given back, what it still has on deposit, and what it wants done with it.

    A funder reads its own.
    """

    funder: Id
    credit_notes: list[str]
    deposit_cents: int
    choice: Choice | None


State = Literal["ahead", "started", "approved", "closed"]


class ClosingOut(Body):
    """The end of a campaign: its days, how far it has come, and what is still open.

    ``state``: ahead, started, approved by every funder, or closed by its joint statement.
    """

    campaign: Id
    state: State
    alerts: list[AlertOut]
    last_day: date
    grace_until: date
    uploads_until: date
    statement_after: datetime
    booklets: BookletsOut
    round: int
    started_at: datetime | None
    approvals: list[ApprovalOut]
    open: list[ObstacleOut]
    statement: str | None
    credits: list[CreditOut]


class ApproveIn(Body):
    """Nothing, from a funder for itself. Else which funder, and the paper that it decided by."""

    funder: Id | None = None
    reference: Text | None = None


class AccountBody(Body):
    """Where a refund goes: the account, and its holder exactly as the bank knows it."""

    iban: Annotated[str, Field(max_length=50)]
    holder: Text


class RefundChoice(Body):
    """Send the deposit home."""

    choice: Literal["refund"]
    funder: Id | None = None
    account: AccountBody


class CarryOverChoice(Body):
    """Leave the deposit in the account, and cover the call of an order with it, if there is one."""

    choice: Literal["carry_over"]
    funder: Id | None = None
    order: Id | None = None


class ChoiceIn(Body):
    """What a funder wants done with its unused money. ``funder`` unless it says so itself."""

    to: Annotated[RefundChoice | CarryOverChoice, Field(discriminator="choice")]


class ChoiceOut(Body):
    """What was chosen, and what came of it: a refund asked for, or an amount carried over."""

    funder: Id
    choice: Choice
    refund: str | None
    carry_over: str | None
    carried_cents: int
    deposit_cents: int


class RefundIn(Body):
    """Whose deposit of a campaign is sent home, and to which account."""

    funder: Id
    account: AccountBody


class RefundsIn(Numbered):
    """Which refunds."""

    campaign: Id | None = None


class RefundOut(Body):
    """A refund, and how far it has come. Its number is the reference on the bank's line."""

    number: str
    campaign: Id
    funder: Id
    amount_cents: int
    iban_masked: str
    holder: str
    state: Literal["asked", "approved", "sent", "settled", "returned", "rejected", "withdrawn"]
    asked_at: datetime
    approved_at: datetime | None
    sent_at: datetime | None
    batch: str | None
    ended_at: datetime | None
    reason: str | None


class RefundBatchIn(Body):
    """Which approved refunds to send home: all of them, or some."""

    refunds: Annotated[list[Word], Field(min_length=1, max_length=5_000)] | None = None


class RefundPaymentOut(Body):
    """One deposit on its way home."""

    refund: str
    campaign: Id
    funder: Id
    holder: str
    iban_masked: str
    amount_cents: int


class RefundBatchOut(Body):
    """A file that sends deposits home."""

    number: str
    state: Literal["made", "approved", "cancelled"]
    execution_day: date
    total_cents: int
    sha256: str
    file_sha256: str
    made_at: datetime
    made_by: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    lines: list[RefundPaymentOut]
