"""Distribution points, their stock, and booklets given to people: never to whom.

A point's own token sees and moves what is in its own stock only.
"""

from flask import Response

from voucher_service.actions import distributing
from voucher_service.actions.tokens import Role
from voucher_service.api.booklets import present
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.booklets import (
    BookletOut,
    HandoverIn,
    HandoverOut,
    NearSiteOut,
    PointIn,
    PointOut,
    StockMovementBody,
    StockMovementOut,
)
from voucher_service.api.shapes.common import Items, Listing
from voucher_service.api.v1 import API, OPERATOR, OVERSEERS
from voucher_service.http.endpoint import Call
from voucher_service.http.problems import problem
from voucher_service.store.queries import booklets
from voucher_service.store.queries.paging import Page

NEAREST = 3
"""How many sites the person is told of."""


@API.post("/distribution-points", roles=OPERATOR, body=PointIn, answer=PointOut, status=201)
def add_point(call: Call, body: PointIn) -> PointOut:
    """Add somewhere booklets will be handed over."""
    number = distributing.add_point(call.session, now=call.services.now(), **dict(body))
    return point(call, number)


@API.get(
    "/distribution-points",
    roles=OVERSEERS | {Role.DISTRIBUTOR},
    query=Listing,
    answer=Items[PointOut],
)
def points(call: Call, query: Listing) -> Items[PointOut]:
    """List distribution points and their stocks."""
    return _points(
        call, booklets.points(call.session, call.caller.only(Role.DISTRIBUTOR), window(query))
    )


@API.get("/distribution-points/<id:point>", roles=OVERSEERS | {Role.DISTRIBUTOR}, answer=PointOut)
def point(call: Call, point: int) -> PointOut:
    """Read a distribution point and its stock."""
    row = booklets.point(call.session, point, call.caller.only(Role.DISTRIBUTOR))
    return _points(call, Page([row], None)).items[0]


def _points(call: Call, page: Page[booklets.Point]) -> Items[PointOut]:
    numbers = [row.id for row in page.rows]
    stocks = booklets.stocks(call.session, numbers)
    unmet = booklets.unmet(call.session, numbers)

    def present_point(row: booklets.Point) -> PointOut:
        in_stock, handed_over = stocks.get(row.id, (0, 0))
        return PointOut(
            id=row.id,
            name=row.name,
            commune=row.commune,
            code_insee=row.code_insee,
            adresse=row.adresse,
            code_postal=row.code_postal,
            latitude=row.latitude,
            longitude=row.longitude,
            in_stock=in_stock,
            handed_over=handed_over,
            unmet=unmet.get(row.id, 0),
        )

    return items(page, present_point)


@API.get(
    "/distribution-points/<id:point>/booklets",
    roles=OVERSEERS | {Role.DISTRIBUTOR},
    query=Listing,
    answer=Items[BookletOut],
)
def point_booklets(call: Call, point: int, query: Listing) -> Items[BookletOut]:
    """List the booklets that a point holds or handed over."""
    booklets.point(call.session, point, call.caller.only(Role.DISTRIBUTOR))
    return present(call, booklets.of_point(call.session, point, window(query)))


@API.post(
    "/stock-movements",
    roles=OPERATOR,
    body=StockMovementBody,
    answer=StockMovementOut,
    status=201,
    problems=(404,),
)
def move_stock(call: Call, body: StockMovementBody) -> StockMovementOut:
    """Give a point a parcel of consecutive booklets."""
    number = distributing.move_stock(
        call.session,
        body.first_serial,
        body.count,
        body.to,
        call.caller.actor,
        call.services.now(),
    )
    return StockMovementOut(id=number, **dict(body))


@API.post(
    "/handovers",
    roles=OPERATOR | {Role.DISTRIBUTOR},
    body=HandoverIn,
    answer=HandoverOut,
    status=201,
    problems=(404,),
)
def hand_over(call: Call, body: HandoverIn) -> HandoverOut | Response:
    """Give a booklet to somebody: from now on its passes can be spent."""
    place = booklets.point(call.session, body.point, call.caller.only(Role.DISTRIBUTOR))
    given = distributing.hand_over(
        call.session,
        body.serial,
        body.point,
        body.newcomer,
        call.caller.actor,
        call.services.now(),
    )
    if isinstance(given, distributing.NoStock):
        # An answer and not an error: the person who asked in vain stays counted.
        return problem(
            409,
            "no_stock",
            "This point has no booklet left. The request was counted, without a name.",
        )
    booklet = booklets.booklet(call.session, given.serial, None)
    campaign = booklets.booklet_campaign(call.session, booklet)
    near = booklets.nearest_sites(call.session, place, campaign, NEAREST)
    return HandoverOut(
        serial=booklets.serial(booklet.id),
        point=body.point,
        nearest_sites=[NearSiteOut.model_validate(site, from_attributes=True) for site in near],
        valid_until=given.valid_until,
    )
