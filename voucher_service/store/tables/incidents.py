"""What went wrong with a use, and what an association says about a refusal or a statement.

All are opened once, decided once, and kept for ever. What they cost is in the ledger, never here.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Instant


class Incident(Base):
    """Value that somebody claims beside the rules: a pass used twice without network, and others.

    Open while ``closed_at`` is empty.
    """

    __tablename__ = "incident"
    __table_args__ = (CheckConstraint("cents > 0", name="cents_positive"),)

    id: Mapped[PrimaryKey]
    #: The business key: the same thing cannot go wrong twice.
    event: Mapped[str] = mapped_column(unique=True)
    #: double_use, overpayment, fraud or goodwill.
    kind: Mapped[str]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    #: Whom it happened to, or who caused it.
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True)
    #: The scan that was refused although the service was given.
    refusal_id: Mapped[int | None] = mapped_column(ForeignKey("refusal.id"), index=True)
    #: The use that won over it, or the use that was wrong.
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemption.id"))
    #: The face value in question.
    cents: Mapped[int]
    #: scheme or site, as the campaign says for a double use; empty where nothing says it.
    borne_by: Mapped[str | None]
    #: Why somebody opened it. A double use is found by itself and has none.
    reason: Mapped[str | None]
    opened_by: Mapped[str]
    opened_at: Mapped[Moment]
    #: accepted (its money moved) or dismissed, once closed.
    outcome: Mapped[str | None]
    #: In words, what was decided.
    resolution: Mapped[str | None]
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class Dispute(Base):
    """A site says that a refusal was wrong; the operator answers. A refusal is disputed once."""

    __tablename__ = "dispute"

    id: Mapped[PrimaryKey]
    refusal_id: Mapped[int] = mapped_column(ForeignKey("refusal.id"), unique=True)
    #: What the site said; empty once it is forgotten.
    reason: Mapped[str]
    #: The phone or the person that said it.
    opened_by: Mapped[str]
    opened_at: Mapped[Moment]
    #: upheld or rejected, once answered.
    outcome: Mapped[str | None]
    #: What the site reads.
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class StatementDispute(Base):
    """An association says that its statement is wrong; the operator answers. A line once.

    The statement stays as it was signed: what is set right is a correction on a later one.
    """

    __tablename__ = "statement_dispute"
    __table_args__ = (UniqueConstraint("statement_number", "about"),)

    id: Mapped[PrimaryKey]
    statement_number: Mapped[str] = mapped_column(ForeignKey("statement.number"))
    #: The line that is meant, or the kind where none is: see ``core.disputes``.
    about: Mapped[str]
    #: use_missing, amount, correction or account.
    kind: Mapped[str]
    #: The pass that is meant, if one is.
    booklet_id: Mapped[int | None] = mapped_column(ForeignKey("booklet.id"))
    number: Mapped[int | None]
    #: Which correction of the document is meant, counted from one.
    correction: Mapped[int | None]
    #: What the association said; empty once it is forgotten.
    reason: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[Moment]
    #: upheld or rejected, once answered.
    outcome: Mapped[str | None]
    #: What the association reads; empty once it is forgotten.
    answer: Mapped[str | None]
    #: Whose correction sets it right, where money does.
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
