"""What sets a use right after the fact: contests step by step, and amounts the books must follow.

Rows are inserted once and say why and by whom. What they cost is in the ledger.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Instant


class Contestation(Base):
    """Somebody who pays doubts a redemption; the association answers; somebody else decides."""

    __tablename__ = "contestation"

    id: Mapped[PrimaryKey]
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), index=True)
    reason: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[Moment]
    #: The period whose statement had said the use when it was contested, if any had.
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"))
    #: The last day on which the association may answer.
    answer_until: Mapped[date]
    #: upheld or rejected, once nothing can change it any more: its money has moved then.
    outcome: Mapped[str | None]
    #: Who took the decision that counts.
    decided_by: Mapped[str | None]
    #: Since when it is final.
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class ContestStep(Base):
    """One step of a contest: each is taken once, and never changed."""

    __tablename__ = "contest_step"

    contestation_id: Mapped[int] = mapped_column(ForeignKey("contestation.id"), primary_key=True)
    #: answer, decision, appeal or appeal_decision.
    step: Mapped[str] = mapped_column(primary_key=True)
    #: upheld or rejected, for the two decisions.
    outcome: Mapped[str | None]
    #: What was said.
    text: Mapped[str]
    actor: Mapped[str]
    at: Mapped[Moment]
    #: The last day of an appeal, for the first decision.
    until: Mapped[date | None]


class Correction(Base):
    """An amount that changes what an association is owed besides its uses. Settled once."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        Index("uq_correction_reference", "kind", "reference", unique=True),
        Index(
            "ix_correction_open",
            "association_id",
            postgresql_where=text("period_id IS NULL"),
            sqlite_where=text("period_id IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    #: cancelled or charged (the association owes it), granted, excess or rail_owed (it is owed to
    #: it), repaid, written_off or rail_repaid (it owes that much less).
    kind: Mapped[str]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True)
    cents: Mapped[int]
    #: The use that was cancelled. A use is cancelled once.
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemption.id"), unique=True)
    #: What it was decided in, if it was.
    contestation_id: Mapped[int | None] = mapped_column(ForeignKey("contestation.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    #: What the association reads on its statement.
    reason: Mapped[str]
    #: What the bank calls the line behind it: a line counts once.
    reference: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[Moment]
    #: The period whose statement says it.
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"), index=True)
