"""Incidents and disputes with the scans they are about, as far as the caller may see.

``tenant`` is the association that asks: nothing means that the caller may see everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Dispute = tables.Dispute
Incident = tables.Incident
Redemption = tables.Redemption
Refusal = tables.Refusal
Site = tables.Site


@dataclass(frozen=True, slots=True)
class Filter:
    """Which ones: what is given must agree."""

    association: int | None = None
    campaign: int | None = None
    kind: str | None = None
    state: str | None = None


def incidents(
    session: Session, wanted: Filter, tenant: int | None, window: Window
) -> Page[tables.Incident]:
    """Incidents, oldest first."""
    query = _incidents(tenant)
    if wanted.association is not None:
        query = query.where(Incident.association_id == wanted.association)
    if wanted.campaign is not None:
        query = query.where(Incident.campaign_id == wanted.campaign)
    if wanted.kind is not None:
        query = query.where(Incident.kind == wanted.kind)
    if wanted.state is not None:
        closed = Incident.closed_at.is_not(None)
        query = query.where(closed if wanted.state == "closed" else ~closed)
    return page(session, query, Incident.id, window)


def incident(session: Session, number: int, tenant: int | None) -> tables.Incident:
    """One incident; raises :class:`NotFound`."""
    row = session.scalar(_incidents(tenant).where(Incident.id == number))
    if row is None:
        raise NotFound("not_found", f"There is no incident {number}.")
    return row


def _incidents(tenant: int | None) -> Select[tables.Incident]:
    query = select(Incident)
    return query if tenant is None else query.where(Incident.association_id == tenant)


def disputes(
    session: Session, wanted: Filter, tenant: int | None, window: Window
) -> Page[tables.Dispute]:
    """Disputes, oldest first."""
    query = _disputes(tenant)
    if wanted.association is not None:
        query = query.where(Site.association_id == wanted.association)
    if wanted.state is not None:
        open_ = Dispute.outcome.is_(None)
        query = query.where(open_ if wanted.state == "open" else Dispute.outcome == wanted.state)
    return page(session, query, Dispute.id, window)


def dispute(session: Session, number: int, tenant: int | None) -> tables.Dispute:
    """One dispute; raises :class:`NotFound`."""
    row = session.scalar(_disputes(tenant).where(Dispute.id == number))
    if row is None:
        raise NotFound("not_found", f"There is no dispute {number}.")
    return row


def _disputes(tenant: int | None) -> Select[tables.Dispute]:
    query = (
        select(Dispute)
        .join(Refusal, Refusal.id == Dispute.refusal_id)
        .join(Site, Site.id == Refusal.site_id)
    )
    return query if tenant is None else query.where(Site.association_id == tenant)


def refusals(session: Session, numbers: Iterable[int | None]) -> dict[int, tables.Refusal]:
    """Some refusals, by their number."""
    rows = session.scalars(select(Refusal).where(Refusal.id.in_(_known(numbers))))
    return {row.id: row for row in rows}


def redemptions(session: Session, numbers: Iterable[int | None]) -> dict[int, tables.Redemption]:
    """Some uses, by their number."""
    rows = session.scalars(select(Redemption).where(Redemption.id.in_(_known(numbers))))
    return {row.id: row for row in rows}


def associations(session: Session, sites: Iterable[int]) -> dict[int, int]:
    """Whose some sites are."""
    rows = session.execute(select(Site.id, Site.association_id).where(Site.id.in_(set(sites))))
    return dict(rows.all())


def _known(numbers: Iterable[int | None]) -> set[int]:
    return {number for number in numbers if number is not None}
