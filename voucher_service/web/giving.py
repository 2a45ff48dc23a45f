"""Giving to a campaign: a form, then Stripe's own page; and the door for Stripe's events.

Nothing is paid here and no card is seen. The form is kept in one transaction, Stripe is asked
after it, and money counts once Stripe's balance says so. A webhook is verified on its raw bytes,
kept, and answered at once: a job does the rest.
"""

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

import structlog
from flask import Blueprint, Response, abort, jsonify, redirect, request
from pydantic import StringConstraints

from voucher_service.actions import giving, hearing
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.http.body import Body
from voucher_service.http.fields import Text
from voucher_service.http.headers import allow_form_to
from voucher_service.http.language import language
from voucher_service.http.limits import address, limit
from voucher_service.http.services import Services, services
from voucher_service.payments import stripe_connect, stripe_webhooks
from voucher_service.payments.stripe_checkout import Order, open_checkout, page_of
from voucher_service.payments.stripe_client import StripeAway, check_on, stripe_client, why_off
from voucher_service.payments.stripe_reading import SUBJECTS
from voucher_service.store.queries import gifts
from voucher_service.web.forms import BadForm, Euros, read_form
from voucher_service.web.public_page import public_page
from voucher_service.web.words import words

blueprint = Blueprint("giving", __name__)

LARGEST_EVENT = 256 * 1024
TRIES_AN_HOUR, HOUR = 30, 3600

log = structlog.get_logger()


class GiftForm(Body):
    """What a donor types."""

    amount: Euros
    name: Annotated[str, StringConstraints(min_length=1, max_length=giving.LONGEST_NAME)]
    mail: Annotated[str, StringConstraints(min_length=3, max_length=giving.LONGEST_MAIL)]
    engagement: Text = ""


WRONG_FIELD = {
    "gift_too_small": "amount",
    "gift_too_large": "amount",
    "bad_mail": "mail",
    "name_missing": "name",
}
"""Beside which field a refusal stands."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The campaign on the page: its number, its name, what one pass is worth in cents."""

    id: int
    name: str
    face_value_cents: int


def _campaign(at_hand: Services, number: int) -> Shown | None:
    """The campaign, if it takes gifts here and now."""
    if why_off(at_hand.settings) is not None:
        return None
    with at_hand.reading() as session:
        row = gifts.open_to_gifts(session, number)
        return Shown(row.id, row.name, row.face_value_cents) if row else None


@blueprint.get("/give/<id:campaign>")
def give(campaign: int) -> Response:
    """The form."""
    at_hand = services()
    found = _campaign(at_hand, campaign)
    if found is None:
        return public_page("public/give_off", status=HTTPStatus.NOT_FOUND)
    return _form(at_hand, found)


def _form(at_hand: Services, campaign: Shown, wrong: dict[str, str] | None = None) -> Response:
    allow_form_to(at_hand.settings.stripe.checkout)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return public_page(
        "public/give", status=status, campaign=campaign, typed=request.form, wrong=wrong or {}
    )


@blueprint.post("/give/<id:campaign>")
def start(campaign: int) -> Response:
    """Keep what was typed, then go to Stripe's page."""
    at_hand = services()
    limit(at_hand, "gift", address(), TRIES_AN_HOUR, HOUR)
    found = _campaign(at_hand, campaign)
    if found is None:
        return public_page("public/give_off", status=HTTPStatus.NOT_FOUND)
    try:
        typed = read_form(GiftForm)
    except BadForm as bad:
        return _form(at_hand, found, {one.name: f"bad_{one.name}" for one in bad.wrong})
    asked = giving.Asked(
        campaign, typed.amount, typed.name, typed.mail, typed.engagement, language()
    )
    try:
        with at_hand.writing() as session:
            gift = giving.ask(session, asked, _new_link(), giving.PUBLIC, at_hand.now())
    except Invalid as no:
        return _form(at_hand, found, {WRONG_FIELD.get(no.reason, "amount"): no.reason})
    except Conflict:
        return public_page("public/give_off", status=HTTPStatus.NOT_FOUND)
    return _to_stripe(at_hand, gift)


def _new_link() -> str:
    return secrets.token_urlsafe(18)


@blueprint.get("/give/pay/<word:link>")
def pay(link: str) -> Response:
    """The link that was sent to somebody who was asked for money: on to Stripe's page."""
    at_hand = services()
    check_on(at_hand.settings)
    limit(at_hand, "gift", address(), TRIES_AN_HOUR, HOUR)
    with at_hand.reading() as session:
        row = gifts.by_link(session, link)
        number = row.id if row is not None and row.ended_at is None else None
    return _to_stripe(at_hand, number) if number is not None else abort(HTTPStatus.NOT_FOUND)


def _to_stripe(at_hand: Services, gift: int) -> Response:
    """Off to Stripe's page for a gift; opened once, found again after."""
    with at_hand.reading() as session:
        row = gifts.gift(session, gift)
        assert row is not None  # noqa: S101 - written or found just now
        campaign, known = row.campaign_id, row.session_id
        base = f"{at_hand.settings.base_url}/give/{campaign}"
        label = gifts.label(session, row, words()["t"]["give_label"])
        order = Order(
            gift, row.at, row.cents, row.mail, row.language, label, row.engagement, base,
            f"{base}/thanks",
        )  # fmt: skip
    try:
        with stripe_client(at_hand.settings) as client:
            if known is not None:
                address = page_of(client, known)
            else:
                name, address = open_checkout(client, order)
                with at_hand.writing() as session:
                    giving.has_session(session, gift, name)
    except StripeAway:
        log.warning("stripe_away", gift=gift)
        return public_page(
            "public/give_later", status=HTTPStatus.SERVICE_UNAVAILABLE, campaign=campaign
        )
    there = redirect(address or f"{base}/thanks", HTTPStatus.SEE_OTHER)
    return Response(there.get_data(), there.status_code, headers=dict(there.headers))


@blueprint.get("/give/<id:campaign>/thanks")
def thanks(campaign: int) -> Response:  # noqa: ARG001 - the address is what Stripe was told
    """Where Stripe's page leads back to. It proves nothing, and claims nothing."""
    return public_page("public/give_thanks")


@blueprint.post("/stripe/webhooks")
def hear() -> Response:
    """An event of Stripe: verified, kept once, answered."""
    at_hand = services()
    account = at_hand.settings.stripe
    check_on(at_hand.settings, account.payouts_key or None)
    request.max_content_length = LARGEST_EVENT
    told = stripe_webhooks.verified(
        request.get_data(),
        request.headers.get("Stripe-Signature"),
        account.webhook_secrets,
    )
    event = told.id, told.type, told.about, told.sha256
    of_gifts = bool(account.key) and told.type.startswith(SUBJECTS)
    of_payouts = bool(account.payouts_key) and told.type == stripe_connect.REVERSED
    known = of_gifts or of_payouts
    with at_hand.writing() as session:
        new = hearing.hear(session, event, hearing.WEBHOOK, at_hand.now(), known=known)
    return jsonify({"received": True, "new": new})
