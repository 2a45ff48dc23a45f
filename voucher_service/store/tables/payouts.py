"""What leaves for the bank: batches, what was decided of them, and each payment's own life."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment
from voucher_service.store.types import Bytes, Instant

LIVE = text("withdrawn_at IS NULL AND rejected_at IS NULL AND returned_at IS NULL")


class PayoutBatch(Base):
    """A file for the bank, frozen: made once, never changed, never made again."""

    __tablename__ = "payout_batch"
    __table_args__ = (CheckConstraint("total_cents > 0", name="total_positive"),)

    #: In a series without holes; the file's MsgId.
    number: Mapped[str] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True)
    execution_day: Mapped[date]
    total_cents: Mapped[int]
    #: Canonical JSON: whom it pays, and whom it leaves out and why.
    document: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str]
    #: What the bank is sent, made from the document.
    file: Mapped[bytes] = mapped_column(Bytes)
    file_sha256: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[Moment]


class PayoutBatchDecision(Base):
    """What another person decided of a batch: one decision, whoever comes first."""

    __tablename__ = "payout_batch_decision"

    number: Mapped[str] = mapped_column(ForeignKey("payout_batch.number"), primary_key=True)
    #: approved or cancelled.
    decision: Mapped[str]
    #: Why it was cancelled.
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[Moment]


class Payout(Base):
    """One bank transfer to an association for one statement: planned, sent, settled or given back.

    A statement has one at a time: what was withdrawn, rejected or returned is paid by another one.
    """

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        Index(
            "uq_payout_live",
            "statement_number",
            unique=True,
            postgresql_where=LIVE,
            sqlite_where=LIVE,
        ),
    )

    #: Printed on the bank line; unique for ever. A payment sent again takes a new suffix.
    end_to_end: Mapped[str] = mapped_column(primary_key=True)
    statement_number: Mapped[str] = mapped_column(ForeignKey("statement.number"), index=True)
    #: The file it stands in. It leaves with it only.
    batch_number: Mapped[str | None] = mapped_column(ForeignKey("payout_batch.number"), index=True)
    #: Where the money goes.
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_account.id"))
    cents: Mapped[int]
    planned_at: Mapped[Moment]
    #: When its batch was cancelled before it was sent.
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When a second person let it go to the bank.
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When the bank refused to execute it.
    rejected_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The bank's reason for a rejection or a return, such as AC04.
    return_reason: Mapped[str | None]
