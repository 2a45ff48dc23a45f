"""Signing in: a password, then a second factor for who has one; and proving anew who one is."""

from pydantic import SecretStr

from voucher_service.actions import second_factors, signing_in
from voucher_service.actions.sittings import Proofs
from voucher_service.core.errors import Invalid
from voucher_service.http.fields import Email, Text
from voucher_service.web import keeping
from voucher_service.web.account import tries
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.passkey_pages import asking
from voucher_service.web.account.seats import has_factor, prove_more, seat_of, sit_down
from voucher_service.web.desks import Page, See, Visit, Who
from voucher_service.web.next_page import Next, good_next, with_next
from voucher_service.web.visits import LOGIN, SECOND_FACTOR


@DESK.page("/account/login", who=Who.ANYBODY, query=Next)
def login(visit: Visit, query: Next) -> Page | See:
    """Sign in."""
    if visit.person.id:
        return See(good_next(query.next))
    if visit.seat is not None:
        return See(with_next(SECOND_FACTOR, query.next))
    return Page(
        "account/login.html",
        next=query.next,
        passkey=asking(visit, None),
        proconnect=visit.services.settings.proconnect.is_set,
        waits=keeping.is_waiting(visit),
    )


class Credentials(Next):
    """What one signs in with."""

    email: Email
    password: SecretStr


@DESK.form(
    "/account/login", body=Credentials, again=login, who=Who.ANYBODY, before=tries.of_passwords
)
def sign_in(visit: Visit, given: Credentials) -> See:
    """Take a password. Who has a second factor is asked for it next."""
    person = signing_in.by_password(visit.session, given.email, given.password.get_secret_value())
    asks_more = has_factor(visit, person)
    sit_down(visit, person, Proofs(complete=not asks_more))
    return See(with_next(SECOND_FACTOR, given.next) if asks_more else good_next(given.next))


@DESK.page("/account/second-factor", who=Who.ANYBODY, query=Next)
def second_factor(visit: Visit, query: Next) -> Page | See:
    """Ask for the second factor, or to set one up."""
    seat = visit.seat
    if seat is None:
        return See(with_next(LOGIN, query.next))
    if seat.second_factor_at is not None:
        return See(good_next(query.next))
    if not seat.has_factor:
        return Page("account/second_factor_needed.html")
    return Page(
        "account/second_factor.html",
        next=query.next,
        passkey=asking(visit, seat.person),
    )


class Code(Next):
    """A code of an app, or a recovery code."""

    code: Text


@DESK.form(
    "/account/second-factor",
    body=Code,
    again=second_factor,
    who=Who.ANYBODY,
    before=tries.of_proofs,
)
def show_code(visit: Visit, given: Code) -> See:
    """Take a code: each lets somebody in once."""
    seat = seat_of(visit)
    if seat.second_factor_at is None:
        key = visit.services.accounts_key
        second_factors.check_code(visit.session, key, seat.person, given.code, visit.now)
        prove_more(visit, second_factor=True)
    return See(good_next(given.next))


@DESK.page("/account/prove", query=Next)
def prove(visit: Visit, query: Next) -> Page:
    """Ask again who it is, before the account itself is changed."""
    return Page("account/prove.html", next=query.next, passkey=asking(visit, seat_of(visit).person))


class Proof(Next):
    """One's own password."""

    password: SecretStr


@DESK.form("/account/prove", body=Proof, again=prove, before=tries.of_proofs)
def show_password(visit: Visit, given: Proof) -> See:
    """It is still the same person."""
    password = given.password.get_secret_value()
    if not signing_in.is_own_password(visit.session, visit.person.id, password):
        raise Invalid("wrong_password", "This is not your password.", "password")
    prove_more(visit, second_factor=False)
    return See(good_next(given.next, "/account"))
