"""Reports of wrong sites, as far as the reader may see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.session import Session

MOST = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of a site, how often, and since when."""

    number: int
    site: int
    site_name: str
    association: str
    topic: str
    words: str | None
    times: int
    first_at: datetime
    last_at: datetime
    answer: str | None
    ended_at: datetime | None


def reports(session: Session, own: int | None, *, ended: bool = False) -> list[Report]:
    """Open reports, the oldest first; or those that ended, the newest first."""
    report, site, association = tables.SiteReport, tables.Site, tables.Association
    query = (
        select(report, site.name, association.name)
        .join(site, site.id == report.site_id)
        .join(association, association.id == site.association_id)
        .limit(MOST)
    )
    if own is not None:
        query = query.where(site.association_id == own)
    if ended:
        query = query.where(report.ended_at.is_not(None)).order_by(report.ended_at.desc())
    else:
        query = query.where(report.ended_at.is_(None)).order_by(report.first_at, report.id)
    return [
        Report(
            row.id,
            row.site_id,
            name,
            whose,
            row.topic,
            row.words,
            row.times,
            row.first_at,
            row.last_at,
            row.answer,
            row.ended_at,
        )
        for row, name, whose in session.execute(query)
    ]
