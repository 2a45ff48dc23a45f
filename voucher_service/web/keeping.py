"""What somebody was typing at a desk when their sitting ended: set aside, and shown again to them.

Only fields that the form declares, never a password, never a file, and nothing of the pages of
one's own account, where codes and keys are. A form without the proof of our page is not kept.
"""

from flask import Response, request

from voucher_service.core.errors import TooMany
from voucher_service.http import kept_forms
from voucher_service.http.body import Body
from voucher_service.http.kept_forms import Place, Typed
from voucher_service.http.limits import limit
from voucher_service.http.services import Services
from voucher_service.store.session import Session
from voucher_service.web import cookies, forms
from voucher_service.web.forms import Given
from voucher_service.web.visits import Left, Visit

MOST, HOUR = 30, 3600
"""Forms that one browser may set aside in an hour, in seconds."""


def set_aside(
    services: Services, left: Left, page: str, act: str, body: type[Body], answer: Response
) -> None:
    """Keep what was sent to this address for whoever just left, and let the browser find it."""
    shown = cookies.shown()
    if shown is None or not forms.is_ours():
        return
    browser = services.accounts_key.kept_cookie(shown)
    try:
        limit(services, "kept", services.accounts_key.short_hash(browser), MOST, HOUR)
    except TooMany:
        return
    fields = {
        name: found
        for name, found in request.form.lists()
        if name in body.model_fields and not forms.is_secret(body, name)
    }
    place = Place(left.person, left.post, left.tenant, page, request.path)
    if kept_forms.keep(services, browser, place, Typed(act, fields)):
        cookies.give_kept(answer, browser)


def given_back(visit: Visit) -> Given | None:
    """The form that waited for this person on this page, to fill it in again."""
    form, browser = request.args.get(forms.KEPT), cookies.kept()
    if form is None or browser is None or visit.post is None:
        return None
    place = Place(visit.person.id, visit.post, visit.tenant, request.path, form)
    found = kept_forms.find(visit.services, visit.session, browser, place)
    if found is None:
        return None
    return Given(found.act, form, found.fields, waited=request.path)


def was_sent(session: Session, page: str) -> None:
    """The form was done: in the same transaction it stops waiting."""
    browser = cookies.kept()
    if browser is not None:
        kept_forms.sent(session, browser, page, request.path)


def leave_only(visit: Visit, person: int | None) -> None:
    """Somebody sits down in this browser, or leaves it: what others were typing is deleted."""
    browser = cookies.kept()
    if browser is not None:
        kept_forms.leave_only(visit.session, browser, person)


def is_waiting(visit: Visit) -> bool:
    """Whether to say, before anybody is known, that a form waits."""
    browser = cookies.kept()
    return browser is not None and kept_forms.waits(visit.services, visit.session, browser)
