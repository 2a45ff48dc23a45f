"""Gifts by Checkout and what Stripe says of them: its events, its movements, its payouts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Instant


class GiftOpening(Base):
    """A campaign that anybody may give to, on a public page."""

    __tablename__ = "gift_opening"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    actor: Mapped[str]
    at: Mapped[Moment]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class GiftRound(Base):
    """The passes of one donor: a campaign of its own, with the rules of the one it gave to.

    So the shares of who paid before are never split anew.
    """

    __tablename__ = "gift_round"
    __table_args__ = (UniqueConstraint("parent_id", "funder_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    #: The campaign that was given to.
    parent_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"))


class Gift(Base):
    """A payment by Checkout: by a donor, or by a funder that pays its call this way."""

    __tablename__ = "gift"
    __table_args__ = (CheckConstraint("cents > 0", name="cents_positive"),)

    id: Mapped[PrimaryKey]
    #: The campaign that it is for.
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    #: Where its passes are: the same campaign, or the donor's round. Empty until it is paid.
    round_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    #: Empty until it is paid, unless a funder pays its call.
    funder_id: Mapped[int | None] = mapped_column(ForeignKey("funder.id"))
    #: The order whose call it pays; empty for a gift that orders passes by itself.
    order_id: Mapped[int | None] = mapped_column(ForeignKey("campaign_order.id"))
    cents: Mapped[int]
    #: A company's or a donor's, as it is to stand on its papers. Forgotten with the mail and the
    #: reference when nothing was paid (``upkeep``).
    name: Mapped[str]
    #: Where Stripe sends the receipt.
    mail: Mapped[str]
    #: The donor's own reference.
    engagement: Mapped[str]
    #: fr or en.
    language: Mapped[str]
    #: What leads to its page at Stripe; it opens nothing else.
    link: Mapped[str | None] = mapped_column(unique=True)
    #: Who asked for it: public, or a token.
    actor: Mapped[str]
    at: Mapped[Moment]
    #: Stripe's Checkout Session.
    session_id: Mapped[str | None] = mapped_column(unique=True)
    #: When the donor had done its part; a debit is paid days later.
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When Stripe had the money.
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    #: How many passes it makes, with what was left of gifts before it.
    passes: Mapped[int | None]
    #: When its whole value was in the ring-fenced account and its passes came alive.
    funded_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When nothing more was to be expected of it.
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: expired, failed or given_back.
    outcome: Mapped[str | None]


class GiftReceipt(Base):
    """A receipt whose money came by a gift: no bank line stands behind it."""

    __tablename__ = "gift_receipt"

    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"), primary_key=True)
    gift_id: Mapped[int] = mapped_column(ForeignKey("gift.id"), index=True)


class StripeEvent(Base):
    """Something Stripe told, or was asked for when it had not. Its id is its key: once is once."""

    __tablename__ = "stripe_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    #: What it is about, such as a Checkout Session: it is read again, never believed.
    object_id: Mapped[str]
    #: Of the body as it came.
    sha256: Mapped[str]
    #: webhook or list.
    came_by: Mapped[str]
    received_at: Mapped[Moment]
    acted_at: Mapped[datetime | None] = mapped_column(Instant)
    #: What was done: a few words.
    outcome: Mapped[str | None]


class StripeTransaction(Base):
    """One movement of our balance at Stripe (a balance transaction), taken in once."""

    __tablename__ = "stripe_transaction"
    __table_args__ = (Index("ix_stripe_transaction_payout", "payout"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    #: Stripe's word: charge, payment, refund, adjustment, stripe_fee…
    type: Mapped[str]
    gift_id: Mapped[int | None] = mapped_column(ForeignKey("gift.id"), index=True)
    #: Whose money it moved; empty while a person has not said it.
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    #: gift, back or borne; empty while a person has not said it.
    effect: Mapped[str | None]
    #: Signed, before the fee.
    cents: Mapped[int]
    #: What Stripe kept; negative when it gave a fee back.
    fee_cents: Mapped[int]
    #: What it is about at Stripe.
    source: Mapped[str]
    #: The payout that it went out with, once Stripe says so.
    payout: Mapped[str | None]
    occurred_at: Mapped[Moment]
    taken_at: Mapped[Moment]


class StripePayout(Base):
    """What Stripe sent to the ring-fenced account."""

    __tablename__ = "stripe_payout"

    id: Mapped[str] = mapped_column(primary_key=True)
    cents: Mapped[int]
    arrives_on: Mapped[date]
    status: Mapped[str]
    #: What stands on the bank's line.
    trace: Mapped[str]
    seen_at: Mapped[Moment]
    #: When a bank line showed it.
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
