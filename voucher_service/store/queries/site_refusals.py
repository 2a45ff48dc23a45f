"""What one site was refused, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from voucher_service.core.incidents import IncidentKind
from voucher_service.store import load, tables
from voucher_service.store.session import Session

Dispute = tables.Dispute
Refusal = tables.Refusal

DOUBLE_USE = IncidentKind.DOUBLE_USE.value


@dataclass(frozen=True, slots=True)
class SiteRefusal:
    """One refusal of a site. The pass and its value are unknown when the code was no good."""

    id: int
    scan_id: str
    reason: str
    serial: str | None
    number: int | None
    cents: int | None
    service: str | None
    moment: datetime
    at: datetime
    offline: bool
    #: Who bears it, when the pass paid for two services.
    borne_by: str | None
    dispute: tables.Dispute | None


def page(
    session: Session, site: int, since: datetime | None, after: int | None, limit: int
) -> list[SiteRefusal]:
    """A site's refused scans in the order in which they were written. Mere checks are left out."""
    incident = tables.Incident
    query = (
        select(Refusal, tables.Campaign.face_value_cents, incident.borne_by, Dispute)
        .outerjoin(tables.Booklet, tables.Booklet.id == Refusal.booklet_id)
        .outerjoin(tables.Campaign, tables.Campaign.id == tables.Booklet.campaign_id)
        .outerjoin(incident, and_(incident.refusal_id == Refusal.id, incident.kind == DOUBLE_USE))
        .outerjoin(Dispute, Dispute.refusal_id == Refusal.id)
        .where(Refusal.site_id == site, Refusal.scan_id.is_not(None), Refusal.id > (after or 0))
    )
    if since is not None:
        query = query.where(Refusal.at >= since)
    rows = session.execute(query.order_by(Refusal.id).limit(limit))
    return [_refusal(row, cents, borne_by, said) for row, cents, borne_by, said in rows]


def _refusal(
    row: tables.Refusal, cents: int | None, borne_by: str | None, dispute: tables.Dispute | None
) -> SiteRefusal:
    return SiteRefusal(
        row.id,
        row.scan_id or "",
        row.reason,
        None if row.booklet_id is None else load.serial(row.booklet_id),
        row.number,
        cents,
        row.service,
        row.moment,
        row.at,
        row.offline,
        borne_by,
        dispute,
    )
