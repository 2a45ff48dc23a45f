"""Handing a booklet over: its serial, whether the person is new, then where to go. Never a name."""

from typing import Literal

from voucher_service.actions import distributing, taking_back
from voucher_service.actions.distributing import NoStock
from voucher_service.core.campaign import paris_day
from voucher_service.http.body import Body
from voucher_service.store.queries import booklets, paper, point_desk
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.point.desk import DESK
from voucher_service.web.point.reading import Read, beside, serial_read

SITES = 3
"""How many places the clerk tells the person of: those of the slip."""


class Named(Body):
    """A booklet that is named in the address, to begin with."""

    serial: Read | None = None


class HandOver(Body):
    """Which booklet, and whether the person is new to digital help."""

    serial: Read
    newcomer: Literal["yes", "no"] | None = None


@DESK.page("/hand-over", query=Named)
def hand_over_page(visit: Visit, query: Named) -> Page:
    """The form, and what is left to give."""
    stock = point_desk.stock(visit.session, visit.own)
    today = paris_day(visit.now)
    usable = [one for one in stock if one.state(today) in {"good", "soon"}]
    return Page(
        "point/hand_over.html",
        films=True,
        left=sum(one.booklets for one in usable),
        unusable=sum(one.booklets for one in stock) - sum(one.booklets for one in usable),
        named=query.serial or "",
    )


@DESK.form("/hand-over", body=HandOver, again=hand_over_page)
def hand_over(visit: Visit, given: HandOver) -> See:
    """Give a booklet to somebody."""
    serial = serial_read(visit, given.serial, "serial")
    newcomer = None if given.newcomer is None else given.newcomer == "yes"
    with beside("serial"):
        handed = distributing.hand_over(
            visit.session, serial, visit.own, newcomer, visit.actor, visit.now
        )
    if isinstance(handed, NoStock):
        return See("/point/hand-over", said="said_asked_in_vain")
    address = f"/point/booklets/{handed.serial}/handed-over"
    return See(address, said="said_handed_over", serial=handed.serial)


@DESK.form("/asked-in-vain", again=hand_over_page)
def ask_in_vain(visit: Visit) -> See:
    """Somebody asked and there is nothing to give: counted, without a name."""
    distributing.hand_over(visit.session, None, visit.own, None, visit.actor, visit.now)
    return See("/point/hand-over", said="said_asked_in_vain")


@DESK.page("/booklets/<word:serial>/handed-over")
def handed_over(visit: Visit, serial: str) -> Page:
    """What to tell the person: until when, where to go, what to do first."""
    booklet = booklets.booklet(visit.session, serial, visit.own)
    at = booklet.handed_over_at
    return Page(
        "point/handed_over.html",
        facts=paper.facts(visit.session, booklet.id, SITES),
        given=at is not None,
        undo_until=at + taking_back.WINDOW if at and visit.now <= at + taking_back.WINDOW else None,
    )


@DESK.form("/booklets/<word:serial>/take-back", again=handed_over)
def take_back(visit: Visit, serial: str) -> See:
    """Undo a hand-over that was a slip."""
    booklets.booklet(visit.session, serial, visit.own)
    taking_back.take_back(visit.session, serial, visit.own, visit.actor, visit.now)
    return See("/point/hand-over", said="said_taken_back", serial=serial)
