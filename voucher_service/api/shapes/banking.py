"""Shapes of the bank's files and lines, and of what a person says a line is."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from voucher_service.api.shapes.common import Listing
from voucher_service.core.bank_file import Direction, MatchKind
from voucher_service.http.body import Body
from voucher_service.http.fields import Cents, Id, Text, Word
from voucher_service.store.queries.banking import State

ReasonCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,35}$")]
MOST_PARTS = 100


class BankFileOut(Body):
    """What became of a file: lines known by themselves, come back, or waiting for a person."""

    id: Id
    form: str
    new: bool
    matched: int
    returned: int
    rejected: int
    unknown: int


class BankStatementOut(Body):
    """A statement in the chain: it opens where the one before it closed."""

    id: Id
    number: int
    reference: str
    form: str
    sha256: str
    opening_day: date
    opening_cents: int
    closing_day: date
    closing_cents: int


class BankLinesIn(Listing):
    """Which lines."""

    state: State | None = None
    statement: Id | None = None


class MatchOut(Body):
    """What a line, or a part of it, is."""

    kind: MatchKind
    target: str
    amount_cents: int


class ProposalOut(Body):
    """What an unknown line might be, since amount and account agree: a person decides."""

    amount_cents: int
    end_to_end: str | None
    order: Id | None
    funder: Id | None


class BankLineOut(Body):
    """One movement on the account."""

    id: Id
    statement: Id | None
    booked_on: date
    value_on: date
    amount_cents: int
    direction: Direction
    bank_reference: str
    end_to_end: str
    creditor_reference: str
    text: str
    name: str
    iban_masked: str
    return_reason: str
    matched_at: datetime | None
    matched_by: str | None
    matches: list[MatchOut]
    proposals: list[ProposalOut]


class PayoutMeant(Body):
    """It is a payout that was executed or, for a credit, came back for this reason.

    ``incident``: the accepted overpayment, when the bank paid more.
    """

    kind: Literal["payout"]
    end_to_end: Word
    reason: ReasonCode | None = None
    incident: Id | None = None


class ReceiptPart(Body):
    """What a funder pays for an order."""

    order: Id
    funder: Id
    amount_cents: Cents


class ReceiptsMeant(Body):
    """It is money of funders; the parts add up to the line."""

    kind: Literal["receipts"]
    parts: Annotated[list[ReceiptPart], Field(min_length=1, max_length=MOST_PARTS)]


class TakenBackMeant(Body):
    """A funder's bank took this receipt back."""

    kind: Literal["taken_back"]
    receipt: Id


class RefundMeant(Body):
    """It is a refund to a funder or, for a credit, one that came back."""

    kind: Literal["refund"]
    number: Word


class ChargeMeant(Body):
    """The bank took a charge."""

    kind: Literal["charge"]
    campaign: Id


class TopUpMeant(Body):
    """The operator put back what the account lacked."""

    kind: Literal["top_up"]
    campaign: Id


class RepaymentMeant(Body):
    """An association paid money back; ``reference`` when that was written down before."""

    kind: Literal["repayment"]
    association: Id
    campaign: Id
    reference: Text | None = None


class OverpaymentMeant(Body):
    """The bank paid an association once too often, as an accepted incident says."""

    kind: Literal["overpayment"]
    incident: Id


class WithdrawalMeant(Body):
    """The operator took its own money out: fees, or what it had advanced."""

    kind: Literal["withdrawal"]
    campaign: Id


class StripePayoutMeant(Body):
    """Stripe sent what it held of gifts, less what it kept."""

    kind: Literal["stripe_payout"]
    payout: Word


class StripeFeesMeant(Body):
    """The operator put back what Stripe had kept of gifts: of the oldest campaigns first."""

    kind: Literal["stripe_fees"]


class ToStripeMeant(Body):
    """A batch's money left for Stripe, which pays the associations."""

    kind: Literal["to_stripe"]
    batch: Word


class FromStripeMeant(Body):
    """What Stripe had not to pay came back."""

    kind: Literal["from_stripe"]
    campaign: Id


class SetAgainstMeant(Body):
    """It is not the scheme's money: this other line undoes it."""

    kind: Literal["set_against"]
    line: Id


class AssignIn(Body):
    """What a line is."""

    to: Annotated[
        PayoutMeant
        | ReceiptsMeant
        | TakenBackMeant
        | RefundMeant
        | RepaymentMeant
        | OverpaymentMeant
        | WithdrawalMeant
        | ChargeMeant
        | TopUpMeant
        | StripePayoutMeant
        | StripeFeesMeant
        | ToStripeMeant
        | FromStripeMeant
        | SetAgainstMeant,
        Field(discriminator="kind"),
    ]
