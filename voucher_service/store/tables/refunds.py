"""Files that send deposits home to funders, and what was decided of each."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment
from voucher_service.store.types import Bytes, Instant


class RefundBatch(Base):
    """A file for the bank, frozen: made once, never changed, never made again."""

    __tablename__ = "refund_batch"
    __table_args__ = (CheckConstraint("total_cents > 0", name="total_positive"),)

    #: In a series without holes; the file's MsgId.
    number: Mapped[str] = mapped_column(primary_key=True)
    execution_day: Mapped[date]
    total_cents: Mapped[int]
    #: Canonical JSON: which refunds it pays.
    document: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str]
    #: What the bank is sent, made from the document.
    file: Mapped[bytes] = mapped_column(Bytes)
    file_sha256: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[Moment]
    #: approved or cancelled by another person, whoever comes first; and why it was cancelled.
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
