"""The papers that go with a booklet: its letter, and the slip of its hand-over. Never a name."""

from flask import Response

from voucher_service.actions.tokens import Role
from voucher_service.api.v1 import API, OPERATOR
from voucher_service.core.campaign import paris_day
from voucher_service.documents import letters
from voucher_service.documents.booklet_sheets import SheetTexts
from voucher_service.documents.wording import texts_for
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import booklets, paper

PDF = "application/pdf"
HOLDERS = OPERATOR | {Role.DISTRIBUTOR}


def _facts(call: Call, serial: str, sites: int) -> paper.PaperFacts:
    booklet = booklets.booklet(call.session, serial, call.caller.only(Role.DISTRIBUTOR))
    return paper.facts(call.session, booklet.id, sites)


def _texts(call: Call, facts: paper.PaperFacts) -> SheetTexts:
    settings, today = call.services.settings, paris_day(call.services.now())
    return texts_for(facts, settings.help_number, settings.base_url, today)


@API.get("/booklets/<word:serial>/letter", roles=HOLDERS, media_types=(PDF,))
def letter(call: Call, serial: str) -> Response:
    """The letter of a booklet, with the five places nearest to its point."""
    facts = _facts(call, serial, letters.SITES_IN_LETTER)
    page = letters.render_letter(_texts(call, facts), facts.serial, facts.passes)
    return Response(page, content_type=PDF)


@API.get("/booklets/<word:serial>/slip", roles=HOLDERS, media_types=(PDF,))
def slip(call: Call, serial: str) -> Response:
    """The slip to give with a booklet, with the three places nearest to its point."""
    facts = _facts(call, serial, letters.SITES_ON_SLIP)
    page = letters.render_handover_slip(
        _texts(call, facts), facts.serial, facts.passes, facts.valid_until
    )
    return Response(page, content_type=PDF)
