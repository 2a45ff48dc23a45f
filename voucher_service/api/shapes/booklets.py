"""Shapes of booklets, prints, distribution points, stock and hand-overs."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from voucher_service.api.shapes.common import JobOut
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Insee, Latitude, Longitude, Postcode, Serial, Text
from voucher_service.store.queries.booklets import Status

Count = Annotated[int, Field(ge=1, le=5_000_000)]


class BookletOut(Body):
    """A booklet. ``started``: a pass of it was spent. ``replaces``: what it stands in for."""

    serial: str
    passes: int
    status: Status
    started: bool
    point: Id | None
    replaces: str | None


class EventOut(Body):
    """What was done to a booklet, why and by whom."""

    kind: str
    reason: str | None
    actor: str
    at: datetime


class BookletDetail(BookletOut):
    """A booklet with its history. ``valid_until`` is its last day, before any grace."""

    order: Id
    campaign: Id
    passes_used: int
    valid_until: date
    events: list[EventOut]


class PrintIn(Body):
    """What to print: the whole order, or some booklets in a row."""

    format: Literal["pdf", "ndjson"]
    first_serial: Serial | None = None
    count: Count | None = None


class PrintStarted(Body):
    """Where the file will be, and the work that makes it."""

    print: Id
    job: JobOut


class PointIn(Body):
    """Somewhere booklets will be handed over."""

    name: Text
    commune: Text
    code_insee: Insee | None = None
    adresse: Text | None = None
    code_postal: Postcode | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class PointOut(Body):
    """A distribution point and its stock; ``unmet``: how many people asked in vain."""

    id: Id
    name: str
    commune: str
    code_insee: str | None
    adresse: str | None
    code_postal: str | None
    latitude: float | None
    longitude: float | None
    in_stock: int
    handed_over: int
    unmet: int


class StockMovementBody(Body):
    """A parcel of consecutive booklets for a point."""

    first_serial: Serial
    count: Count
    to: Id


class StockMovementOut(StockMovementBody):
    """A parcel that arrived."""

    id: Id


class HandoverIn(Body):
    """A booklet given to somebody, never who. Without a serial when there is none to give."""

    serial: Serial | None = None
    point: Id
    newcomer: bool | None = None


class NearSiteOut(Body):
    """Where the booklet can be spent."""

    id: Id
    name: str
    adresse: str
    code_postal: str
    commune: str
    telephone: str | None
    horaires: str | None


class HandoverOut(Body):
    """What to tell the person: where to go, and until when."""

    serial: str
    point: Id
    nearest_sites: list[NearSiteOut]
    valid_until: date
