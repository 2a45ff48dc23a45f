"""Booklets and distribution points, as far as the caller may see: a point sees its own stock.

``point`` is the tenant everywhere: nothing means that the caller may see everything.
"""

from collections.abc import Sequence
from math import cos, radians
from typing import Literal

from sqlalchemy import Select, case, func, select

from voucher_service.core.errors import NotFound
from voucher_service.store import load, tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Booklet = tables.Booklet
Point = tables.DistributionPoint
#: The printed serial of a booklet.
serial = load.serial
Status = Literal["issued", "in_stock", "handed_over", "blocked", "voided"]


def status(booklet: tables.Booklet) -> Status:
    """What a booklet is now."""
    if booklet.voided_at is not None:
        return "voided"
    if booklet.blocked_at is not None:
        return "blocked"
    if booklet.handed_over_at is not None:
        return "handed_over"
    return "issued" if booklet.point_id is None else "in_stock"


def of_order(session: Session, order: int, window: Window) -> Page[tables.Booklet]:
    """The booklets of an order by serial, replacements last."""
    return page(session, select(Booklet).where(Booklet.order_id == order), Booklet.id, window)


def of_point(session: Session, point: int, window: Window) -> Page[tables.Booklet]:
    """The booklets that a point holds or handed over, by serial."""
    return page(session, select(Booklet).where(Booklet.point_id == point), Booklet.id, window)


def booklet(session: Session, serial: str, point: int | None) -> tables.Booklet:
    """One booklet; raises :class:`NotFound`."""
    number = load.booklet_of_serial(serial)
    query = select(Booklet).where(Booklet.id == number)
    row = session.scalar(query if point is None else query.where(Booklet.point_id == point))
    if row is None:
        raise NotFound("not_found", f"There is no booklet {serial}.")
    return row


def used(session: Session, booklets: Sequence[int]) -> dict[int, int]:
    """How many passes of some booklets are spent; those with none are left out."""
    table = tables.Redemption
    rows = session.execute(
        select(table.booklet_id, func.count())
        .where(table.booklet_id.in_(booklets), table.undone_at.is_(None))
        .group_by(table.booklet_id)
    )
    return {number: int(count) for number, count in rows}


def booklet_campaign(session: Session, booklet: tables.Booklet) -> tables.Campaign:
    """The campaign of a booklet."""
    return session.get_one(tables.Campaign, booklet.campaign_id)


def history(session: Session, booklet: int) -> Sequence[tables.BookletEvent]:
    """What was done to a booklet, oldest first."""
    table = tables.BookletEvent
    return session.scalars(
        select(table).where(table.booklet_id == booklet).order_by(table.id)
    ).all()


def points(session: Session, point: int | None, window: Window) -> Page[tables.DistributionPoint]:
    """Distribution points, oldest first."""
    table = tables.DistributionPoint
    query = select(table)
    return page(
        session, query if point is None else query.where(table.id == point), table.id, window
    )


def point(session: Session, number: int, tenant: int | None) -> tables.DistributionPoint:
    """One distribution point; raises :class:`NotFound`."""
    found = points(session, number, Window(None, 1)).rows if tenant in {None, number} else ()
    if not found:
        raise NotFound("not_found", f"There is no distribution point {number}.")
    return found[0]


def stocks(session: Session, points: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By point: booklets it can still hand over, and booklets it handed over."""
    left = case(
        (
            Booklet.handed_over_at.is_(None)
            & Booklet.blocked_at.is_(None)
            & Booklet.voided_at.is_(None),
            1,
        ),
        else_=0,
    )
    rows = session.execute(
        select(Booklet.point_id, func.sum(left), func.count(Booklet.handed_over_at))
        .where(Booklet.point_id.in_(points))
        .group_by(Booklet.point_id)
    )
    return {number: (int(stock), int(given)) for number, stock, given in rows}


def unmet(session: Session, points: Sequence[int]) -> dict[int, int]:
    """By point: how many people asked when there was nothing to give."""
    table = tables.UnmetRequest
    rows = session.execute(
        select(table.point_id, func.sum(table.people))
        .where(table.point_id.in_(points))
        .group_by(table.point_id)
    )
    return {number: int(people) for number, people in rows}


def nearest_sites(
    session: Session, point: tables.DistributionPoint, campaign: tables.Campaign, count: int
) -> Sequence[tables.Site]:
    """Where a campaign's passes can be spent near a point, nearest first.

    By distance where both have coordinates; else in the same commune, else in the same department.
    """
    site, association, approval = tables.Site, tables.Association, tables.Approval
    query = (
        select(site)
        .join(association, association.id == site.association_id)
        .join(approval, approval.association_id == association.id)
        .where(
            approval.campaign_id == campaign.id,
            association.accreditation == "accredited",
            site.closed_at.is_(None),
        )
    )
    if campaign.territory:
        query = query.where(site.code_insee.in_(campaign.territory))
    return session.scalars(_by_nearness(query, point).limit(count)).all()


def _department(code: str) -> str:
    """How the postal codes of a department begin. Overseas they need a third digit."""
    if code.startswith(("97", "98")):
        return code[:3]
    return "20" if code.startswith(("2A", "2B")) else code[:2]


def _by_nearness(
    query: Select[tables.Site], point: tables.DistributionPoint
) -> Select[tables.Site]:
    site = tables.Site
    department = _department(point.code_postal or point.code_insee or "")
    same_commune = (site.code_insee == (point.code_insee or "none")) | (
        func.lower(site.commune) == point.commune.lower()
    )
    same_department = site.code_postal.startswith(department) if department else same_commune
    near = same_commune | same_department
    by_commune = case((same_commune, 0), else_=1)
    if point.latitude is None or point.longitude is None:
        return query.where(near).order_by(by_commune, site.id)
    placed = site.latitude.is_not(None) & site.longitude.is_not(None)
    # A flat Earth is good enough for neighbours; a degree of longitude shrinks with the latitude.
    shrink = cos(radians(point.latitude)) ** 2
    north, east = site.latitude - point.latitude, site.longitude - point.longitude
    distance = case((placed, north * north + shrink * east * east), else_=None)
    return query.where(placed | near).order_by(
        case((placed, 0), else_=1), distance, by_commune, site.id
    )
