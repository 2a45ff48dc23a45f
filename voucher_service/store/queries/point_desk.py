"""What a distribution point sees at its desk: its stock, its parcels, its day. Never to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select

from voucher_service.core.campaign import latest_day
from voucher_service.core.errors import NotFound
from voucher_service.store import load, tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.queries.registers import midnight
from voucher_service.store.session import Session

Booklet = tables.Booklet
Campaign = tables.Campaign
Delivery = tables.Delivery
Movement = tables.StockMovement

STOPPED = Booklet.blocked_at.is_not(None)
SOON = timedelta(days=30)
MOST_RUNS = 100
LATEST_PARCELS = 50


@dataclass(frozen=True, slots=True)
class Stock:
    """What a point has of one campaign. ``blocked`` booklets are not in ``booklets``."""

    campaign: int
    name: str
    booklets: int
    blocked: int
    cents: int
    last_day: date
    ending: bool
    """Whether the end of the campaign has begun: nothing more is handed over."""

    def state(self, today: date) -> str:
        """``over``, ``ending``, ``soon`` or ``good``."""
        if self.last_day < today:
            return "over"
        if self.ending:
            return "ending"
        return "soon" if self.last_day - today <= SOON else "good"


def stock(session: Session, point: int) -> Sequence[Stock]:
    """The stock of a point, campaign by campaign, what ends first before."""
    good = case((STOPPED, 0), else_=1)
    ending = select(tables.Closing.id).where(tables.Closing.campaign_id == Campaign.id).exists()
    rows = session.execute(
        select(
            Campaign,
            func.sum(good),
            func.sum(1 - good),
            func.sum(good * Booklet.passes),
            ending,
        )
        .join(Booklet, Booklet.campaign_id == Campaign.id)
        .where(_held(point))
        .group_by(Campaign.id)
    )
    found = [
        Stock(
            campaign.id,
            campaign.name,
            int(booklets),
            int(blocked),
            int(passes) * campaign.face_value_cents,
            latest_day(load.campaign(campaign).validity),
            bool(closing),
        )
        for campaign, booklets, blocked, passes, closing in rows
    ]
    return sorted(found, key=lambda one: (one.last_day, one.campaign))


def _held(point: int) -> ColumnElement[bool]:
    return and_(
        Booklet.point_id == point, Booklet.handed_over_at.is_(None), Booklet.voided_at.is_(None)
    )


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive serials in a drawer."""

    campaign: int
    first: str
    last: str
    booklets: int


def runs(session: Session, point: int) -> Sequence[Run]:
    """The serials that a point can hand over, as runs: what a clerk compares with the drawer."""
    rank = func.row_number().over(partition_by=Booklet.campaign_id, order_by=Booklet.id)
    mine = (
        select(Booklet.campaign_id, Booklet.id, (Booklet.id - rank).label("island"))
        .where(_held(point), ~STOPPED)
        .subquery()
    )
    rows = session.execute(
        select(mine.c.campaign_id, func.min(mine.c.id), func.max(mine.c.id), func.count())
        .group_by(mine.c.campaign_id, mine.c.island)
        .order_by(func.min(mine.c.id))
        .limit(MOST_RUNS)
    )
    return [
        Run(campaign, load.serial(first), load.serial(last), int(count))
        for campaign, first, last, count in rows
    ]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that was sent to a point, and what was found in it once it was counted."""

    number: int
    sent_at: datetime
    first: str
    last: str
    booklets: int
    counted_at: datetime | None
    counted: int | None
    missing: int
    differs: bool


def parcels(session: Session, point: int, number: int | None = None) -> Sequence[Parcel]:
    """The parcels of a point, or one of them: those to count first, then the newest."""
    query = (
        select(Movement, Delivery)
        .outerjoin(Delivery, Delivery.movement_id == Movement.id)
        .where(Movement.point_id == point)
        .order_by(Delivery.movement_id.is_not(None), Movement.id.desc())
        .limit(LATEST_PARCELS)
    )
    if number is not None:
        query = query.where(Movement.id == number)
    return [_parcel(movement, delivery) for movement, delivery in session.execute(query)]


def _parcel(movement: tables.StockMovement, delivery: tables.Delivery | None) -> Parcel:
    last = movement.first_booklet + movement.booklets - 1
    differs = delivery is not None and (
        delivery.counted != movement.booklets
        or bool(delivery.missing)
        or (delivery.first_booklet, delivery.last_booklet) != (movement.first_booklet, last)
    )
    return Parcel(
        movement.id,
        movement.at,
        load.serial(movement.first_booklet),
        load.serial(last),
        movement.booklets,
        delivery.at if delivery else None,
        delivery.counted if delivery else None,
        len(delivery.missing) if delivery else 0,
        differs,
    )


def sent(session: Session, point: int, window: Window) -> Page[tables.StockMovement]:
    """The parcels that were sent to a point, oldest first."""
    return page(session, select(Movement).where(Movement.point_id == point), Movement.id, window)


def deliveries(session: Session, movements: Sequence[int]) -> dict[int, tables.Delivery]:
    """What was found in some parcels, for those that were counted."""
    found = session.scalars(select(Delivery).where(Delivery.movement_id.in_(movements)))
    return {row.movement_id: row for row in found}


def receiver(session: Session, movement: int, tenant: int | None) -> int:
    """The point that a parcel was sent to; raises :class:`NotFound` for another's."""
    point = session.scalar(select(Movement.point_id).where(Movement.id == movement))
    if point is None or tenant not in {None, point}:
        raise NotFound("not_found", f"There is no parcel {movement}.")
    return point


@dataclass(frozen=True, slots=True)
class Given:
    """A booklet that was handed over, to nobody known."""

    serial: str
    campaign: str
    at: datetime
    newcomer: bool | None
    valid_until: date


def given(session: Session, point: int, day: date) -> Sequence[Given]:
    """What a point handed over on a day of Paris, newest first."""
    handover = tables.Handover
    rows = session.execute(
        select(handover, Booklet.valid_until, Campaign.name)
        .join(Booklet, Booklet.id == handover.booklet_id)
        .join(Campaign, Campaign.id == Booklet.campaign_id)
        .where(
            handover.point_id == point,
            handover.at >= midnight(day),
            handover.at < midnight(day + timedelta(days=1)),
        )
        .order_by(handover.at.desc(), handover.booklet_id.desc())
    )
    return [
        Given(load.serial(row.booklet_id), name, row.at, row.newcomer, until)
        for row, until, name in rows
    ]


def asked_in_vain(session: Session, point: int, day: date) -> int:
    """How many people asked a point that had nothing to give, on a day."""
    row = session.get(tables.UnmetRequest, (point, day))
    return row.people if row else 0


def serial_of_pass(session: Session, public_id: bytes) -> str | None:
    """The serial of the booklet that a signed pass belongs to."""
    number = session.scalar(select(Booklet.id).where(Booklet.public_id == public_id))
    return load.serial(number) if number is not None else None
