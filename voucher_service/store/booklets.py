"""Booklets written by the thousand, and moved by conditional updates."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, text

from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session

#: The one series of serials, for every campaign: a serial names one booklet for ever.
SERIES = "booklet"

COLUMNS = ("id", "public_id", "order_id", "campaign_id", "passes", "activated_at", "valid_until")

#: From a staging table, so that a random id that happens to exist costs one retry, not the batch.
TAKE_STAGED = text(
    "INSERT INTO booklet (id, public_id, order_id, campaign_id, passes, activated_at, valid_until)"
    " SELECT id, public_id, order_id, campaign_id, passes, activated_at, valid_until"
    " FROM staged_booklet ON CONFLICT DO NOTHING"
)


def missing(session: Session, first: int, count: int) -> list[int]:
    """Which of a run of booklets are not written yet."""
    written = set(
        session.scalars(
            select(tables.Booklet.id).where(
                tables.Booklet.id >= first, tables.Booklet.id < first + count
            )
        )
    )
    return [booklet for booklet in range(first, first + count) if booklet not in written]


def write(
    session: Session,
    ids: list[int],
    *,
    order: int,
    campaign: int,
    passes: int,
    activated_at: datetime,
    valid_until: date,
) -> None:
    """Write booklets with random public ids. One whose random id exists already stays missing."""
    common = (order, campaign, passes, activated_at, valid_until)
    rows = [(booklet, secrets.token_bytes(6), *common) for booklet in ids]
    if session.get_bind().dialect.name == "postgresql":
        _copy(session, rows)
    else:
        _insert_ignoring(session, rows)


def _copy(session: Session, rows: list[tuple[Any, ...]]) -> None:
    """COPY into a staging table of this transaction, then insert from it."""
    connection = session.connection().connection.driver_connection
    assert connection is not None  # noqa: S101 - a connected session has a driver connection
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS staged_booklet (LIKE booklet) ON COMMIT DROP"
        )
        with cursor.copy(f"COPY staged_booklet ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    session.execute(TAKE_STAGED)


def _insert_ignoring(session: Session, rows: list[tuple[Any, ...]]) -> None:
    statement = insert(tables.Booklet).prefix_with("OR IGNORE")
    session.execute(statement, [dict(zip(COLUMNS, row, strict=True)) for row in rows])


def hand_over(
    session: Session, booklet_id: int, point: int, valid_until: date, now: datetime
) -> bool:
    """Hand over a funded booklet that this point still has. False when it has not.

    Once its campaign's end has begun, only what stands in for another booklet goes on.
    """
    booklet, closing = tables.Booklet, tables.Closing
    ending = select(closing.id).where(closing.campaign_id == booklet.campaign_id).exists()
    return 1 == update_if(
        session,
        booklet,
        booklet.id == booklet_id,
        booklet.point_id == point,
        booklet.activated_at.is_not(None),
        booklet.handed_over_at.is_(None),
        booklet.blocked_at.is_(None),
        booklet.voided_at.is_(None),
        or_(~ending, booklet.replaces_id.is_not(None)),
        handed_over_at=now,
        valid_until=valid_until,
    )


def take_back(
    session: Session, booklet_id: int, point: int, valid_until: date, since: datetime | None
) -> bool:
    """Undo a hand-over of this point, not older than a moment if one is given. False otherwise.

    Locks the booklet against being spent: whoever asks looks afterwards whether a pass was.
    """
    booklet, handover, closing = tables.Booklet, tables.Handover, tables.Closing
    fresh = (
        booklet.handed_over_at.is_not(None) if since is None else booklet.handed_over_at >= since
    )
    taken = 1 == update_if(
        session,
        booklet,
        booklet.id == booklet_id,
        booklet.point_id == point,
        fresh,
        booklet.blocked_at.is_(None),
        booklet.voided_at.is_(None),
        ~select(closing.id).where(closing.campaign_id == booklet.campaign_id).exists(),
        handed_over_at=None,
        valid_until=valid_until,
    )
    if taken:
        session.execute(delete(handover).where(handover.booklet_id == booklet_id))
    return taken


def block(session: Session, booklet_id: int, now: datetime) -> bool:
    """Block a booklet that is neither blocked nor voided."""
    booklet = tables.Booklet
    return 1 == update_if(
        session,
        booklet,
        booklet.id == booklet_id,
        booklet.blocked_at.is_(None),
        booklet.voided_at.is_(None),
        blocked_at=now,
    )


def unblock(session: Session, booklet_id: int) -> bool:
    """Unblock a booklet that is blocked and not voided."""
    booklet = tables.Booklet
    return 1 == update_if(
        session,
        booklet,
        booklet.id == booklet_id,
        booklet.blocked_at.is_not(None),
        booklet.voided_at.is_(None),
        blocked_at=None,
    )


def void(session: Session, booklet_id: int, now: datetime) -> bool:
    """End a booklet for good."""
    booklet = tables.Booklet
    return 1 == update_if(
        session, booklet, booklet.id == booklet_id, booklet.voided_at.is_(None), voided_at=now
    )


def stand_in(session: Session, booklet_id: int, *, replaces: int, point: int | None) -> None:
    """Say which booklet a new one stands in for, and where it waits."""
    booklet = tables.Booklet
    update_if(session, booklet, booklet.id == booklet_id, replaces_id=replaces, point_id=point)


def freeze_order(session: Session, order: int) -> int:
    """Take the cover of an order's booklets away. Locks each of them against being spent."""
    booklet = tables.Booklet
    return update_if(session, booklet, booklet.order_id == order, activated_at=None)


def activate_order(session: Session, order: int, now: datetime) -> int:
    """Give an order's booklets their cover again."""
    booklet = tables.Booklet
    return update_if(
        session,
        booklet,
        booklet.order_id == order,
        booklet.activated_at.is_(None),
        activated_at=now,
    )


def in_stock(session: Session, point: int) -> int:
    """How many booklets a point can still hand over."""
    booklet = tables.Booklet
    count = session.scalar(
        select(func.count()).where(
            booklet.point_id == point,
            booklet.handed_over_at.is_(None),
            booklet.blocked_at.is_(None),
            booklet.voided_at.is_(None),
        )
    )
    return int(count or 0)


def passes_used(session: Session, booklet_id: int) -> int:
    """How many of a booklet's passes are spent."""
    redemption = tables.Redemption
    count = session.scalar(
        select(func.count()).where(
            redemption.booklet_id == booklet_id, redemption.undone_at.is_(None)
        )
    )
    return int(count or 0)


def count_unmet(session: Session, point: int, day: date) -> None:
    """One more person asked a point that had nothing to give."""
    if insert_once(session, tables.UnmetRequest, point_id=point, day=day, people=1):
        return
    unmet = tables.UnmetRequest
    update_if(session, unmet, unmet.point_id == point, unmet.day == day, people=unmet.people + 1)
