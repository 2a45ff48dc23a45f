"""When booklets were handed over: month by month, and last at each point. Never to whom."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Select, SQLColumnExpression, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from voucher_service.core.campaign import paris_day
from voucher_service.store import tables, types
from voucher_service.store.session import Session

Key = TypeVar("Key")
Booklet, Movement = tables.Booklet, tables.StockMovement


def by_month(session: Session, campaign: int) -> dict[str, int]:
    """Booklets of a campaign that people were given, by month (``2026-11``, Paris)."""
    month = func.substr(types.paris_day(Booklet.handed_over_at), 1, 7)
    return {label: int(n) for label, n in session.execute(_given(campaign, month))}


def by_point(session: Session, campaign: int) -> dict[int, int]:
    """Booklets of a campaign that people were given, by distribution point."""
    rows = session.execute(_given(campaign, Booklet.point_id))
    return {point: int(n) for point, n in rows if point is not None}


def _given(campaign: int, key: SQLColumnExpression[Key]) -> Select[Key, int]:
    """A booklet that replaces one which somebody had is no further booklet."""
    before = aliased(Booklet)
    return (
        select(key, func.count())
        .outerjoin(before, before.id == Booklet.replaces_id)
        .where(
            Booklet.campaign_id == campaign,
            Booklet.handed_over_at.is_not(None),
            or_(Booklet.replaces_id.is_(None), before.handed_over_at.is_(None)),
        )
        .group_by(key)
    )


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
