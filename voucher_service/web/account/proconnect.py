"""Signing in with ProConnect, and tying one's account to it. Optional: see ``partners``.

The provider sends people back to a page with one button. Opening that page changes nothing; the
button asks the provider who it is, before any transaction, and signs in.
"""

import base64
import hmac
import json
import secrets
from datetime import timedelta
from importlib import import_module
from typing import Annotated, Any

from flask import g
from pydantic import StringConstraints

from voucher_service.actions import identifying
from voucher_service.actions.sittings import Proofs
from voucher_service.core.errors import Invalid, NotFound
from voucher_service.http.body import Body
from voucher_service.web import cookies, forms
from voucher_service.web.account import tries
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.seats import has_factor, seat_of, sit_down
from voucher_service.web.desks import Page, See, Visit, Who
from voucher_service.web.next_page import Next, good_next, with_next
from voucher_service.web.visits import SECOND_FACTOR, proof_missing

TO, BACK = "/account/proconnect", "/account/proconnect/back"
WITHIN = timedelta(minutes=10)
PURPOSE = "proconnect"


def _oidc(visit: Visit) -> Any:  # noqa: ANN401 - a module that is there only with the extra
    if not visit.services.settings.proconnect.is_set:
        raise NotFound("not_found", "ProConnect is not set up here.")
    return import_module("voucher_service.web.account.oidc")


def _flow(visit: Visit, state: str) -> Any:  # noqa: ANN401 - its Flow
    """What belongs to a state: made from it and this browser's cookie, so nothing is kept."""
    key, cookie = visit.services.accounts_key.secret, cookies.current()

    def made(what: str) -> str:
        mac = hmac.digest(key, f"proconnect {what} {cookie} {state}".encode(), "sha256")
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()

    back = f"{visit.services.settings.base_url}{BACK}"
    return _oidc(visit).Flow(state, made("nonce"), made("verifier"), back)


def _new_state(visit: Visit, address: str) -> str:
    until = int((visit.now + WITHIN).timestamp())
    told = {"next": address, "person": visit.person.id, "until": until}
    text = json.dumps(told | {"chance": secrets.token_urlsafe(16), "of": _browser()})
    signed = visit.services.accounts_key.sign(PURPOSE, text)
    return base64.urlsafe_b64encode(signed.encode()).rstrip(b"=").decode()


def _browser() -> str:
    """A trace of the cookie: a state begun in one browser is worth nothing in another."""
    return base64.b64encode(hmac.digest(cookies.current().encode(), b"state", "sha256")).decode()


def _told(visit: Visit, state: str) -> dict[str, Any]:
    """What a state of ours holds; raises :class:`Invalid` for any other, or one that is old."""
    try:
        padded = state + "=" * (-len(state) % 4)
        text = base64.urlsafe_b64decode(padded).decode()
    except ValueError as error:
        raise _failed() from error
    signed = visit.services.accounts_key.signed(PURPOSE, text)
    told: dict[str, Any] = json.loads(signed) if signed else {}
    mine = told and told["of"] == _browser() and told["person"] == visit.person.id
    if not mine or told["until"] < visit.now.timestamp():
        raise _failed()
    return told


def _failed() -> Invalid:
    return Invalid("identity_failed", "Signing in with the provider did not work: try again.")


@DESK.page(TO, who=Who.ANYBODY, query=Next)
def to_proconnect(visit: Visit, query: Next) -> See:
    """Go to the provider, to sign in or, for who is signed in, to tie the account to it.

    That is one more way in, so its owner is asked anew who they are; the state that is made here
    shows for ten minutes that they were.
    """
    oidc = _oidc(visit)
    missing = proof_missing(seat_of(visit), visit.now) if visit.person.id else None
    if missing:
        return See(with_next(missing, TO))
    flow = _flow(visit, _new_state(visit, query.next))
    return See(oidc.address(visit.services.settings.proconnect, flow))


class Returned(Body):
    """What the provider sends back; with an error there is no code."""

    code: Annotated[str, StringConstraints(max_length=2000)] | None = None
    state: Annotated[str, StringConstraints(max_length=4000)] | None = None
    iss: Annotated[str, StringConstraints(max_length=500)] | None = None
    session_state: Annotated[str, StringConstraints(max_length=500)] | None = None
    error: Annotated[str, StringConstraints(max_length=500)] | None = None
    error_description: Annotated[str, StringConstraints(max_length=2000)] | None = None


@DESK.page(BACK, who=Who.ANYBODY, query=Returned)
def back(visit: Visit, query: Returned) -> Page:
    """One button goes on. Nothing is asked of anybody before."""
    _oidc(visit)
    return Page("account/proconnect.html", code=query.code or "", state=query.state or "")


class Answer(Body):
    """What the provider gave."""

    code: Annotated[str, StringConstraints(max_length=2000)]
    state: Annotated[str, StringConstraints(max_length=4000)]


def ask_the_provider(visit: Visit) -> None:
    """Ask who it is, while no transaction is open: others must not wait for the provider."""
    tries.of_passkeys(visit)
    given = forms.read_form(Answer)
    _told(visit, given.state)
    flow, client = _flow(visit, given.state), visit.services.settings.proconnect
    g.identity = _oidc(visit).identify(client, flow, given.code)


@DESK.form(BACK, body=Answer, again=back, who=Who.ANYBODY, before=ask_the_provider)
def come_back(visit: Visit, given: Answer) -> See:
    """Sign in, or tie the account. Without a second factor there, our own is asked."""
    identity: identifying.Identity = g.identity
    told = _told(visit, given.state)
    if visit.person.id:
        identifying.tie(visit.session, identity, visit.person.id, visit.now)
        return See("/account", said="proconnect_linked")
    person = identifying.by_identity(visit.session, identity)
    asks_more = not identity.is_strong and has_factor(visit, person)
    sit_down(visit, person, Proofs(complete=not asks_more, second_factor=identity.is_strong))
    return See(with_next(SECOND_FACTOR, told["next"]) if asks_more else good_next(told["next"]))


@DESK.form("/account/proconnect/remove", fresh=True)
def remove_proconnect(visit: Visit) -> See:
    """No identity of a provider is a way in any more."""
    identifying.untie(visit.session, visit.person.id, visit.now)
    return See("/account", said="proconnect_removed")
