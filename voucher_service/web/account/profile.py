"""One's account: name, address, password, ways in, and where one is signed in."""

from pydantic import SecretStr

from voucher_service.actions import accounts, sittings
from voucher_service.core.errors import Conflict, NotFound
from voucher_service.core.sittings import LONGEST
from voucher_service.http.body import Body
from voucher_service.http.fields import Email, Text
from voucher_service.store.queries import people
from voucher_service.web.account import tries
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.passwords import check_new
from voucher_service.web.account.seats import seat_of
from voucher_service.web.desks import Page, See, Visit


@DESK.page("/account")
def account(visit: Visit) -> Page:
    """Everything about one's account."""
    session, me = visit.session, visit.person.id
    return Page(
        "account/account.html",
        person=people.person(session, me),
        held=people.named(session, people.posts_of(session, me)),
        passkeys=people.passkeys_of(session, me),
        codes_left=people.codes_left(session, me),
        sittings=people.sittings_of(session, me, visit.now - LONGEST),
        here=seat_of(visit).sitting,
        proconnect=visit.services.settings.proconnect.is_set,
        tied=people.has_identity(session, me),
    )


class Name(Body):
    """What one is called."""

    name: Text


@DESK.form("/account/name", body=Name, again=account)
def change_name(visit: Visit, given: Name) -> See:
    """Be called so from now on."""
    accounts.set_name(visit.session, visit.person.id, given.name)
    return See("/account", said="name_changed")


@DESK.page("/account/password", fresh=True)
def password(_visit: Visit) -> Page:
    """Choose another password."""
    return Page("account/password.html")


class NewPassword(Body):
    """A password."""

    password: SecretStr


@DESK.form("/account/password", body=NewPassword, again=password, fresh=True)
def change_password(visit: Visit, given: NewPassword) -> See:
    """Take it; every other place where one was signed in is signed out."""
    seat, text = seat_of(visit), given.password.get_secret_value()
    check_new(text, seat.name, seat.email)
    accounts.set_password(visit.session, visit.person.id, text, visit.now, seat.sitting)
    return See("/account", said="password_changed")


@DESK.page("/account/mail", fresh=True)
def mail(_visit: Visit) -> Page:
    """Give another address."""
    return Page("account/mail.html")


class Address(Body):
    """Another address."""

    email: Email


@DESK.form("/account/mail", body=Address, again=mail, fresh=True, before=tries.of_mails)
def change_mail(visit: Visit, given: Address) -> See:
    """Ask the new address to answer; the present one is told."""
    accounts.ask_new_mail(visit.session, visit.person.id, given.email, visit.now)
    return See("/account", said="mail_asked")


@DESK.form("/account/sittings/<id:sitting>/end", again=account)
def end_sitting(visit: Visit, sitting: int) -> See:
    """Sign out elsewhere."""
    if sitting == seat_of(visit).sitting:
        raise Conflict("own_sitting", "To end this one, sign out.")
    if not sittings.end(visit.session, sitting, visit.person.id, visit.now):
        raise NotFound("not_found", "There is no such sitting.")
    return See("/account", said="sitting_ended")


@DESK.form("/account/sittings/end-others")
def end_other_sittings(visit: Visit) -> See:
    """Sign out everywhere else."""
    sittings.end_all(visit.session, visit.person.id, visit.now, besides=seat_of(visit).sitting)
    return See("/account", said="sittings_ended")
