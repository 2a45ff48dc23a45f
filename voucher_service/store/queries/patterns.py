"""What unusual patterns are looked for in: the latest uses, and where places are. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from voucher_service.core.patterns import Address, Pattern, Use, patterns, related
from voucher_service.store import tables
from voucher_service.store.session import Session

LOOKED_AT = 5_000
"""Uses looked at on one page: enough for weeks of a pilot, little for a page."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, among how many uses, since when, and where to go on with older ones."""

    patterns: list[Pattern]
    uses: int
    since: datetime | None
    before: int | None


def found(session: Session, before: int | None = None) -> Found:
    """Unusual patterns among the latest uses, or among those from before one of them."""
    use, booklet = tables.Redemption, tables.Booklet
    newest = before - 1 if before else session.scalar(select(func.max(use.id))) or 0
    oldest = newest - LOOKED_AT
    rows = session.execute(
        select(
            use.site_id, use.device_id, use.booklet_id, booklet.passes, booklet.point_id, use.moment
        )
        .join(booklet, booklet.id == use.booklet_id)
        .where(use.id > oldest, use.id <= newest, use.undone_at.is_(None))
    )
    uses = [Use(*row) for row in rows]
    pairs = related(
        _points(session, {use.point for use in uses if use.point is not None}),
        _sites(session, {use.site for use in uses}),
    )
    since = min((use.moment for use in uses), default=None)
    older = oldest + 1 if oldest > 0 else None
    return Found(patterns(uses, pairs), len(uses), since, older)


def _points(session: Session, numbers: Iterable[int]) -> dict[int, Address]:
    point = tables.DistributionPoint
    rows = session.scalars(select(point).where(point.id.in_(numbers)))
    return {row.id: Address(row.name, row.adresse or "", row.code_postal or "") for row in rows}


def _sites(session: Session, numbers: Iterable[int]) -> dict[int, Address]:
    site, association = tables.Site, tables.Association
    rows = session.execute(
        select(site.id, association.name, site.adresse, site.code_postal)
        .join(association, association.id == site.association_id)
        .where(site.id.in_(numbers))
    )
    return {number: Address(*rest) for number, *rest in rows}
