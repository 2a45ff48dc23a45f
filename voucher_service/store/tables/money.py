"""The ledger, the periods, the documents that leave the house, and the seals over them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes, Instant


class Transfer(Base):
    """Cents from one account to another. Inserted, never changed: a trigger refuses the rest."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint("debit <> credit", name="goes_somewhere"),
        Index(
            "uq_transfer_reverses",
            "reverses",
            unique=True,
            postgresql_where=text("reverses IS NOT NULL"),
            sqlite_where=text("reverses IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    #: The business key: the same event cannot be written twice.
    event: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    debit: Mapped[str]
    credit: Mapped[str]
    cents: Mapped[int]
    #: The day it counts for.
    value_date: Mapped[date]
    #: When it was written.
    recorded_at: Mapped[Moment]
    #: The document or row behind it.
    reference: Mapped[str]
    #: The event it takes back. An event is reversed once.
    reverses: Mapped[str | None]


class Period(Base):
    """A named cut-off. A second run with the same label resumes the first."""

    __tablename__ = "period"

    id: Mapped[PrimaryKey]
    label: Mapped[str] = mapped_column(unique=True)
    #: Redemptions of services before this instant belong to it, if no earlier period took them.
    cutoff: Mapped[Moment]
    opened_at: Mapped[Moment]
    #: Who closed it: another person approves its statements.
    closed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class Statement(Base):
    """A frozen document. Inserted, never changed."""

    __tablename__ = "statement"
    __table_args__ = (
        Index(
            "uq_statement_association",
            "period_id",
            "association_id",
            unique=True,
            postgresql_where=text("association_id IS NOT NULL"),
            sqlite_where=text("association_id IS NOT NULL"),
        ),
        Index(
            "uq_statement_funder",
            "period_id",
            "funder_id",
            "campaign_id",
            unique=True,
            postgresql_where=text("funder_id IS NOT NULL"),
            sqlite_where=text("funder_id IS NOT NULL"),
        ),
    )

    #: In a series without holes.
    number: Mapped[str] = mapped_column(primary_key=True)
    #: association or funder.
    kind: Mapped[str]
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"))
    funder_id: Mapped[int | None] = mapped_column(ForeignKey("funder.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    #: To pay to the association, or borne by the funder for the period.
    total_cents: Mapped[int]
    #: Canonical JSON: the document itself.
    document: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str]
    signature: Mapped[bytes] = mapped_column(Bytes)
    kid: Mapped[str]
    issued_at: Mapped[Moment]


class StatementApproval(Base):
    """A second person found a statement right."""

    __tablename__ = "statement_approval"

    number: Mapped[str] = mapped_column(ForeignKey("statement.number"), primary_key=True)
    actor: Mapped[str]
    at: Mapped[Moment]


class StatementAgreement(Base):
    """A funder found its own statement right. Pays nobody: that is an approval's."""

    __tablename__ = "statement_agreement"

    number: Mapped[str] = mapped_column(ForeignKey("statement.number"), primary_key=True)
    actor: Mapped[str]
    at: Mapped[Moment]


class Rendering(Base):
    """A statement as PDF or CSV, kept as bytes and never made again."""

    __tablename__ = "rendering"

    number: Mapped[str] = mapped_column(ForeignKey("statement.number"), primary_key=True)
    media_type: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str]
    rendered_at: Mapped[Moment]


class Seal(Base):
    """One link of the chain over the ledger."""

    __tablename__ = "seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transfers: Mapped[int]
    cents: Mapped[int]
    previous: Mapped[str]
    root: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    sealed_at: Mapped[Moment]


class SealItem(Base):
    """Which seal covers a transfer."""

    __tablename__ = "seal_item"
    __table_args__ = (UniqueConstraint("seal_number", "position"),)

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True)
    seal_number: Mapped[int] = mapped_column(ForeignKey("seal.number"))
    position: Mapped[int]
    #: The hash of the transfer as it was sealed: it tells which one was altered since.
    leaf: Mapped[bytes | None] = mapped_column(Bytes)


class Counter(Base):
    """The last number given in a series. Locked and raised in the document's own transaction."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
