"""A form that was being filled in when a sitting ended is given back to the same person.

Kept for an hour, sealed by the accounts' key and a cookie of the browser together: neither a copy
of the database nor the key opens it. It belongs to a person, at their post, on one page; whoever
else signs in there sees nothing, and it is deleted. It fills a page in and never sends anything.
Pages write nothing, and one may be loaded twice, so the text goes when its form is sent, at
sign-out, or after the hour; not when it is looked at. Which fields may be kept is said elsewhere.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voucher_service.actions.pairing import secret_hash
from voucher_service.core.posts import Post
from voucher_service.core.sittings import FORM_KEPT
from voucher_service.http.services import Services
from voucher_service.store import kept_forms
from voucher_service.store.queries import people
from voucher_service.store.session import Session

LARGEST = 64 * 1024
"""Bytes of what was typed. The longest form of ours fills a tenth of it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, and into which form: its name in templates."""

    act: str
    fields: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose form, and which: nobody else, at no other post, finds it on no other page."""

    person: int
    post: Post
    tenant: int | None
    page: str
    form: str
    """The address that it is sent to."""

    @property
    def owner(self) -> bytes:
        """What the seal is bound to."""
        told = [self.person, self.post.value, self.tenant, self.page, self.form]
        return json.dumps(told).encode()


def keep(services: Services, browser: str, place: Place, typed: Typed) -> bool:
    """Keep what was typed in this browser; false when it is too much."""
    told = json.dumps([typed.act, dict(typed.fields)]).encode()
    if len(told) > LARGEST:
        return False
    nonce = secrets.token_bytes(12)
    sealed = services.accounts_key.seal_form(told, browser, place.owner, nonce)
    now, kept_in = services.now(), secret_hash(browser)
    with services.writing() as session:
        kept_forms.forget_old(session, now)
        kept_forms.keep(session, kept_in, place.page, place.form, place.person, sealed, now)
    return True


def find(services: Services, session: Session, browser: str, place: Place) -> Typed | None:
    """What was typed, for this place."""
    since, kept_in = services.now() - FORM_KEPT, secret_hash(browser)
    sealed = people.kept_form(session, kept_in, place.page, place.form, place.person, since)
    if sealed is None:
        return None
    try:
        told = services.accounts_key.unseal_form(sealed, browser, place.owner)
    except ValueError:  # the same person at another post
        return None
    return Typed(*json.loads(told))


def waits(services: Services, session: Session, browser: str) -> bool:
    """Whether somebody's form waits in this browser."""
    return people.keeps_a_form(session, secret_hash(browser), services.now() - FORM_KEPT)


def sent(session: Session, browser: str, page: str, form: str) -> None:
    """The form was sent: it waits no longer."""
    kept_forms.forget(session, secret_hash(browser), page, form)


def leave_only(session: Session, browser: str, person: int | None) -> None:
    """Delete what waits in this browser for anybody but this person; for everybody, for nobody."""
    kept_forms.forget_browser(session, secret_hash(browser), person)
