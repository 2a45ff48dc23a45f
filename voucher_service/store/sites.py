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


def site_of_pairing(session: Session, code_hash: bytes, now: datetime) -> int | None:
    """The site that a pairing code still opens."""
    table = tables.Pairing
    return session.scalar(
        select(table.site_id).where(table.code_hash == code_hash, table.expires_at > now)
    )
