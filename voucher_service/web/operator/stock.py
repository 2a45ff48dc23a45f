"""Distribution points, parcels on their way to them, and each booklet: never whose."""

from typing import Annotated

from pydantic import StringConstraints

from voucher_service.actions import distributing
from voucher_service.core.campaign import paris_day
from voucher_service.core.funnel import idle_days
from voucher_service.http.body import Body
from voucher_service.http.fields import Insee, Postcode, Serial, Text
from voucher_service.store.queries import booklets, handing, names, stock_moves
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import (
    DESK,
    SUPPORT,
    Count,
    Listed,
    Why,
    newest,
    oldest,
    who,
)


class PointIn(Body):
    """Somewhere booklets will be handed over."""

    name: Text
    commune: Text
    adresse: Text | None = None
    code_postal: Postcode | None = None
    code_insee: Insee | None = None


class ParcelIn(Body):
    """Consecutive booklets that leave for a point."""

    first_serial: Serial
    count: Count


class Sought(Body):
    """The serial on a cover."""

    serial: Annotated[str, StringConstraints(pattern=r"^[0-9 ]{1,16}$")]


@DESK.page("/points", query=Listed)
def points(visit: Visit, query: Listed) -> Page:
    """Distribution points, what each holds, and who asked in vain."""
    page = booklets.points(visit.session, None, oldest(query.cursor))
    found = [row.id for row in page.rows]
    stocks, last = booklets.stocks(visit.session, found), handing.last_days(visit.session, found)
    today = paris_day(visit.now)
    return Page(
        "operator/points.html",
        page=page,
        stocks=stocks,
        idle={n: idle_days(left, last.get(n), today) for n, (left, _given) in stocks.items()},
        unmet=booklets.unmet(visit.session, found),
        runs=stock_moves.unpacked(visit.session),
        serial=booklets.serial,
    )


@DESK.form("/points", posts=SUPPORT, body=PointIn, again=points)
def add_point(visit: Visit, given: PointIn) -> See:
    """Add somewhere booklets will be handed over."""
    number = distributing.add_point(visit.session, now=visit.now, **dict(given))
    return See(f"/operator/points/{number}", said="point_added")


@DESK.page("/points/<id:point>", query=Listed)
def point(visit: Visit, point: int, query: Listed) -> Page:
    """A point: its stock, the parcels that went to it, and where to send the next one."""
    row = booklets.point(visit.session, point, None)
    moves = stock_moves.movements(visit.session, point, newest(query.cursor))
    return Page(
        "operator/point.html",
        point=row,
        stock=booklets.stocks(visit.session, [point]).get(point, (0, 0)),
        unmet=booklets.unmet(visit.session, [point]).get(point, 0),
        page=moves,
        deliveries=stock_moves.deliveries(visit.session, [move.id for move in moves.rows]),
        runs=stock_moves.unpacked(visit.session),
        serial=booklets.serial,
        who=who(visit, [move.actor for move in moves.rows]),
    )


@DESK.form("/points/<id:point>/parcels", posts=SUPPORT, body=ParcelIn, again=point)
def send_parcel(visit: Visit, point: int, given: ParcelIn) -> See:
    """Give a point a parcel of consecutive booklets."""
    distributing.move_stock(
        visit.session, given.first_serial, given.count, point, visit.actor, visit.now
    )
    return See(f"/operator/points/{point}", said="parcel_sent", count=given.count)


@DESK.page("/booklets")
def booklet_search(visit: Visit) -> Page:
    """Where a booklet is looked for by its serial."""
    del visit
    return Page("operator/booklets.html")


@DESK.form("/booklets", body=Sought, again=booklet_search)
def find_booklet(visit: Visit, given: Sought) -> See:
    """Find a booklet by the serial on its cover, as it is written or without its spaces."""
    found = booklets.booklet(visit.session, given.serial.replace(" ", ""), None)
    return See(f"/operator/booklets/{booklets.serial(found.id)}")


@DESK.page("/booklets/<word:serial>")
def booklet(visit: Visit, serial: str) -> Page:
    """A booklet: where it is, how much of it is spent, and what was done to it."""
    row = booklets.booklet(visit.session, serial, None)
    history = booklets.history(visit.session, row.id)
    return Page(
        "operator/booklet.html",
        booklet=row,
        serial=booklets.serial,
        at=booklets.status(row),
        used=booklets.used(visit.session, [row.id]).get(row.id, 0),
        history=history,
        points=names.points(visit.session, [row.point_id]),
        campaigns=names.campaigns(visit.session, [row.campaign_id]),
        who=who(visit, [event.actor for event in history]),
    )


@DESK.form("/booklets/<word:serial>/block", posts=SUPPORT, body=Why, again=booklet)
def block(visit: Visit, serial: str, given: Why) -> See:
    """Stop a booklet, for a while or for good."""
    distributing.block(visit.session, serial, given.reason, visit.actor, visit.now)
    return See(f"/operator/booklets/{serial}", said="booklet_blocked")


@DESK.form("/booklets/<word:serial>/unblock", posts=SUPPORT, body=Why, again=booklet)
def unblock(visit: Visit, serial: str, given: Why) -> See:
    """Let a blocked booklet live again."""
    distributing.unblock(visit.session, serial, given.reason, visit.actor, visit.now)
    return See(f"/operator/booklets/{serial}", said="booklet_unblocked")


@DESK.form("/booklets/<word:serial>/void", posts=SUPPORT, body=Why, again=booklet)
def void(visit: Visit, serial: str, given: Why) -> See:
    """End a booklet for good."""
    distributing.void(visit.session, serial, given.reason, visit.actor, visit.now)
    return See(f"/operator/booklets/{serial}", said="booklet_voided")


@DESK.form("/booklets/<word:serial>/replace", posts=SUPPORT, body=Why, again=booklet)
def replace(visit: Visit, serial: str, given: Why) -> See:
    """Void a booklet and put its unspent passes in a new one."""
    new = distributing.replace(visit.session, serial, given.reason, visit.actor, visit.now)
    return See(f"/operator/booklets/{new}", said="booklet_replaced", old=serial)
