"""Who came, to which screen, and whether they may: decided before anything of the screen runs."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from flask import Response, g, request

from voucher_service.actions.pairing import secret_hash
from voucher_service.core.errors import NotAllowed
from voucher_service.core.posts import NEEDS_SECOND_FACTOR, Post
from voucher_service.core.sittings import (
    CLICK_TOO_MANY,
    ends_at,
    is_fresh,
    is_over,
    is_too_late,
)
from voucher_service.http.language import language
from voucher_service.http.services import Services
from voucher_service.store.queries import people
from voucher_service.store.queries.people import Held, Seated
from voucher_service.store.session import Session
from voucher_service.web import cookies
from voucher_service.web.forms import KEY


class Who(StrEnum):
    """What kind of visitor a screen is for."""

    ANYBODY = "anybody"
    PERSON = "person"
    """Signed in, whatever their post."""
    POST = "post"
    """Signed in, at a desk, with one of its posts."""


@dataclass(frozen=True, slots=True)
class Someone:
    """The person who is signed in."""

    id: int
    name: str


NOBODY = Someone(0, "")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a screen works with: one session, who came, and the services."""

    session: Session
    person: Someone
    post: Post | None
    """Nothing on the pages of one's own account."""
    tenant: int | None
    """The funder, point or association of the post; nothing for the scheme's own posts."""
    services: Services
    now: datetime
    language: str
    seat: Seated | None = None
    tenant_name: str = ""

    @property
    def actor(self) -> str:
        """How this person is remembered in histories."""
        return f"person:{self.person.id}"

    @property
    def own(self) -> int:
        """The tenant of this post; raises :class:`NotAllowed` where it has none."""
        if self.tenant is None:
            raise NotAllowed("post_not_allowed", "This post has no house of its own.")
        return self.tenant

    @property
    def ends_at(self) -> datetime | None:
        """When this sitting ends if nothing is done."""
        return ends_at(self.seat.begun_at, self.now) if self.seat else None

    def within(self, session: Session) -> Self:
        """The same visit in another transaction."""
        return replace(self, session=session)


LOGIN, CHOOSE, SECOND_FACTOR = "/account/login", "/desk", "/account/second-factor"
PROVE = "/account/prove"


def seat_taken(session: Session, services: Services) -> Seated | None:
    """Who sits behind this browser's cookie: signed in or half-way, and not too long ago."""
    shown, now = cookies.shown(), services.now()
    if shown is None:
        return None
    found = people.seated(session, secret_hash(shown)) or _after_a_click_too_many(
        session, services, shown
    )
    if found is None or is_over(found.begun_at, found.seen_at, now):
        return None
    return None if found.signed_in_at is None and is_too_late(found.begun_at, now) else found


def _after_a_click_too_many(session: Session, services: Services, shown: str) -> Seated | None:
    """The sitting whose cookie was just exchanged by a first click, whose answer nobody saw.

    The second click sends the same form: only its page knows the key that leads on.
    """
    if request.mimetype != "application/x-www-form-urlencoded":  # as forms without a file are
        return None
    following = services.accounts_key.next_cookie(shown, request.form.get(KEY, ""))
    found = people.seated(session, secret_hash(following))
    if found is None or services.now() - (found.proved_at or found.begun_at) > CLICK_TOO_MANY:
        return None
    cookies.give(following)
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom a screen is for: the kind of visitor, the posts, and whether lately proved."""

    who: Who
    posts: frozenset[Post]
    fresh: bool = False


def arrive(session: Session, services: Services, rule: Rule, back: str) -> Visit | Response:
    """The visit, or where the visitor must go first, and from there to ``back``.

    Raises :class:`NotAllowed` for others.
    """
    now = services.now()
    seat = seat_taken(session, services)
    if seat is None or seat.signed_in_at is None:
        if rule.who is not Who.ANYBODY:
            return _go_first(LOGIN, back)
        return Visit(session, NOBODY, None, None, services, now, language(), seat)
    g.language = seat.language
    someone = Someone(seat.person, seat.name)
    if rule.fresh and (missing := proof_missing(seat, now)):
        return _go_first(missing, back)
    visit = Visit(session, someone, None, None, services, now, seat.language, seat)
    return _at_a_desk(visit, seat, rule, back) if rule.who is Who.POST else visit


def still(session: Session, visit: Visit, rule: Rule) -> Visit:
    """The visit as it is in the transaction of its act; raises :class:`NotAllowed`.

    A form is sent as slowly as its sender likes: meanwhile a post, a sitting or a code may end.
    """
    again = arrive(session, visit.services, rule, "")
    if not isinstance(again, Visit) or again.person != visit.person:
        raise NotAllowed("not_signed_in", "Sign in first.")
    return again


def proof_missing(seat: Seated, now: datetime) -> str | None:
    """Where whoever wants to change the account itself must go first; nothing for who may.

    A sitting may be older than the second factor that its owner has by now: whoever sits there with
    a stolen password must not exchange or add a way in.
    """
    if seat.has_factor and seat.second_factor_at is None:
        return SECOND_FACTOR
    return None if is_fresh(seat.proved_at, now) else PROVE


def _at_a_desk(visit: Visit, seat: Seated, rule: Rule, back: str) -> Visit | Response:
    held = _post_held(visit.session, seat)
    if held is None:
        return _go_first(CHOOSE, back)
    if held.post not in rule.posts:
        raise NotAllowed("post_not_allowed", "Your post may not open this page.")
    if held.post in NEEDS_SECOND_FACTOR and seat.second_factor_at is None:
        return _go_first(SECOND_FACTOR, back)
    name = people.tenant_name(visit.session, held.post, held.tenant)
    return replace(visit, post=held.post, tenant=held.tenant, tenant_name=name)


def _post_held(session: Session, seat: Seated) -> Held | None:
    """The post chosen for this sitting, or the only one there is."""
    held = people.posts_of(session, seat.person)
    if seat.chosen is None:
        return held[0] if len(held) == 1 else None
    return next((one for one in held if one.id == seat.chosen), None)


@dataclass(frozen=True, slots=True)
class Left:
    """Who was at a desk when their sitting ended."""

    person: int
    post: Post
    tenant: int | None


def just_left(session: Session, services: Services, rule: Rule) -> Left | None:
    """Whose sitting ended in this browser, at a desk that this screen is for; if there was one."""
    shown = cookies.shown()
    if rule.who is not Who.POST or shown is None or seat_taken(session, services) is not None:
        return None
    seat = people.who_sat(session, secret_hash(shown))
    held = _post_held(session, seat) if seat else None
    if seat is None or held is None or held.post not in rule.posts:
        return None
    return Left(seat.person, held.post, held.tenant)


def _go_first(address: str, back: str) -> Response:
    """To another page first, and from there to the page that was wanted. Nothing is sent again."""
    return see_other(f"{address}?{urlencode({'next': back})}" if back else address)


def see_other(address: str) -> Response:
    """To another page, whatever the method was."""
    return Response(status=303, headers={"Location": address})
