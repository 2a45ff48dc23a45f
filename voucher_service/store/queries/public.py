"""What anybody may see: accredited places, and whether a statement still says what it said."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from voucher_service.core.accreditation import Accreditation
from voucher_service.core.attestation import verify
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.signing import PublicKey
from voucher_service.store import tables, trust
from voucher_service.store.migrations import at_head
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Place:
    """A place where passes are taken. ``pivot``: its association's SIRET, or RNA number."""

    id: int
    pivot: str
    name: str
    commune: str
    code_postal: str
    code_insee: str | None
    adresse: str
    latitude: float | None
    longitude: float | None
    telephone: str | None
    horaires: str | None
    services: tuple[str, ...]
    updated_on: date
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verified:
    """What is public of a statement, and whether it is what was signed."""

    number: str
    period: str
    sha256: str
    kid: str
    valid: bool


def places(session: Session, commune: str = "") -> list[Place]:
    """Open sites of accredited associations, by commune."""
    site, association = tables.Site, tables.Association
    query = (
        select(site, func.coalesce(association.siret, association.rna))
        .join(association, association.id == site.association_id)
        .where(
            association.accreditation == Accreditation.ACCREDITED.value, site.closed_at.is_(None)
        )
    )
    if commune:
        query = query.where(func.lower(site.commune).startswith(commune.lower(), autoescape=True))
    rows = session.execute(query.order_by(site.commune, site.name, site.id))
    return [_place(row, pivot) for row, pivot in rows]


def _place(site: tables.Site, pivot: str) -> Place:
    return Place(
        site.id,
        pivot,
        site.name,
        site.commune,
        site.code_postal,
        site.code_insee,
        site.adresse,
        site.latitude,
        site.longitude,
        site.telephone,
        site.horaires,
        tuple(site.services),
        paris_day(site.updated_at),
        site.details,
    )


def public_keys(session: Session) -> list[tuple[str, PublicKey]]:
    """Every key that was ever trusted, with its purpose."""
    return [
        (purpose, key) for purpose in ("pass", "statement") for key in trust.keys(session, purpose)
    ]


def not_ready(session: Session) -> str | None:
    """Why this database cannot be served from yet, in a sentence; nothing when it can."""
    if not at_head(session.connection()):
        return "The database lacks migrations: run `voucher-service init`."
    if not trust.keys(session, "statement"):
        return "The trust list is empty: run `voucher-service init`."
    return None


def verified(session: Session, number: str) -> Verified | None:
    """Check a statement again from its bytes, the public key and the uses it claimed."""
    statement, period = tables.Statement, tables.Period
    found = session.execute(
        select(statement, period.label)
        .join(period, period.id == statement.period_id)
        .where(statement.number == number)
    ).first()
    if found is None:
        return None
    row, label = found
    publics = {key.kid.hex(): key.public for key in trust.keys(session, "statement")}
    public = publics.get(row.kid)
    valid = (
        public is not None
        and sha256_hex(row.document) == row.sha256
        and verify(row.document, row.signature, public)
    )
    return Verified(number, label, row.sha256, row.kid, valid)
