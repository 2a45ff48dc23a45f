"""Parcels and what is still to be packed, as the operator reads them. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

MOST_RUNS = 20


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive booklets of an order that are at no point yet."""

    order: int
    first: int
    booklets: int


def movements(session: Session, point: int, window: Window) -> Page[tables.StockMovement]:
    """The parcels that went to a point, and what it gave back."""
    table = tables.StockMovement
    its = (table.point_id == point) | (table.from_point_id == point)
    return page(session, select(table).where(its), table.id, window)


def deliveries(session: Session, numbers: Sequence[int]) -> dict[int, tables.Delivery]:
    """What was found in some parcels, where somebody counted them."""
    table = tables.Delivery
    rows = session.scalars(select(table).where(table.movement_id.in_(numbers)))
    return {row.movement_id: row for row in rows}


def unpacked(session: Session) -> Sequence[Run]:
    """Runs of booklets that wait to be sent to a point, by serial: the first ones."""
    booklet = tables.Booklet
    # Consecutive numbers less their rank are the same number: one group a run.
    rank = func.row_number().over(order_by=booklet.id)
    waiting = (
        select(booklet.order_id, booklet.id, (booklet.id - rank).label("run"))
        .where(booklet.point_id.is_(None), booklet.voided_at.is_(None))
        .subquery()
    )
    rows = session.execute(
        select(waiting.c.order_id, func.min(waiting.c.id), func.count())
        .group_by(waiting.c.order_id, waiting.c.run)
        .order_by(func.min(waiting.c.id))
        .limit(MOST_RUNS)
    )
    return [Run(order, int(first), int(count)) for order, first, count in rows]
