"""What anybody may see: accredited places, and whether a statement still says what it said."""

from dataclasses import dataclass

from sqlalchemy import func, select

from voucher_service.core.accreditation import Accreditation
from voucher_service.core.attestation import verify
from voucher_service.core.canonical import sha256_hex
from voucher_service.store import tables, trust
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Verified:
    """What is public of a statement, and whether it is what was signed."""

    number: str
    period: str
    sha256: str
    kid: str
    valid: bool


def places(session: Session, commune: str | None = None) -> list[tuple[tables.Site, str]]:
    """Open sites of accredited associations, with the association's pivot number, by commune."""
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
    return [(row, pivot) for row, pivot in rows]


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
