"""Booklets: issued, printed, listed, blocked, voided, replaced. A point sees its own only."""

from flask import Response, send_from_directory

from voucher_service.actions import distributing, issuing, printing
from voucher_service.actions.tokens import Role
from voucher_service.api import presenting
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.booklets import (
    BookletDetail,
    BookletOut,
    EventOut,
    PrintIn,
    PrintStarted,
)
from voucher_service.api.shapes.common import Items, JobStarted, Listing, Why
from voucher_service.api.v1 import API, OPERATOR, OVERSEERS
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import booklets, scheme, work
from voucher_service.store.queries.paging import Page

FILES = {"pdf": "application/pdf", "ndjson": "application/x-ndjson"}
"""What a printed file is, by the format that was asked for."""


@API.post("/orders/<id:order>/issue", roles=OPERATOR, answer=JobStarted, status=202)
def issue(call: Call, order: int) -> JobStarted:
    """Make the booklets of a funded order."""
    number = issuing.request_issue(call.session, order, call.caller.token, call.services.now())
    return JobStarted(job=presenting.job(call, number))


@API.get(
    "/orders/<id:order>/booklets",
    roles=OVERSEERS | {Role.FUNDER, Role.PRINTER},
    query=Listing,
    answer=Items[BookletOut],
)
def order_booklets(call: Call, order: int, query: Listing) -> Items[BookletOut]:
    """List the booklets of an order."""
    scheme.order(call.session, order, call.caller.only(Role.FUNDER))
    return present(call, booklets.of_order(call.session, order, window(query)))


def present(call: Call, page: Page[booklets.Booklet]) -> Items[BookletOut]:
    """A page of booklets."""
    used = booklets.used(call.session, [row.id for row in page.rows])
    return items(page, lambda row: _booklet(row, used.get(row.id, 0)))


def _booklet(row: booklets.Booklet, used: int) -> BookletOut:
    return BookletOut(
        serial=booklets.serial(row.id),
        passes=row.passes,
        status=booklets.status(row),
        started=used > 0,
        point=row.point_id,
        replaces=None if row.replaces_id is None else booklets.serial(row.replaces_id),
    )


@API.get("/booklets/<word:serial>", roles=OVERSEERS | {Role.DISTRIBUTOR}, answer=BookletDetail)
def booklet(call: Call, serial: str) -> BookletDetail:
    """Read a booklet and its history."""
    row = booklets.booklet(call.session, serial, call.caller.only(Role.DISTRIBUTOR))
    used = booklets.used(call.session, [row.id]).get(row.id, 0)
    history = booklets.history(call.session, row.id)
    return BookletDetail(
        **dict(_booklet(row, used)),
        order=row.order_id,
        campaign=row.campaign_id,
        passes_used=used,
        valid_until=row.valid_until,
        events=[EventOut.model_validate(event, from_attributes=True) for event in history],
    )


@API.post(
    "/orders/<id:order>/prints",
    roles=OPERATOR | {Role.PRINTER},
    body=PrintIn,
    answer=PrintStarted,
    status=202,
)
def request_print(call: Call, order: int, body: PrintIn) -> PrintStarted:
    """Ask a process that holds the signing key to print."""
    wanted = printing.booklet_range(call.session, order, body.first_serial, body.count)
    number, job = printing.request_print(
        call.session, order, body.format, wanted, call.caller.token, call.services.now()
    )
    return PrintStarted(print=number, job=presenting.job(call, job))


@API.get("/prints/<id:number>", roles=frozenset({Role.PRINTER}), media_types=tuple(FILES.values()))
def printed(call: Call, number: int) -> Response:
    """Fetch a printed file, within seven days."""
    row = work.printed(call.session, number, call.services.now())
    return send_from_directory(
        call.services.prints,
        row.file_name or "",
        mimetype=FILES[row.format],
        as_attachment=True,
        max_age=0,
    )


@API.post(
    "/booklets/<word:serial>/block",
    roles=OPERATOR | {Role.DISTRIBUTOR},
    body=Why,
    answer=BookletOut,
)
def block(call: Call, serial: str, body: Why) -> BookletOut:
    """Stop a booklet, for a while or for good."""
    booklets.booklet(call.session, serial, call.caller.only(Role.DISTRIBUTOR))
    distributing.block(call.session, serial, body.reason, call.caller.actor, call.services.now())
    return again(call, serial)


@API.post("/booklets/<word:serial>/unblock", roles=OPERATOR, body=Why, answer=BookletOut)
def unblock(call: Call, serial: str, body: Why) -> BookletOut:
    """Let a blocked booklet live again."""
    distributing.unblock(call.session, serial, body.reason, call.caller.actor, call.services.now())
    return again(call, serial)


@API.post("/booklets/<word:serial>/void", roles=OPERATOR, body=Why, answer=BookletOut)
def void(call: Call, serial: str, body: Why) -> BookletOut:
    """End a booklet for good."""
    distributing.void(call.session, serial, body.reason, call.caller.actor, call.services.now())
    return again(call, serial)


@API.post("/booklets/<word:serial>/replace", roles=OPERATOR, body=Why, answer=BookletOut)
def replace(call: Call, serial: str, body: Why) -> BookletOut:
    """Void a booklet and put its unspent passes in a new one, which is the answer."""
    new = distributing.replace(
        call.session, serial, body.reason, call.caller.actor, call.services.now()
    )
    return again(call, new)


def again(call: Call, serial: str) -> BookletOut:
    """A booklet as it is after what was just done to it."""
    call.session.flush()
    row = booklets.booklet(call.session, serial, None)
    return _booklet(row, booklets.used(call.session, [row.id]).get(row.id, 0))
