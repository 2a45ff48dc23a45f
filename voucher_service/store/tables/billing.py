"""Invoices that associations have made in their name, and attestations of public sites."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Instant

CURRENT = text("ended_at IS NULL")


class BillingMandate(Base):
    """An association asked in writing that its invoices be made in its name (autofacturation)."""

    __tablename__ = "billing_mandate"
    __table_args__ = (
        CheckConstraint("contest_days > 0", name="contest_days_positive"),
        CheckConstraint("vat_bp >= 0", name="vat_not_negative"),
        Index(
            "uq_billing_mandate_current",
            "association_id",
            unique=True,
            postgresql_where=CURRENT,
            sqlite_where=CURRENT,
        ),
    )

    id: Mapped[PrimaryKey]
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    #: The day written on the mandate: no invoice of an earlier statement is made under it.
    signed_on: Mapped[date]
    #: What the association calls its paper.
    reference: Mapped[str]
    #: How long it may contest an invoice that was made in its name.
    contest_days: Mapped[int]
    #: Its VAT in hundredths of a percent; 0 where it is exempt.
    vat_bp: Mapped[int]
    vat_number: Mapped[str | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[Moment]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SelfBilled(Base):
    """An invoice in an association's name for one of its statements, and its contest if any."""

    __tablename__ = "self_billed"

    #: The document, in a series of its own for each association.
    number: Mapped[str] = mapped_column(ForeignKey("document.number"), primary_key=True)
    statement_number: Mapped[str] = mapped_column(ForeignKey("statement.number"), unique=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("billing_mandate.id"))
    contest_until: Mapped[date]
    contest_reason: Mapped[str | None]
    contested_by: Mapped[str | None]
    contested_at: Mapped[datetime | None] = mapped_column(Instant)


class Attestation(Base):
    """What a public site shows its accountant for one statement."""

    __tablename__ = "attestation"
    __table_args__ = (UniqueConstraint("statement_number", "site_id"),)

    number: Mapped[str] = mapped_column(ForeignKey("document.number"), primary_key=True)
    statement_number: Mapped[str] = mapped_column(ForeignKey("statement.number"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
