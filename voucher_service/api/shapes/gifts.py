"""The shapes of gifts by Checkout and of what Stripe holds."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from voucher_service.http.body import Body
from voucher_service.http.fields import Cents, Email, Id, Text, Word
from voucher_service.store.queries.gifts import State


class GiftIn(Body):
    """Who is asked for how much. With ``order``, it pays that funder's call."""

    amount_cents: Cents
    name: Text
    mail: Email
    engagement: Text | None = None
    language: Literal["fr", "en"] = "fr"
    funder: Id | None = None
    order: Id | None = None


class GiftOut(Body):
    """One gift. ``url`` leads whoever has it to Stripe's page while it can be paid."""

    id: Id
    campaign: Id
    state: State
    amount_cents: int
    name: str
    engagement: str
    funder: Id | None
    order: Id | None
    round: Annotated[Id | None, Field(description="The campaign that holds its passes.")]
    passes: int | None
    url: str | None
    asked_at: datetime
    paid_at: datetime | None
    funded_at: datetime | None


class OpeningOut(Body):
    """Whether anybody may give to a campaign, and on which page."""

    campaign: Id
    open: bool
    url: str


class OwedOut(Body):
    """What Stripe kept of a campaign's gifts and the operator has not put back."""

    campaign: Id
    amount_cents: int


class MovementOut(Body):
    """A movement at Stripe that belongs to no gift: a person says for which campaign it is."""

    id: Word
    type: str
    amount_cents: int
    fee_cents: int
    occurred_at: datetime


class StripePayoutOut(Body):
    """What Stripe sent to the ring-fenced account."""

    id: Word
    amount_cents: int
    arrives_on: date
    arrived_at: datetime | None
    trace: str


class StripeOut(Body):
    """Whether gifts are on here, and Stripe's money as we know it."""

    on: bool
    why_off: str | None
    at_stripe_cents: int
    fees_owed: list[OwedOut]
    unexplained: list[MovementOut]
    payouts: list[StripePayoutOut]


class ExplainIn(Body):
    """For which campaign Stripe moved it: the operator bears it there."""

    campaign: Id
