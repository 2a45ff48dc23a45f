"""A page for each site, and a form to say that it is wrong. Nobody is asked who they are."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, redirect, request

from voucher_service.actions.reporting import LONGEST_WORDS, Topic, report
from voucher_service.core.errors import Conflict
from voucher_service.core.places import Place
from voucher_service.http.limits import address, limit
from voucher_service.http.services import services
from voucher_service.store.queries import public
from voucher_service.web.public_page import public_page

blueprint = Blueprint("site_pages", __name__)

HOUR = 3600
REPORTS_AN_HOUR = 10
LARGEST = 16 * 1024


@blueprint.get("/sites/<id:site>")
def site(site: int) -> Response:
    """Everything that is known of a site."""
    thanks = request.args.get("thanks") == "1"
    return public_page("public/site", place=_place(site), thanks=thanks)


@blueprint.get("/sites/<id:site>/report")
def ask(site: int) -> Response:
    """The form to say what is wrong."""
    return public_page("public/report", place=_place(site), topics=Topic, wrong=False)


@blueprint.post("/sites/<id:site>/report")
def receive(site: int) -> Response:
    """Keep what somebody says of a site."""
    at_hand = services()
    request.max_content_length = LARGEST
    place = _place(site)
    topic = request.form.get("topic", "")
    words = request.form.get("words", "").strip()[:LONGEST_WORDS]
    if topic not in set(Topic):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return public_page("public/report", status=status, place=place, topics=Topic, wrong=True)
    limit(at_hand, "site-report", address(), REPORTS_AN_HOUR, HOUR)
    try:
        with at_hand.writing() as session:
            report(session, site, Topic(topic), words or None, at_hand.now())
    except Conflict:  # closed in this very moment: then it is no longer shown either
        abort(404)
    return redirect(f"/sites/{site}?thanks=1", 303)  # type: ignore[return-value]


def _place(site: int) -> Place:
    with services().reading() as session:
        return public.place(session, site) or abort(404)
