"""An authenticator app and recovery codes: set up, shown once, removed."""

import base64
from typing import Annotated
from urllib.parse import quote

import segno
from flask import request
from pydantic import StringConstraints

from voucher_service.actions import second_factors
from voucher_service.core import totp
from voucher_service.core.errors import NotAllowed
from voucher_service.http.body import Body
from voucher_service.http.fields import Text
from voucher_service.web.account import tries
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.seats import prove_more, seat_of
from voucher_service.web.desks import Page, See, Visit


def _kept(visit: Visit, secret: bytes) -> str:
    """A secret on its way through the page, under our signature and for this person only."""
    text = base64.b32encode(secret).decode()
    return visit.services.accounts_key.sign(f"authenticator {visit.person.id}", text)


def _sent_back(visit: Visit, text: str) -> bytes | None:
    found = visit.services.accounts_key.signed(f"authenticator {visit.person.id}", text)
    return base64.b32decode(found) if found else None


def _address(secret: bytes, issuer: str, account: str) -> str:
    """What the QR code of an authenticator holds."""
    label = f"{quote(issuer)}:{quote(account)}"
    return f"otpauth://totp/{label}?secret={totp.written(secret)}&issuer={quote(issuer)}"


@DESK.page("/account/authenticator", fresh=True)
def authenticator(visit: Visit) -> Page:
    """A secret for an app, as a QR code and to type. The same one again after a wrong code."""
    secret = _sent_back(visit, request.form.get("secret", "")) or second_factors.new_secret()
    settings = visit.services.settings
    email = seat_of(visit).email
    drawn = segno.make(_address(secret, settings.issuer_name, email), error="m")
    return Page(
        "account/authenticator.html",
        secret=_kept(visit, secret),
        typed=totp.typed_secret(secret),
        picture=drawn.svg_data_uri(scale=5, border=4),
    )


class FirstCode(Body):
    """What the app shows."""

    secret: Annotated[str, StringConstraints(max_length=200)]
    code: Text


@DESK.form(
    "/account/authenticator",
    body=FirstCode,
    again=authenticator,
    fresh=True,
    before=tries.of_proofs,
)
def set_authenticator(visit: Visit, given: FirstCode) -> See:
    """The app is a way in from now on."""
    secret = _sent_back(visit, given.secret)
    if secret is None:
        raise NotAllowed("form_from_elsewhere", "Open the page again.")
    key = visit.services.accounts_key
    second_factors.set_authenticator(
        visit.session, key, visit.person.id, secret, given.code, visit.now
    )
    prove_more(visit, second_factor=True)
    return See("/account/recovery-codes", said="authenticator_added")


@DESK.form("/account/authenticator/remove", fresh=True)
def remove_authenticator(visit: Visit) -> See:
    """The app is no way in any more."""
    second_factors.remove_authenticator(visit.session, visit.person.id, visit.now)
    return See("/account", said="authenticator_removed")


@DESK.page("/account/recovery-codes")
def recovery_codes(_visit: Visit) -> Page:
    """What recovery codes are for, and the button that makes them."""
    return Page("account/recovery_codes.html", codes=None)


@DESK.form("/account/recovery-codes", again=recovery_codes, fresh=True)
def make_recovery_codes(visit: Visit) -> Page:
    """New codes, on this page and never again."""
    codes = second_factors.new_recovery_codes(
        visit.session, visit.services.accounts_key, visit.person.id, visit.now
    )
    return Page("account/recovery_codes.html", codes=codes)
