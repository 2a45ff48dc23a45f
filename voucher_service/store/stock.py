"""The stock of distribution points as it changes: parcels on their way, and what was counted.

A stock is never written down as a number: it is the booklets themselves, and its register is the
sum of movements and events (``store.queries.registers``).
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session


def move(session: Session, wanted: range, source: int | None, target: int | None) -> int:
    """Move booklets that one holder has and could hand over; how many could be.

    ``None`` is the operator.
    """
    booklet = tables.Booklet
    return update_if(
        session,
        booklet,
        booklet.id >= wanted.start,
        booklet.id < wanted.stop,
        booklet.point_id.is_(None) if source is None else booklet.point_id == source,
        booklet.handed_over_at.is_(None),
        booklet.blocked_at.is_(None),
        booklet.voided_at.is_(None),
        point_id=target,
    )


def parcel(session: Session, movement: int, point: int) -> tables.StockMovement | None:
    """A parcel that was sent to a point."""
    table = tables.StockMovement
    return session.scalar(select(table).where(table.id == movement, table.point_id == point))


def counted(
    session: Session,
    movement: int,
    count: int,
    ends: Sequence[int | None],
    missing: Collection[int],
    actor: str,
    now: datetime,
) -> bool:
    """Write down what was found in a parcel. False when somebody counted it before."""
    return insert_once(
        session,
        tables.Delivery,
        movement_id=movement,
        counted=count,
        first_booklet=ends[0],
        last_booklet=ends[1],
        missing=sorted(missing),
        actor=actor,
        at=now,
    )


def still_there(session: Session, point: int, booklets: Collection[int]) -> Sequence[int]:
    """Which of some booklets are in a point's stock and could be handed over."""
    booklet = tables.Booklet
    return session.scalars(
        select(booklet.id)
        .where(
            booklet.id.in_(booklets),
            booklet.point_id == point,
            booklet.handed_over_at.is_(None),
            booklet.blocked_at.is_(None),
            booklet.voided_at.is_(None),
        )
        .order_by(booklet.id)
    ).all()
