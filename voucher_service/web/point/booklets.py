"""One booklet: what became of it, its papers, and what to do when it is lost or damaged."""

from flask import Response

from voucher_service.actions import distributing, taking_back
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict
from voucher_service.documents import letters
from voucher_service.documents.booklet_sheets import SheetTexts
from voucher_service.documents.wording import texts_for
from voucher_service.http.body import Body
from voucher_service.store.queries import booklets, paper
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.point.desk import DESK, MANAGERS
from voucher_service.web.point.reading import Read, Why, beside, serial_read

PDF = "application/pdf"


class Find(Body):
    """Which booklet."""

    serial: Read


class Stop(Body):
    """Why a booklet is stopped, or comes back."""

    reason: Why


@DESK.page("/booklets")
def find_page(_visit: Visit) -> Page:
    """Ask which booklet."""
    return Page("point/find.html", films=True)


@DESK.form("/booklets", body=Find, again=find_page)
def find(visit: Visit, given: Find) -> See:
    """To the page of a booklet of this point."""
    serial = serial_read(visit, given.serial, "serial")
    with beside("serial"):
        booklets.booklet(visit.session, serial, visit.own)
    return See(f"/point/booklets/{serial}")


@DESK.page("/booklets/<word:serial>")
def booklet(visit: Visit, serial: str) -> Page:
    """A booklet of this point, and what happened to it."""
    row = booklets.booklet(visit.session, serial, visit.own)
    return Page(
        "point/booklet.html",
        serial=booklets.serial(row.id),
        booklet=row,
        state=booklets.status(row),
        campaign=booklets.booklet_campaign(visit.session, row),
        used=booklets.used(visit.session, [row.id]).get(row.id, 0),
        history=booklets.history(visit.session, row.id),
        manages=visit.post in MANAGERS,
    )


@DESK.form("/booklets/<word:serial>/lost", body=Stop, again=booklet)
def lost(visit: Visit, serial: str, given: Stop) -> See:
    """Block a booklet that was lost or stolen: its passes are refused from now on."""
    booklets.booklet(visit.session, serial, visit.own)
    distributing.block(visit.session, serial, given.reason, visit.actor, visit.now)
    return See(f"/point/booklets/{serial}", said="said_blocked", serial=serial)


@DESK.form("/booklets/<word:serial>/destroyed", body=Stop, posts=MANAGERS, again=booklet)
def destroyed(visit: Visit, serial: str, given: Stop) -> See:
    """End a booklet that cannot be given any more, for good. Only before its hand-over."""
    row = booklets.booklet(visit.session, serial, visit.own)
    if row.handed_over_at is not None:
        raise Conflict("handed_over_already", "It was handed over: block it instead.")
    distributing.void(visit.session, serial, given.reason, visit.actor, visit.now)
    return See(f"/point/booklets/{serial}", said="said_voided", serial=serial)


@DESK.form("/booklets/<word:serial>/back-in-stock", body=Stop, posts=MANAGERS, again=booklet)
def back_in_stock(visit: Visit, serial: str, given: Stop) -> See:
    """A person brought the booklet back, whole."""
    booklets.booklet(visit.session, serial, visit.own)
    taking_back.bring_back(visit.session, serial, visit.own, given.reason, visit.actor, visit.now)
    return See(f"/point/booklets/{serial}", said="said_back_in_stock", serial=serial)


@DESK.page("/booklets/<word:serial>/slip.pdf")
def slip(visit: Visit, serial: str) -> Response:
    """The slip to give with a booklet: three places, their hours, what to do first."""
    facts = _facts(visit, serial, letters.SITES_ON_SLIP)
    drawn = letters.render_handover_slip(
        _texts(visit, facts), facts.serial, facts.passes, facts.valid_until
    )
    return Response(drawn, content_type=PDF)


@DESK.page("/booklets/<word:serial>/letter.pdf")
def letter(visit: Visit, serial: str) -> Response:
    """The letter of a booklet: one page in large type, five places."""
    facts = _facts(visit, serial, letters.SITES_IN_LETTER)
    drawn = letters.render_letter(_texts(visit, facts), facts.serial, facts.passes)
    return Response(drawn, content_type=PDF)


def _facts(visit: Visit, serial: str, sites: int) -> paper.PaperFacts:
    row = booklets.booklet(visit.session, serial, visit.own)
    return paper.facts(visit.session, row.id, sites)


def _texts(visit: Visit, facts: paper.PaperFacts) -> SheetTexts:
    settings = visit.services.settings
    return texts_for(facts, settings.help_number, settings.base_url, paris_day(visit.now))
