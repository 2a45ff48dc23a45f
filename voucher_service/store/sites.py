"""What is known of associations, sites and phones while one is being changed."""

from datetime import datetime

from sqlalchemy import or_, select

from voucher_service.store import tables
from voucher_service.store.session import Session


def association_with(session: Session, siret: str | None, rna: str | None) -> int | None:
    """The association that bears one of these numbers."""
    table = tables.Association
    known = [table.siret == siret] if siret else []
    known += [table.rna == rna] if rna else []
    return session.scalar(select(table.id).where(or_(*known)))


def others_with(
    session: Session, association: int, siret: str | None, rna: str | None
) -> int | None:
    """Another association that bears one of these numbers."""
    table = tables.Association
    known = [table.siret == siret] if siret else []
    known += [table.rna == rna] if rna else []
    return session.scalar(select(table.id).where(table.id != association, or_(*known)))


def site_of_pairing(session: Session, code_hash: bytes, now: datetime) -> int | None:
    """The site that a pairing code still opens."""
    table = tables.Pairing
    return session.scalar(
        select(table.site_id).where(table.code_hash == code_hash, table.expires_at > now)
    )


def association_of(session: Session, site: int) -> int:
    """Whose a site is."""
    table = tables.Site
    return session.scalars(select(table.association_id).where(table.id == site)).one()


def phone_of(session: Session, token_hash: bytes, association: int) -> tables.Device | None:
    """The phone that a token was given to at an association, even if it was revoked since."""
    device, site = tables.Device, tables.Site
    query = select(device).join(site, site.id == device.site_id)
    return session.scalar(
        query.where(device.token_hash == token_hash, site.association_id == association)
    )
