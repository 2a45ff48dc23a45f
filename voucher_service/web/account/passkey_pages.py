"""Passkeys: signing in with one, proving with one, adding and removing. Needs a little JavaScript.

The script only hands the question to the device and the answer to an ordinary form.
"""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import StringConstraints

from voucher_service.actions import passkeys, second_factors
from voucher_service.actions.passkeys import Asked, House
from voucher_service.actions.sittings import Proofs
from voucher_service.http.body import Body
from voucher_service.http.fields import Text
from voucher_service.http.services import Services
from voucher_service.web.account import tries
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.seats import prove_more, seat_of, sit_down
from voucher_service.web.desks import Page, See, Visit, Who
from voucher_service.web.next_page import Next, good_next


def house_of(services: Services) -> House:
    """Where our passkeys are good."""
    settings = services.settings
    address = urlsplit(settings.base_url)
    origin = f"{address.scheme}://{address.netloc}"
    return House(address.hostname or "", settings.issuer_name, origin, services.accounts_key)


def asking(visit: Visit, person: int | None) -> Asked:
    """What a page needs to ask for a passkey."""
    return passkeys.ask(visit.session, house_of(visit.services), person, visit.now)


class Answer(Next):
    """What a device answered, and the question that it was asked."""

    state: Annotated[str, StringConstraints(max_length=1000)]
    answer: Annotated[str, StringConstraints(max_length=10_000)]


@DESK.form("/account/passkey", body=Answer, who=Who.ANYBODY, before=tries.of_passkeys)
def show_passkey(visit: Visit, given: Answer) -> See:
    """Sign in with a passkey alone, or prove more with it."""
    house, seat = house_of(visit.services), visit.seat
    if seat is None:
        person = passkeys.take(visit.session, house, given.state, given.answer, visit.now)
        sit_down(visit, person, Proofs(complete=True, second_factor=True))
    else:
        passkeys.take(visit.session, house, given.state, given.answer, visit.now, seat.person)
        prove_more(visit, second_factor=True)
    return See(good_next(given.next))


@DESK.page("/account/passkeys/new", fresh=True)
def new_passkey(visit: Visit) -> Page:
    """Add this device, or a security key."""
    house = house_of(visit.services)
    return Page(
        "account/new_passkey.html",
        passkey=passkeys.offer(visit.session, house, visit.person.id, visit.now),
    )


class Made(Body):
    """What a device made, and what its owner calls it."""

    state: Annotated[str, StringConstraints(max_length=1000)]
    answer: Annotated[str, StringConstraints(max_length=10_000)]
    name: Text


@DESK.form("/account/passkeys", body=Made, again=new_passkey, fresh=True)
def add_passkey(visit: Visit, given: Made) -> See:
    """Keep a new passkey. It was just used: that is a second factor."""
    house = house_of(visit.services)
    first = not seat_of(visit).has_factor
    passkeys.add(
        visit.session, house, visit.person.id, given.state, given.answer, given.name, visit.now
    )
    if first:
        prove_more(visit, second_factor=True)
    return See("/account/recovery-codes" if first else "/account", said="passkey_added")


@DESK.form("/account/passkeys/<id:passkey>/remove", fresh=True)
def remove_passkey(visit: Visit, passkey: int) -> See:
    """A passkey is no way in any more."""
    second_factors.remove_passkey(visit.session, visit.person.id, passkey, visit.now)
    return See("/account", said="passkey_removed")
