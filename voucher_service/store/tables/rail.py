"""Payouts by Stripe Connect: who can be paid so, which batches are, and each transfer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment
from voucher_service.store.types import Instant


class Recipient(Base):
    """An association's account at Stripe, made by us and filled in by the association."""

    __tablename__ = "recipient"

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), primary_key=True)
    account: Mapped[str] = mapped_column(unique=True)
    actor: Mapped[str]
    at: Mapped[Moment]


class RailBatch(Base):
    """A batch that leaves by Stripe and not by a file for the bank; said before it is approved."""

    __tablename__ = "rail_batch"

    batch_number: Mapped[str] = mapped_column(ForeignKey("payout_batch.number"), primary_key=True)
    actor: Mapped[str]
    at: Mapped[Moment]
    #: When its money left the ring-fenced account for Stripe.
    funded_at: Mapped[datetime | None] = mapped_column(Instant)


class RailTransfer(Base):
    """A payout that Stripe has sent: its transfer there, once."""

    __tablename__ = "rail_transfer"

    end_to_end: Mapped[str] = mapped_column(ForeignKey("payout.end_to_end"), primary_key=True)
    transfer: Mapped[str] = mapped_column(unique=True)
    at: Mapped[Moment]


class RailReversal(Base):
    """What Stripe took back of a transfer, whole or in part: each once, all within the transfer."""

    __tablename__ = "rail_reversal"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        UniqueConstraint("end_to_end", "name"),
    )

    #: Its id at Stripe.
    reversal: Mapped[str] = mapped_column(primary_key=True)
    #: The payout whose transfer it takes back.
    end_to_end: Mapped[str] = mapped_column(ForeignKey("payout.end_to_end"))
    cents: Mapped[int]
    #: What we called it when we asked for it; nothing when it was made at Stripe.
    name: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[Moment]
