"""The stock of distribution points: parcels counted, booklets given back, the register.

A point's own token says this of its own stock only.
"""

from flask import Response, request

from voucher_service.actions import stocking, taking_back
from voucher_service.actions.stocking import Counted
from voucher_service.actions.tokens import Role
from voucher_service.api.booklets import again
from voucher_service.api.presenting import JSON, MEDIA, items, window
from voucher_service.api.shapes.booklets import BookletOut
from voucher_service.api.shapes.common import Items, Listing
from voucher_service.api.shapes.stocks import (
    AccountOut,
    DeliveryIn,
    DifferenceOut,
    EntryOut,
    ParcelOut,
    RegisterIn,
    RegisterOut,
    ReturnIn,
    ReturnOut,
    TakeBackIn,
)
from voucher_service.api.v1 import API, OPERATOR, OVERSEERS
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Invalid
from voucher_service.documents import stock_register
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.documents.stock_register import Holder
from voucher_service.http.endpoint import Call
from voucher_service.http.problems import problem
from voucher_service.store.queries import booklets, point_desk
from voucher_service.store.queries.register_entries import Entry, entries
from voucher_service.store.queries.registers import Register, register

KEEPERS = OPERATOR | {Role.DISTRIBUTOR}
"""Who moves the stock of a point: the operator, and the point itself."""


@API.get(
    "/distribution-points/<id:point>/parcels",
    roles=OVERSEERS | {Role.DISTRIBUTOR},
    query=Listing,
    answer=Items[ParcelOut],
)
def parcels(call: Call, point: int, query: Listing) -> Items[ParcelOut]:
    """List the parcels that were sent to a point, and what was found in them."""
    booklets.point(call.session, point, call.caller.only(Role.DISTRIBUTOR))
    page = point_desk.sent(call.session, point, window(query))
    counted = point_desk.deliveries(call.session, [row.id for row in page.rows])

    def present(row: point_desk.Movement) -> ParcelOut:
        found = counted.get(row.id)
        return ParcelOut(
            id=row.id,
            first_serial=booklets.serial(row.first_booklet),
            booklets=row.booklets,
            sent_at=row.at,
            counted=found.counted if found else None,
            counted_at=found.at if found else None,
            missing=[booklets.serial(number) for number in found.missing] if found else [],
        )

    return items(page, present)


@API.post(
    "/stock-movements/<id:movement>/count",
    roles=KEEPERS,
    body=DeliveryIn,
    answer=DifferenceOut,
    status=201,
)
def count_delivery(call: Call, movement: int, body: DeliveryIn) -> DifferenceOut:
    """Say what was found in a parcel, once; what did not come is blocked."""
    point = point_desk.receiver(call.session, movement, call.caller.only(Role.DISTRIBUTOR))
    found = Counted(body.counted, body.first_serial, body.last_serial, tuple(body.missing))
    difference = stocking.count_delivery(
        call.session, movement, point, found, call.caller.actor, call.services.now()
    )
    return DifferenceOut(
        sent=len(difference.sent),
        counted=body.counted,
        missing=[booklets.serial(number) for number in difference.missing],
        foreign=difference.foreign,
        unexplained=difference.unexplained,
    )


@API.post("/returns", roles=KEEPERS, body=ReturnIn, answer=ReturnOut, status=201, problems=(404,))
def give_back(call: Call, body: ReturnIn) -> ReturnOut:
    """Return a point's booklets to the operator, all or none."""
    booklets.point(call.session, body.point, call.caller.only(Role.DISTRIBUTOR))
    number = stocking.give_back(
        call.session,
        body.first_serial,
        body.count,
        body.point,
        body.reason,
        call.caller.actor,
        call.services.now(),
    )
    return ReturnOut(id=number, **dict(body))


@API.post("/booklets/<word:serial>/take-back", roles=KEEPERS, body=TakeBackIn, answer=BookletOut)
def take_back(call: Call, serial: str, body: TakeBackIn) -> BookletOut:
    """Undo a hand-over: it was a slip, or the person brought the booklet back whole."""
    booklets.point(call.session, body.point, call.caller.only(Role.DISTRIBUTOR))
    who = (call.caller.actor, call.services.now())
    if body.reason is None:
        taking_back.take_back(call.session, serial, body.point, *who)
    else:
        taking_back.bring_back(call.session, serial, body.point, body.reason, *who)
    return again(call, serial)


@API.get(
    "/distribution-points/<id:point>/register",
    roles=OVERSEERS | {Role.DISTRIBUTOR},
    query=RegisterIn,
    answer=RegisterOut,
    media_types=MEDIA,
    problems=(406,),
)
def stock_register_of(call: Call, point: int, query: RegisterIn) -> RegisterOut | Response:
    """Read a point's register of stamped values over some days, as CSV or PDF too: see Accept."""
    place = booklets.point(call.session, point, call.caller.only(Role.DISTRIBUTOR))
    if query.since > query.until:
        raise Invalid("ends_before_start", "The first day comes after the last.", "since")
    accepted = request.accept_mimetypes
    media_type = accepted.best_match(MEDIA) if accepted else JSON
    if media_type is None:
        return problem(406, "not_acceptable", f"Ask for one of {', '.join(MEDIA)}.")
    found = register(call.session, point, query.since, query.until)
    if media_type == CSV:
        return Response(stock_register.to_csv(found), content_type=f"{CSV}; charset=utf-8")
    journal = entries(call.session, point, query.since, query.until)
    if media_type == PDF:
        holder = Holder(place.name, place.commune, call.services.settings.issuer_name)
        today = paris_day(call.services.now())
        return Response(stock_register.to_pdf(found, journal, holder, today), content_type=PDF)
    return _register(point, found, [_entry(entry) for entry in journal])


def _register(point: int, found: Register, journal: list[EntryOut]) -> RegisterOut:
    return RegisterOut(
        point=point,
        since=found.since,
        until=found.until,
        uncounted=found.uncounted,
        accounts=[
            AccountOut(
                campaign=account.campaign,
                name=account.name,
                movement=movement,
                booklets=quantity.booklets,
                passes=quantity.passes,
                face_value_cents=account.face_value_cents,
                value_cents=account.cents(movement),
            )
            for account in found.accounts
            for movement, quantity in account.quantities.items()
        ],
        entries=journal,
    )


def _entry(entry: Entry) -> EntryOut:
    return EntryOut(
        day=entry.day,
        campaign=entry.campaign,
        movement=entry.movement,
        first_serial=entry.first,
        last_serial=entry.last,
        booklets=entry.booklets,
        passes=entry.passes,
        value_cents=entry.cents,
        reason=entry.reason,
    )
