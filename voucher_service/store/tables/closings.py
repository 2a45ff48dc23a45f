"""The end of a campaign, and where each funder's unused money goes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Instant


class ClosingAlert(Base):
    """An alert before the end of a campaign, written once."""

    __tablename__ = "closing_alert"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    #: How long before the last day: 30, 15 or 7.
    days_before: Mapped[int] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    told_at: Mapped[Moment]


class Closing(Base):
    """The end of a campaign, once begun: nothing more is handed over.

    A later round gives back what came after the first, such as an order that was paid late.
    """

    __tablename__ = "closing"
    __table_args__ = (UniqueConstraint("campaign_id", "round"),)

    id: Mapped[PrimaryKey]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    round: Mapped[int]
    started_by: Mapped[str]
    started_at: Mapped[Moment]
    #: The joint closing statement, once unused value was given back. Set once.
    statement_number: Mapped[str | None] = mapped_column(ForeignKey("document.number"), unique=True)


class ClosingApproval(Base):
    """A funder agrees that the campaign ends and its unused passes lapse."""

    __tablename__ = "closing_approval"

    closing_id: Mapped[int] = mapped_column(ForeignKey("closing.id"), primary_key=True)
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"), primary_key=True)
    actor: Mapped[str]
    #: The letter or deliberation, when the operator writes down what a funder decided on paper.
    reference: Mapped[str | None]
    at: Mapped[Moment]


class ClosingChoice(Base):
    """What a funder wants done with its unused money. The last one counts; all are kept."""

    __tablename__ = "closing_choice"

    id: Mapped[PrimaryKey]
    closing_id: Mapped[int] = mapped_column(ForeignKey("closing.id"), index=True)
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"))
    #: refund or carry_over.
    choice: Mapped[str]
    actor: Mapped[str]
    at: Mapped[Moment]


class Refund(Base):
    """A deposit on its way back to its funder: asked, approved, sent to the bank, settled."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        Index(
            "uq_refund_open",
            "campaign_id",
            "funder_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    #: In a series without holes, and the end-to-end reference on the bank line.
    number: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"))
    cents: Mapped[int]
    iban: Mapped[str]
    #: The holder's legal name exactly as the bank knows it.
    holder: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[Moment]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The file that it stands in, or stood in when that was cancelled. It leaves with it only.
    batch_number: Mapped[str | None] = mapped_column(ForeignKey("refund_batch.number"), index=True)
    #: When it was settled, came back, or was withdrawn: another one may be asked then.
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: settled, returned or withdrawn.
    outcome: Mapped[str | None]
    #: The bank's reason for a return, or why it was withdrawn.
    outcome_reason: Mapped[str | None]


class CarryOver(Base):
    """A deposit of one campaign that covers a call of another."""

    __tablename__ = "carry_over"
    __table_args__ = (CheckConstraint("cents > 0", name="cents_positive"),)

    #: In a series without holes, and the reference of the receipt it becomes.
    number: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"))
    #: The order whose call it covers.
    order_id: Mapped[int] = mapped_column(ForeignKey("campaign_order.id"))
    cents: Mapped[int]
    actor: Mapped[str]
    at: Mapped[Moment]
