"""The journal behind a register of stamped values: parcels, hand-overs day by day, losses.

Hand-overs are counted by day: never to whom, and not one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from voucher_service.core.campaign import paris_day
from voucher_service.store import load, tables, types
from voucher_service.store.queries.registers import (
    BACK,
    GIVEN,
    IN,
    KINDS,
    LOST,
    direction_of,
    in_parcel,
    midnight,
    parcels_of,
)
from voucher_service.store.session import Session

Booklet = tables.Booklet
Campaign = tables.Campaign
Event = tables.BookletEvent
Movement = tables.StockMovement

ORDER = (IN, BACK, GIVEN, LOST)
HANDING = ("handed_over", "taken_back")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. ``first`` and ``last`` are serials, where there is one run.

    ``booklets``, ``passes`` and ``cents`` are less than nothing where a line takes one back: a lost
    booklet that was found.
    """

    day: date
    campaign: str
    movement: str
    first: str | None
    last: str | None
    booklets: int
    passes: int
    cents: int
    reason: str | None


def entries(session: Session, point: int, since: date, until: date) -> Sequence[Entry]:
    """What changed a point's stock over some days of Paris, oldest first."""
    start, end = midnight(since), midnight(until + timedelta(days=1))
    found = [
        *_parcels(session, point, start, end),
        *_handed_over(session, point, start, end),
        *_singles(session, point, start, end),
    ]
    return sorted(found, key=lambda one: (one.day, ORDER.index(one.movement), one.first or ""))


def _parcels(session: Session, point: int, start: datetime, end: datetime) -> Iterator[Entry]:
    """A parcel that holds booklets of two campaigns is a line for each."""
    rows = session.execute(
        select(
            Movement.id,
            Movement.at,
            Movement.reason,
            direction_of(point),
            Campaign.name,
            Campaign.face_value_cents,
            func.min(Booklet.id),
            func.max(Booklet.id),
            func.count(),
            func.sum(Booklet.passes),
        )
        .join(Booklet, in_parcel())
        .join(Campaign, Campaign.id == Booklet.campaign_id)
        .where(parcels_of(point), Movement.at >= start, Movement.at < end)
        .group_by(
            Movement.id, Movement.at, Movement.reason, "direction", Campaign.id, Campaign.name,
            Campaign.face_value_cents,
        )
    )  # fmt: skip
    for _, at, reason, movement, name, face, first, last, count, passes in rows:
        yield Entry(
            paris_day(load.instant(at)),
            name,
            movement,
            load.serial(first),
            load.serial(last),
            int(count),
            int(passes),
            int(passes) * face,
            reason,
        )


def _handed_over(session: Session, point: int, start: datetime, end: datetime) -> Iterator[Entry]:
    """Hand-overs by day and campaign, less those that were undone that day."""
    sign = case((Event.kind == "taken_back", -1), else_=1)
    day = types.paris_day(Event.at).label("day")
    rows = session.execute(
        select(
            day,
            Campaign.name,
            Campaign.face_value_cents,
            func.sum(sign),
            func.sum(sign * Booklet.passes),
        )
        .join(Booklet, Booklet.id == Event.booklet_id)
        .join(Campaign, Campaign.id == Booklet.campaign_id)
        .where(Event.point_id == point, Event.kind.in_(HANDING), Event.at >= start, Event.at < end)
        .group_by("day", Campaign.id, Campaign.name, Campaign.face_value_cents)
    )
    for day_text, name, face, count, passes in rows:
        if count:
            yield Entry(
                load.day(day_text),
                name,
                GIVEN,
                None,
                None,
                int(count),
                int(passes),
                int(passes) * face,
                None,
            )


def _singles(session: Session, point: int, start: datetime, end: datetime) -> Iterator[Entry]:
    """What happened to one booklet: lost, found, void, or put in the place of another."""
    rows = session.execute(
        select(Event, Booklet.passes, Campaign.name, Campaign.face_value_cents)
        .join(Booklet, Booklet.id == Event.booklet_id)
        .join(Campaign, Campaign.id == Booklet.campaign_id)
        .where(
            Event.point_id == point, Event.kind.not_in(HANDING), Event.at >= start, Event.at < end
        )
        .order_by(Event.id)
    )
    for event, passes, name, face in rows:
        movement, sign = KINDS[event.kind]
        serial = load.serial(event.booklet_id)
        counted = sign * int(passes)
        yield Entry(
            paris_day(event.at),
            name,
            movement,
            serial,
            serial,
            sign,
            counted,
            counted * face,
            event.reason,
        )
