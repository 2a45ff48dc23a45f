"""Choosing a desk among one's posts, one's language, and signing out."""

from typing import Literal

from flask import Response

from voucher_service.actions import accounts, sittings
from voucher_service.core.errors import NotFound
from voucher_service.core.posts import house_of
from voucher_service.http.fields import Id
from voucher_service.store.queries import people
from voucher_service.store.queries.people import Held
from voucher_service.web import keeping
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.seats import seat_of
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.next_page import Next, good_next


@DESK.page("/desk", query=Next)
def choose(visit: Visit, query: Next) -> Page | See:
    """One's posts; straight to the desk for who has only one."""
    held = people.named(visit.session, people.posts_of(visit.session, visit.person.id))
    if len(held) == 1:
        return See(_desk_of(held[0], query.next))
    return Page("account/desks.html", held=held, next=query.next)


def _desk_of(held: Held, address: str) -> str:
    """The page that was wanted if it is of this post's desk; else the desk."""
    desk = f"/{house_of(held.post)}"
    return good_next(address, desk) if address.startswith(f"{desk}/") else desk


class Chosen(Next):
    """A post of one's own."""

    membership: Id


@DESK.form("/desk", body=Chosen)
def sit_down(visit: Visit, given: Chosen) -> See:
    """Work at this post's desk from now on."""
    held = people.posts_of(visit.session, visit.person.id)
    found = next((one for one in held if one.id == given.membership), None)
    if found is None:
        raise NotFound("not_found", "This post is not yours.")
    sittings.choose(visit.session, seat_of(visit).sitting, found.id)
    return See(_desk_of(found, given.next))


class Tongue(Next):
    """A language, and the page to read in it."""

    language: Literal["fr", "en"]


@DESK.form("/account/language", body=Tongue)
def speak(visit: Visit, given: Tongue) -> See:
    """Read the screens in this language from now on."""
    accounts.set_language(visit.session, visit.person.id, given.language)
    return See(good_next(given.next))


@DESK.form("/account/sign-out")
def sign_out(visit: Visit) -> Response:
    """End this sitting: its cookie opens nothing any more, and the browser forgets our pages."""
    keeping.leave_only(visit, None)
    sittings.end(visit.session, seat_of(visit).sitting, visit.person.id, visit.now)
    answer = Response(status=303, headers={"Location": "/account/login"})
    answer.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return answer
