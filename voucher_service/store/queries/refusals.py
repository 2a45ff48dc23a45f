"""Scans of an association that were refused, newest first, with what was said about them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, and_, select

from voucher_service.core.errors import NotFound
from voucher_service.core.incidents import IncidentKind
from voucher_service.store import load, tables
from voucher_service.store.queries.uses import Seen
from voucher_service.store.session import Session

Dispute = tables.Dispute
Incident = tables.Incident
R = tables.Refusal
Site = tables.Site


@dataclass(frozen=True, slots=True)
class Refused:
    """One refused scan. The pass and its value are unknown when the code was no good."""

    id: int
    site: int
    site_name: str
    reason: str
    serial: str | None
    number: int | None
    cents: int | None
    service: str | None
    moment: datetime
    offline: bool
    #: Who bears it, when the pass paid for two services.
    borne_by: str | None
    dispute: tables.Dispute | None


def refusals(
    session: Session, seen: Seen, before: int | None, limit: int
) -> tuple[list[Refused], int | None]:
    """Some refused scans, the last first, and what to ask the earlier ones with. Never checks."""
    query = _select(seen)
    if before is not None:
        query = query.where(R.id < before)
    rows = session.execute(query.order_by(R.id.desc()).limit(limit + 1)).all()
    found = [_refused(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def refusal(session: Session, seen: Seen, number: int) -> Refused:
    """One refused scan; raises :class:`NotFound`."""
    row = session.execute(_select(seen).where(R.id == number)).first()
    if row is None:
        raise NotFound("not_found", f"There is no refusal {number}.")
    return _refused(row)


def disputed(session: Session, seen: Seen) -> list[Refused]:
    """Every refused scan that somebody disputes, the last disputed first."""
    rows = session.execute(_select(seen).where(Dispute.id.is_not(None)).order_by(Dispute.id.desc()))
    return [_refused(row) for row in rows]


def of_pass(session: Session, seen: Seen, serial: str, number: int) -> list[Refused]:
    """Every refused scan of one pass, the last first."""
    same = R.booklet_id == load.booklet_of_serial(serial), R.number == number
    return [
        _refused(row) for row in session.execute(_select(seen).where(*same).order_by(R.id.desc()))
    ]


def _select(seen: Seen) -> Select[R, str, int, str | None, Dispute]:
    double_use = IncidentKind.DOUBLE_USE.value
    return (
        select(R, Site.name, tables.Campaign.face_value_cents, Incident.borne_by, Dispute)
        .join(Site, Site.id == R.site_id)
        .outerjoin(tables.Booklet, tables.Booklet.id == R.booklet_id)
        .outerjoin(tables.Campaign, tables.Campaign.id == tables.Booklet.campaign_id)
        .outerjoin(Incident, and_(Incident.refusal_id == R.id, Incident.kind == double_use))
        .outerjoin(Dispute, Dispute.refusal_id == R.id)
        .where(seen.of(R.site_id), R.scan_id.is_not(None))
    )


def _refused(row: Row[R, str, int, str | None, Dispute]) -> Refused:
    found, site, cents, borne_by, dispute = row
    return Refused(
        found.id,
        found.site_id,
        site,
        found.reason,
        None if found.booklet_id is None else load.serial(found.booklet_id),
        found.number,
        cents,
        found.service,
        found.moment,
        found.offline,
        borne_by,
        dispute,
    )
