"""The register of stamped values of a point: what it had, received, gave and lost, at any date.

Passes in public hands are inactive values that a public accountant follows (note of the DGFiP and
the ANCT on the pass numérique). Every figure is the sum of movements of parcels and of events of
booklets, so a register of an earlier day always comes out the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Label, and_, case, func, literal_column, or_, select

from voucher_service.core.campaign import end_of_day
from voucher_service.store import tables
from voucher_service.store.session import Session

Booklet = tables.Booklet
Event = tables.BookletEvent
Movement = tables.StockMovement

IN, BACK, GIVEN, LOST = "received", "returned", "handed_over", "lost"
OPENING, CLOSING = "opening", "closing"

KINDS = {
    "stands_in": (IN, 1),
    "handed_over": (GIVEN, 1),
    "taken_back": (GIVEN, -1),
    "blocked": (LOST, 1),
    "voided": (LOST, 1),
    "unblocked": (LOST, -1),
}
"""Which movement of the register an event of a booklet is, and whether it adds to it."""

INTO_STOCK = {IN: 1, BACK: -1, GIVEN: -1, LOST: -1}
"""What each movement does to the stock."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Some booklets, and how many passes they hold. Negative only for corrections."""

    booklets: int = 0
    passes: int = 0

    def plus(self, other: "Quantity", sign: int = 1) -> "Quantity":
        """The sum, or the difference."""
        return Quantity(self.booklets + sign * other.booklets, self.passes + sign * other.passes)


@dataclass(frozen=True, slots=True)
class Account:
    """One campaign in a register: its stock on the way from opening to closing."""

    campaign: int
    name: str
    face_value_cents: int
    quantities: dict[str, Quantity]
    """By movement: opening, received, returned, handed_over, lost, closing."""

    def cents(self, movement: str) -> int:
        """The face value of a movement."""
        return self.quantities[movement].passes * self.face_value_cents


@dataclass(frozen=True, slots=True)
class Register:
    """What a point answers for, from the first day to the last, both included."""

    since: date
    until: date
    accounts: Sequence[Account]
    uncounted: int
    """Booklets in parcels that the point had not counted yet on the last day."""

    @property
    def closing_cents(self) -> int:
        """The face value of all that is left."""
        return sum(account.cents(CLOSING) for account in self.accounts)

    @property
    def closing_booklets(self) -> int:
        """How many booklets are left."""
        return sum(account.quantities[CLOSING].booklets for account in self.accounts)


def register(session: Session, point: int, since: date, until: date) -> Register:
    """The register of a point over some days of Paris."""
    start, end = midnight(since), midnight(until + timedelta(days=1))
    sums: dict[int, dict[tuple[bool, str], Quantity]] = defaultdict(lambda: defaultdict(Quantity))
    for campaign, before, movement, sign, quantity in _changes(session, point, start, end):
        known = sums[campaign]
        known[before, movement] = known[before, movement].plus(quantity, sign)
    campaigns = _campaigns(session, list(sums))
    accounts = [_account(campaigns[number], sums[number]) for number in sorted(sums)]
    return Register(since, until, accounts, _uncounted(session, point, end))


def midnight(day: date) -> datetime:
    """The first instant of a day in Paris."""
    return end_of_day(day - timedelta(days=1)) + timedelta(seconds=1)


Change = tuple[int, bool, str, int, Quantity]


def _changes(session: Session, point: int, start: datetime, end: datetime) -> list[Change]:
    """What changed a stock before an instant: (campaign, before the start, movement, sign, ...)."""
    before, direction = (Movement.at < start).label("before"), direction_of(point)
    moved = session.execute(
        select(Booklet.campaign_id, before, direction, func.count(), func.sum(Booklet.passes))
        .join(Movement, in_parcel())
        .where(parcels_of(point), Movement.at < end)
        .group_by(Booklet.campaign_id, "before", "direction")
    )
    before = (Event.at < start).label("before")
    happened = session.execute(
        select(Booklet.campaign_id, before, Event.kind, func.count(), func.sum(Booklet.passes))
        .join(Event, Event.booklet_id == Booklet.id)
        .where(Event.point_id == point, Event.at < end)
        .group_by(Booklet.campaign_id, "before", Event.kind)
    )
    return [
        (campaign, bool(early), movement, 1, Quantity(int(count), int(passes)))
        for campaign, early, movement, count, passes in moved
    ] + [
        (campaign, bool(early), *KINDS[kind], Quantity(int(count), int(passes)))
        for campaign, early, kind, count, passes in happened
    ]


def in_parcel() -> ColumnElement[bool]:
    """Whether a booklet was in a parcel: parcels are whole or not sent."""
    past = Movement.first_booklet + Movement.booklets
    return and_(Booklet.id >= Movement.first_booklet, Booklet.id < past)


def parcels_of(point: int) -> ColumnElement[bool]:
    """Whether a parcel came to a point or left it."""
    return or_(Movement.point_id == point, Movement.from_point_id == point)


def direction_of(point: int) -> Label[str]:
    """Which movement of a point's register a parcel is."""
    ways: tuple[ColumnElement[str], ...] = (
        literal_column(f"'{IN}'"),
        literal_column(f"'{BACK}'"),
    )
    return case((Movement.point_id == point, ways[0]), else_=ways[1]).label("direction")


def _campaigns(session: Session, numbers: Sequence[int]) -> dict[int, tables.Campaign]:
    table = tables.Campaign
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(numbers)))}


def _account(campaign: tables.Campaign, sums: dict[tuple[bool, str], Quantity]) -> Account:
    """From what came before and what came since to a whole account."""
    none = Quantity()
    opening = _added(none, {name: sums.get((True, name), none) for name in INTO_STOCK})
    since = {name: sums.get((False, name), none) for name in INTO_STOCK}
    quantities = {OPENING: opening} | since | {CLOSING: _added(opening, since)}
    return Account(campaign.id, campaign.name, campaign.face_value_cents, quantities)


def _added(stock: Quantity, movements: dict[str, Quantity]) -> Quantity:
    for name, quantity in movements.items():
        stock = stock.plus(quantity, INTO_STOCK[name])
    return stock


def _uncounted(session: Session, point: int, end: datetime) -> int:
    """How many booklets were sent to a point that had not counted them before an instant."""
    counted = tables.Delivery
    count = session.scalar(
        select(func.sum(Movement.booklets))
        .outerjoin(counted, and_(counted.movement_id == Movement.id, counted.at < end))
        .where(Movement.point_id == point, Movement.at < end, counted.movement_id.is_(None))
    )
    return int(count or 0)
