"""What is in the drawer, campaign by campaign with its serials; and giving booklets back."""

from typing import Annotated

from pydantic import Field

from voucher_service.actions import stocking
from voucher_service.core.campaign import paris_day
from voucher_service.http.body import Body
from voucher_service.store.queries import point_desk
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.point.desk import DESK
from voucher_service.web.point.reading import Read, Why, beside, serial

MOST = 1_000_000


class GiveBack(Body):
    """Consecutive booklets that return to the operator, and why."""

    first_serial: Read
    count: Annotated[int, Field(ge=1, le=MOST)]
    reason: Why


@DESK.page("/stock")
def stock(visit: Visit) -> Page:
    """Stock by campaign, with its last day and its serials."""
    return Page(
        "point/stock.html",
        today=paris_day(visit.now),
        stock=point_desk.stock(visit.session, visit.own),
        runs=point_desk.runs(visit.session, visit.own),
    )


@DESK.page("/give-back")
def give_back_page(visit: Visit) -> Page:
    """The form to give booklets back."""
    runs = point_desk.runs(visit.session, visit.own)
    return Page("point/give_back.html", films=True, runs=runs)


@DESK.form("/give-back", body=GiveBack, again=give_back_page)
def give_back(visit: Visit, given: GiveBack) -> See:
    """Return booklets to the operator, all or none."""
    first = serial(given.first_serial, "first_serial")
    with beside("first_serial"):
        stocking.give_back(
            visit.session, first, given.count, visit.own, given.reason, visit.actor, visit.now
        )
    return See("/point/stock", said="said_given_back", count=given.count)
