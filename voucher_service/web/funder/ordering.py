"""Ordering booklets: what it costs each funder, where they can be spent, the order itself."""

from typing import Annotated

from pydantic import Field

from voucher_service.actions import calling, ordering
from voucher_service.actions.calling import Engagement, House
from voucher_service.core.coverage import Coverage
from voucher_service.core.errors import Invalid
from voucher_service.core.money import split_between
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text
from voucher_service.payments.reserved import pay_to
from voucher_service.store.queries import calls, funded, reach
from voucher_service.store.queries.funded import Funded
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.funder.desk import APPROVERS, DESK

PAGE = 50
"""Orders on one page."""

Booklets = Annotated[int, Field(ge=1, le=ordering.LARGEST_ORDER, strict=False)]


class From(Body):
    """Where a list goes on."""

    cursor: Id | None = None


@DESK.page("/orders", query=From)
def orders(visit: Visit, query: From) -> Page:
    """Every order of the campaigns that this funder pays for."""
    found = funded.orders(visit.session, visit.own, Window(query.cursor, PAGE))
    mine = funded.campaigns(visit.session, visit.own)
    return Page("funder/orders.html", orders=found.rows, next=found.next, campaigns=mine)


@DESK.page("/orders/<id:order>")
def order(visit: Visit, order: int) -> Page:
    """One order: how far it has come, and this funder's part of it."""
    found = funded.order(visit.session, visit.own, order)
    mine = funded.campaign(visit.session, visit.own, found.row.campaign_id)
    call = calls.call_for_funds(visit.session, found.call, visit.own) if found.call else None
    return Page("funder/order.html", order=found, campaign=mine, call=call)


class HowMany(Body):
    """How many booklets somebody thinks of ordering."""

    booklets: Booklets | None = None


@DESK.page("/campaigns/<id:campaign>/order", posts=APPROVERS, query=HowMany)
def order_how_many(visit: Visit, campaign: int, query: HowMany) -> Page | See:
    """How many booklets: then the page that says what they cost."""
    if query.booklets is not None:
        return See(f"/funder/campaigns/{campaign}/order/{query.booklets}")
    return Page(
        "funder/how_many.html", campaign=funded.campaign(visit.session, visit.own, campaign)
    )


@DESK.page("/campaigns/<id:campaign>/order/<id:booklets>", posts=APPROVERS)
def order_preview(visit: Visit, campaign: int, booklets: int) -> Page:
    """What an order would cost each funder, and whether its passes can be spent nearby."""
    mine = funded.campaign(visit.session, visit.own, campaign)
    value = booklets * mine.row.passes_per_booklet * mine.row.face_value_cents
    before = funded.ordered_before(visit.session, campaign)
    parts = split_between(before, before + value, mine.shares)
    return Page(
        "funder/order_preview.html",
        campaign=mine,
        booklets=booklets,
        value=value,
        parts=parts,
        warnings=_warnings(visit, mine),
        funder=funded.needs(visit.session, visit.own),
    )


def _warnings(visit: Visit, mine: Funded) -> list[Coverage]:
    """The points without a site nearby."""
    return [one for one in reach.covered(visit.session, mine.row) if not one.is_covered]


class NewOrder(Body):
    """An order, and what this funder's own accountants ask to find on the call for funds."""

    engagement_number: Text | None = None
    service_code: Text | None = None
    seen: Annotated[bool, Field(strict=False)] = False


@DESK.form(
    "/campaigns/<id:campaign>/order/<id:booklets>",
    body=NewOrder,
    again=order_preview,
    posts=APPROVERS,
)
def place_order(visit: Visit, campaign: int, booklets: int, given: NewOrder) -> See:
    """Order: each funder is called for its part."""
    mine = funded.campaign(visit.session, visit.own, campaign)
    if _warnings(visit, mine) and not given.seen:
        raise Invalid("not_seen", "Say that you have read the warning.", "seen")
    number = ordering.place_order(visit.session, campaign, booklets, visit.now)
    found = funded.order(visit.session, visit.own, number)
    if found.call and given.engagement_number:
        engagement = Engagement(given.engagement_number, given.service_code)
        calling.give_engagement(visit.session, number, visit.own, engagement)
    if visit.services.settings.reserved.iban:
        calling.issue_calls(visit.session, number, house(visit), visit.now)
    return See(f"/funder/orders/{number}", said="ordered", n=booklets)


def house(visit: Visit) -> House:
    """Who signs calls for funds, and the account that they ask to be paid on."""
    return House(visit.services.signatory, pay_to(visit.services.settings))


@DESK.page("/campaigns/<id:campaign>/places")
def places(visit: Visit, campaign: int) -> Page:
    """How near the sites are to each point of a campaign."""
    mine = funded.campaign(visit.session, visit.own, campaign)
    return Page("funder/places.html", campaign=mine, covered=reach.covered(visit.session, mine.row))
