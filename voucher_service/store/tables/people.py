"""Where passes are given and spent: points, associations, sites, phones. Never a beneficiary."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes, Document, Instant


class DistributionPoint(Base):
    """A CCAS, a France Services…: holds booklets and hands them over."""

    __tablename__ = "distribution_point"

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    commune: Mapped[str]
    code_insee: Mapped[str | None]
    adresse: Mapped[str | None]
    code_postal: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    created_at: Mapped[Moment]


class Association(Base):
    """The payee, whatever its legal form. One SIRET or RNA, many sites."""

    __tablename__ = "association"
    __table_args__ = (CheckConstraint("siret IS NOT NULL OR rna IS NOT NULL", name="identified"),)

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    siret: Mapped[str | None] = mapped_column(unique=True)
    rna: Mapped[str | None] = mapped_column(unique=True)
    legal_form: Mapped[str | None]
    contact_email: Mapped[str]
    #: Who commits it, by name and office. Said while it applies.
    representative: Mapped[str | None]
    #: Where it stands; each step is an AccreditationStep.
    accreditation: Mapped[str]
    created_at: Mapped[Moment]


class BankAccount(Base):
    """Where an association is paid: one account is current, one may be proposed.

    A change is a new row: proposed, confirmed by another person, payable some days later, replaced.
    """

    __tablename__ = "bank_account"
    __table_args__ = (
        Index(
            "uq_bank_account_current",
            "association_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NOT NULL AND replaced_at IS NULL"),
            sqlite_where=text("confirmed_at IS NOT NULL AND replaced_at IS NULL"),
        ),
        Index(
            "uq_bank_account_proposed",
            "association_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NULL AND replaced_at IS NULL"),
            sqlite_where=text("confirmed_at IS NULL AND replaced_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    iban: Mapped[str]
    #: The holder's legal name exactly as the bank knows it (verification of payee).
    holder: Mapped[str]
    #: Where the holder stands, for the payment file; both or none.
    town: Mapped[str | None]
    country: Mapped[str | None]
    created_at: Mapped[Moment]
    #: Who proposed it: another person confirms.
    proposed_by: Mapped[str]
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by: Mapped[str | None]
    #: Nothing is paid to it before: a change made by a swindler is noticed in these days.
    usable_from: Mapped[datetime | None] = mapped_column(Instant)
    #: Set when a bank gave a payment back: nothing more is paid to it.
    blocked_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The bank's reason, such as AC04.
    blocked_reason: Mapped[str | None]
    #: When another one took its place, or when it was refused.
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Why a proposal was refused.
    refusal: Mapped[str | None]


class AccreditationStep(Base):
    """One step of an accreditation, kept for ever."""

    __tablename__ = "accreditation_step"

    id: Mapped[PrimaryKey]
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True)
    from_state: Mapped[str]
    to_state: Mapped[str]
    reason: Mapped[str | None]
    #: Who decided: a token or an account, never a free name.
    actor: Mapped[str]
    at: Mapped[Moment]


class CharterAcceptance(Base):
    """Somebody accepted the charter of the scheme for an association, once for each text."""

    __tablename__ = "charter_acceptance"

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), primary_key=True)
    #: The day of the text that was read, as it stands in the templates.
    version: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    at: Mapped[Moment]


class Approval(Base):
    """An association may take the passes of a campaign."""

    __tablename__ = "approval"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), primary_key=True)
    approved_at: Mapped[Moment]
    actor: Mapped[str]


class Site(Base):
    """A place where passes are spent, in the words of the national schema."""

    __tablename__ = "site"

    id: Mapped[PrimaryKey]
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True)
    name: Mapped[str]
    adresse: Mapped[str]
    code_postal: Mapped[str]
    commune: Mapped[str]
    code_insee: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    services: Mapped[list[str]] = mapped_column(Document)
    telephone: Mapped[str | None]
    #: OpenStreetMap opening-hours syntax.
    horaires: Mapped[str | None]
    #: Any other field of the national schema, under its own name.
    details: Mapped[dict[str, Any]] = mapped_column(Document)
    updated_at: Mapped[Moment]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class Pairing(Base):
    """A code that lets phones join a site for a day. Only its hash is kept."""

    __tablename__ = "pairing"

    code_hash: Mapped[bytes] = mapped_column(Bytes, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class Device(Base):
    """A phone paired to one site. Only the hash of its token is kept."""

    __tablename__ = "device"

    id: Mapped[PrimaryKey]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    #: What its users call it.
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(Bytes, unique=True)
    paired_at: Mapped[Moment]
    #: When it last sent something: an offline scan cannot be older.
    last_contact_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
