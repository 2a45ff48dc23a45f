"""What anybody may see: accredited places, public keys, and whether a statement still holds."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from voucher_service.core.accreditation import Accreditation
from voucher_service.core.attestation import verify
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.folding import folded
from voucher_service.core.mapping import Spot, Town
from voucher_service.core.places import Place
from voucher_service.core.signing import KeyStatus, PublicKey
from voucher_service.store import tables, trust
from voucher_service.store.migrations import at_head
from voucher_service.store.places import place_of
from voucher_service.store.session import Session

Site = tables.Site
PAYEE = tables.Association.id == Site.association_id
OPEN = (
    tables.Association.accreditation == Accreditation.ACCREDITED.value,
    Site.closed_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What is public of a document, and whether it is what was signed. Statements have a period."""

    number: str
    period: str | None
    sha256: str
    kid: str
    valid: bool


def places(session: Session, commune: str = "", limit: int | None = None) -> list[Place]:
    """Open sites of accredited associations, by commune; all, or those of a commune's name.

    The beginning of the name is enough, in any writing, and so is a postal code.
    """
    association = tables.Association
    pivot = func.coalesce(association.siret, association.rna)
    query = select(Site, pivot).join(association, PAYEE).where(*_wanted(session, commune))
    rows = session.execute(query.order_by(Site.commune, Site.name, Site.id).limit(limit))
    return [place_of(row, pivot) for row, pivot in rows]


def _wanted(session: Session, commune: str) -> list[ColumnElement[bool]]:
    """What is open to anybody and meets a search."""
    wanted = folded(commune)
    if not wanted:
        return list(OPEN)
    known = session.scalars(
        select(Site.commune).join(tables.Association, PAYEE).where(*OPEN).distinct()
    )
    names = [name for name in known if folded(name).startswith(wanted)]
    # Only names that the database itself gave, and digits, go back into the question.
    digits = commune.strip() if re.fullmatch(r"\s*[0-9]{5}\s*", commune, re.ASCII) else ""
    return [*OPEN, or_(Site.commune.in_(names), Site.code_postal == digits)]


def spots(session: Session, commune: str = "") -> list[Spot]:
    """The same sites as far as a map needs them, by commune: all of those that meet a search."""
    query = (
        select(
            Site.id,
            Site.name,
            Site.adresse,
            Site.code_postal,
            Site.commune,
            Site.latitude,
            Site.longitude,
        )
        .join(tables.Association, PAYEE)
        .where(*_wanted(session, commune))
        .order_by(Site.commune, Site.name, Site.id)
    )
    return [Spot(*row) for row in session.execute(query)]


def towns(session: Session) -> list[Town]:
    """Every commune that has sites, in the middle of them, those with the most sites first."""
    departement = func.substr(Site.code_postal, 1, 2)  # communes of one name are told apart by it
    query = (
        select(Site.commune, func.avg(Site.latitude), func.avg(Site.longitude))
        .join(tables.Association, PAYEE)
        .where(*OPEN, Site.latitude.is_not(None), Site.longitude.is_not(None))
        .group_by(Site.commune, departement)
        .order_by(func.count().desc(), Site.commune, departement)
    )
    return [Town(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class PastBooks:
    """The open books at the end of a month, in the words of the contract."""

    month: str
    as_of: datetime
    figures: Mapping[str, Any]


def past_books(session: Session) -> list[PastBooks]:
    """The open books at the end of each month, the newest first."""
    table = tables.BooksMonth
    rows = session.scalars(select(table).order_by(table.month.desc()))
    return [PastBooks(row.month, row.as_of, row.figures) for row in rows]


def place(session: Session, number: int) -> Place | None:
    """One open site of an accredited association."""
    association = tables.Association
    pivot = func.coalesce(association.siret, association.rna)
    found = session.execute(
        select(Site, pivot).join(association, PAYEE).where(*OPEN, Site.id == number)
    ).first()
    return None if found is None else place_of(*found)


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
        return _verified_document(session, number)
    row, label = found
    valid = _is_what_was_signed(session, row) and _adds_up(session, row)
    return Verified(number, label, row.sha256, row.kid, valid)


def _verified_document(session: Session, number: str) -> Verified | None:
    """Check a document that is no statement from its bytes and the public key."""
    row: tables.Document | tables.FeeDocument | None = session.get(tables.Document, number)
    row = row or session.get(tables.FeeDocument, number)
    if row is None:
        return None
    document = json.loads(row.document)
    said = (document.get("number"), document.get("total_cents"))
    valid = _is_what_was_signed(session, row) and said == (row.number, row.total_cents)
    return Verified(number, None, row.sha256, row.kid, valid)


def _is_what_was_signed(
    session: Session, row: tables.Statement | tables.Document | tables.FeeDocument
) -> bool:
    keys = {
        key.kid.hex(): key.public
        for key in trust.keys(session, "statement")
        if key.status is not KeyStatus.REVOKED
    }
    public = keys.get(row.kid)
    return (
        public is not None
        and sha256_hex(row.document) == row.sha256
        and verify(row.document, row.signature, public)
    )


def _adds_up(session: Session, row: tables.Statement) -> bool:
    """Whether the uses that its period claimed are still as many, and worth as much, as it says."""
    redemption, document = tables.Redemption, json.loads(row.document)
    cancelled = select(tables.Correction.redemption_id).where(
        tables.Correction.redemption_id.is_not(None)
    )
    claimed = select(func.count(), func.coalesce(func.sum(redemption.cents), 0)).where(
        redemption.period_id == row.period_id,
        # What was cancelled after the statement stands on a later one.
        or_(redemption.undone_at.is_(None), redemption.id.in_(cancelled)),
    )
    if row.association_id is not None:
        claimed = claimed.where(redemption.association_id == row.association_id)
        totals = document["totals"]
        says = (totals["redemptions"], totals["gross_cents"])
        total = totals["net_cents"]
    else:
        claimed = claimed.where(redemption.campaign_id == row.campaign_id)
        period = document["activity"]["period"]
        says = (period["redemptions"], period["used_cents"])
        total = document["share"]["period_cents"]
    count, cents = session.execute(claimed).one()
    return (document["number"], total) == (row.number, row.total_cents) and says == (
        int(count),
        int(cents),
    )
