"""When booklets were handed over: month by month, and last at each point. Never to whom."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from sqlalchemy import Subquery, func, literal, select, union_all
from sqlalchemy.orm import aliased

from voucher_service.core.campaign import add_months, paris_day
from voucher_service.store import tables
from voucher_service.store.queries.registers import midnight
from voucher_service.store.session import Session

Booklet, Movement = tables.Booklet, tables.StockMovement


def by_month(session: Session, campaign: int) -> dict[str, int]:
    """Booklets of a campaign that people were given, by month (``2026-11``, Paris)."""
    given = _given(campaign)
    first, last = session.execute(select(func.min(given.c.at), func.max(given.c.at))).one()
    if first is None:
        return {}
    starts = [paris_day(first).replace(day=1)]
    while starts[-1] <= paris_day(last):
        starts.append(add_months(starts[-1], 1))
    # Bounds cost half of what naming the month of each booklet does.
    months = [
        func.count().filter(given.c.at >= midnight(start), given.c.at < midnight(end))
        for start, end in pairwise(starts)
    ]
    counted = session.execute(select(*months).select_from(given)).one()
    labels = [f"{start:%Y-%m}" for start in starts[:-1]]
    return {label: int(n) for label, n in zip(labels, counted, strict=True)}


def by_point(session: Session, campaign: int) -> dict[int, int]:
    """Booklets of a campaign that people were given, by distribution point."""
    given = _given(campaign)
    rows = session.execute(select(given.c.point, func.count()).group_by(given.c.point))
    return {point: int(n) for point, n in rows if point is not None}


def _given(campaign: int) -> Subquery:
    """A booklet that replaces one which somebody had is no further booklet."""
    before = aliased(Booklet)
    handed = select(Booklet.handed_over_at.label("at"), Booklet.point_id.label("point")).where(
        Booklet.campaign_id == campaign, Booklet.handed_over_at.is_not(None)
    )
    first = handed.where(Booklet.replaces_id.is_(None))
    instead = handed.join(before, before.id == Booklet.replaces_id).where(
        before.handed_over_at.is_(None)
    )
    return union_all(first, instead).subquery()


def last_days(
    session: Session, points: Sequence[int], campaign: int | None = None
) -> dict[int, date]:
    """By point: the day of its last hand-over or, before any, that of its first parcel."""
    given = select(literal(1), Booklet.point_id, func.max(Booklet.handed_over_at)).where(
        Booklet.point_id.in_(points), Booklet.handed_over_at.is_not(None)
    )
    came = select(literal(0), Movement.point_id, func.min(Movement.at)).where(
        Movement.point_id.in_(points)
    )
    if campaign is not None:
        given = given.where(Booklet.campaign_id == campaign)
        came = came.join(Booklet, Booklet.id == Movement.first_booklet).where(
            Booklet.campaign_id == campaign
        )
    both = union_all(given.group_by(Booklet.point_id), came.group_by(Movement.point_id)).subquery()
    rows = session.execute(select(both).order_by(both.columns[0]))
    return {point: paris_day(at) for _, point, at in rows if point is not None}
