"""Where a campaign's passes are given and can be spent: points, sites near them, and their names.

For the people who pay for it. Handed-over booklets are counted, newcomers too; never who.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from voucher_service.core.accreditation import Accreditation
from voucher_service.core.coverage import Coverage, Place, coverage
from voucher_service.store import tables
from voucher_service.store.session import Session

Point, Site, Booklet = tables.DistributionPoint, tables.Site, tables.Booklet


def points_of(session: Session, campaign: int) -> list[tables.DistributionPoint]:
    """The points that have had booklets of a campaign."""
    movement = tables.StockMovement
    known = (
        select(movement.point_id)
        .join(Booklet, Booklet.id == movement.first_booklet)
        .where(Booklet.campaign_id == campaign)
    )
    return list(session.scalars(select(Point).where(Point.id.in_(known)).order_by(Point.id)))


def covered(session: Session, campaign: tables.Campaign) -> list[Coverage]:
    """How near the sites of a campaign are to its points, those to warn of first.

    Its points are those that had its booklets; before the first delivery, those of its territory.
    """
    sites = [_place(row) for row in _sites(session, campaign)]
    points = points_of(session, campaign.id)
    if not points:
        query = select(Point).order_by(Point.id)
        if campaign.territory:
            query = query.where(Point.code_insee.in_(campaign.territory))
        points = list(session.scalars(query))
    return coverage([_place(row) for row in points], sites)


def _sites(session: Session, campaign: tables.Campaign) -> list[tables.Site]:
    """Open sites of accredited associations that may take a campaign's passes for a service."""
    association, approval = tables.Association, tables.Approval
    query = (
        select(Site)
        .join(association, association.id == Site.association_id)
        .join(approval, approval.association_id == association.id)
        .where(
            approval.campaign_id == campaign.id,
            association.accreditation == Accreditation.ACCREDITED.value,
            Site.closed_at.is_(None),
        )
        .order_by(Site.id)
    )
    if campaign.territory:
        query = query.where(Site.code_insee.in_(campaign.territory))
    wanted = set(campaign.services)
    return [row for row in session.scalars(query) if not wanted or wanted & set(row.services)]


def _place(row: tables.DistributionPoint | tables.Site) -> Place:
    return Place(row.name, row.commune, row.code_insee, row.latitude, row.longitude)


@dataclass(frozen=True, slots=True)
class Named:
    """What a point or a site is called, and where it is."""

    name: str
    commune: str


def points(session: Session, numbers: Iterable[int]) -> dict[int, Named]:
    """The names of some distribution points."""
    rows = session.execute(
        select(Point.id, Point.name, Point.commune).where(Point.id.in_(list(numbers)))
    )
    return {number: Named(name, commune) for number, name, commune in rows}


def sites(session: Session, numbers: Iterable[int]) -> dict[int, Named]:
    """The names of some sites."""
    rows = session.execute(
        select(Site.id, Site.name, Site.commune).where(Site.id.in_(list(numbers)))
    )
    return {number: Named(name, commune) for number, name, commune in rows}


@dataclass(frozen=True, slots=True)
class Asked:
    """At hand-over: how many said that they were new to digital help, and how many were asked."""

    newcomers: int
    others: int


def newcomers(session: Session, campaign: int) -> dict[int, Asked]:
    """By point. Small counts are for ``core.small_cells`` to hide before anybody sees them."""
    handover = tables.Handover
    rows = session.execute(
        select(
            handover.point_id,
            func.count().filter(handover.newcomer.is_(True)),
            func.count().filter(handover.newcomer.is_(False)),
        )
        .join(Booklet, Booklet.id == handover.booklet_id)
        .where(Booklet.campaign_id == campaign, handover.newcomer.is_not(None))
        .group_by(handover.point_id)
    )
    return {point: Asked(int(new), int(others)) for point, new, others in rows}
