"""Shapes of a point's stock: parcels, what was found in them, returns, the register."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from voucher_service.api.shapes.booklets import Count
from voucher_service.http.body import Body
from voucher_service.http.fields import Day, Id, Serial, Text

MOST_MISSING = 5_000


class ParcelOut(Body):
    """A parcel that was sent to a point; ``counted`` is empty until the point counted it."""

    id: Id
    first_serial: str
    booklets: int
    sent_at: datetime
    counted: int | None
    counted_at: datetime | None
    missing: list[str]


class DeliveryIn(Body):
    """What a point found in a parcel. An empty parcel has no serials."""

    counted: Annotated[int, Field(ge=0, le=5_000_000)]
    first_serial: Serial | None = None
    last_serial: Serial | None = None
    missing: list[Serial] = Field(default=[], max_length=MOST_MISSING)


class DifferenceOut(Body):
    """What was sent against what was found. What is missing is blocked; all is kept.

    ``foreign``: booklets that nobody announced. ``unexplained``: what the count still differs by.
    """

    sent: int
    counted: int
    missing: list[str]
    foreign: int
    unexplained: int


class ReturnIn(Body):
    """Consecutive booklets that a point gives back, and why."""

    first_serial: Serial
    count: Count
    point: Id
    reason: Text


class ReturnOut(ReturnIn):
    """Booklets that were given back."""

    id: Id


class TakeBackIn(Body):
    """A hand-over to undo. Without a reason only while it is fresh: it was a slip."""

    point: Id
    reason: Text | None = None


class RegisterIn(Body):
    """Which days, both included."""

    since: Day
    until: Day


class AccountOut(Body):
    """A movement of one campaign's booklets; the opening and the closing stock are such lines."""

    campaign: Id
    name: str
    movement: str
    booklets: int
    passes: int
    face_value_cents: int
    value_cents: int


class EntryOut(Body):
    """One line of the journal; less than nothing where it takes another one back."""

    day: date
    campaign: str
    movement: str
    first_serial: str | None
    last_serial: str | None
    booklets: int
    passes: int
    value_cents: int
    reason: str | None


class RegisterOut(Body):
    """A point's register of stamped values. ``uncounted``: in parcels that nobody counted yet."""

    point: Id
    since: date
    until: date
    uncounted: int
    accounts: list[AccountOut]
    entries: list[EntryOut]
