"""What the links of our mails open: an invitation, a forgotten password, a new address.

Each works once and not for long. Opening one changes nothing: mail programs open links by
themselves. Their addresses are secrets: never logged, never passed on (see ``http.headers``).
"""

from typing import Literal

from pydantic import SecretStr

from voucher_service.actions import accounts, inviting
from voucher_service.actions.sittings import Proofs
from voucher_service.core.errors import NotFound
from voucher_service.core.posts import Post
from voucher_service.http.body import Body
from voucher_service.http.fields import Email, Text
from voucher_service.store.queries import people
from voucher_service.web.account import tries
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.passwords import check_new
from voucher_service.web.account.seats import sit_down
from voucher_service.web.desks import Page, See, Visit, Who


def _number(visit: Visit, purpose: str, link: str) -> int:
    number = visit.services.accounts_key.number_in(purpose, link)
    if number is None:
        raise NotFound("not_found", "There is no such link.")
    return number


@DESK.page("/account/links/invitation/<word:link>", who=Who.ANYBODY)
def invitation(visit: Visit, link: str) -> Page:
    """A post is offered: who takes it says their name and chooses a password."""
    number = _number(visit, "invitation", link)
    found = people.invitation(visit.session, number)
    if found is None or found.accepted_at or found.withdrawn_at or found.expires_at <= visit.now:
        return Page("account/link_over.html", what="invitation")
    post = Post(found.post)
    known = people.by_email(visit.session, found.email)
    return Page(
        "account/invitation.html",
        link=link,
        invitation=found,
        post=post,
        house=people.tenant_name(visit.session, post, found.tenant_id),
        has_account=known is not None,
        is_mine=known is not None and known.id == visit.person.id,
    )


class Newcomer(Body):
    """What somebody without an account says of themselves."""

    name: Text
    password: SecretStr
    language: Literal["fr", "en"] = "fr"


@DESK.form(
    "/account/links/invitation/<word:link>",
    body=Newcomer,
    again=invitation,
    who=Who.ANYBODY,
    before=tries.of_links,
)
def accept(visit: Visit, link: str, given: Newcomer) -> See:
    """Take the post with a new account, and be signed in."""
    number = _number(visit, "invitation", link)
    found = people.invitation(visit.session, number)
    password = given.password.get_secret_value()
    check_new(password, given.name, found.email if found else "")
    newcomer = inviting.Newcomer(given.name, password, given.language)
    person = inviting.accept(visit.session, number, newcomer, visit.now)
    sit_down(visit, person, Proofs(complete=True))
    return See("/desk")


@DESK.form("/account/links/invitation/<word:link>/join", again=invitation)
def join(visit: Visit, link: str) -> See:
    """Take one more post with the account one has."""
    number = _number(visit, "invitation", link)
    inviting.accept_as(visit.session, number, visit.person.id, visit.now)
    return See("/desk", said="post_taken")


@DESK.page("/account/forgotten", who=Who.ANYBODY)
def forgotten(_visit: Visit) -> Page:
    """Ask for a link by mail."""
    return Page("account/forgotten.html", sent=False)


class Address(Body):
    """The address of an account, if there is one."""

    email: Email


@DESK.form(
    "/account/forgotten", body=Address, again=forgotten, who=Who.ANYBODY, before=tries.of_mails
)
def ask_new_password(visit: Visit, given: Address) -> Page:
    """Send a link, if there is such an account. The answer is the same in any case."""
    accounts.ask_new_password(visit.session, given.email, visit.now)
    return Page("account/forgotten.html", sent=True)


@DESK.page("/account/links/password/<word:link>", who=Who.ANYBODY)
def new_password(visit: Visit, link: str) -> Page:
    """Choose another password."""
    number = _number(visit, accounts.PASSWORD, link)
    if not accounts.link_is_open(visit.session, number, accounts.PASSWORD, visit.now):
        return Page("account/link_over.html", what="password")
    return Page("account/new_password.html", link=link)


class NewPassword(Body):
    """A password."""

    password: SecretStr


@DESK.form(
    "/account/links/password/<word:link>",
    body=NewPassword,
    again=new_password,
    who=Who.ANYBODY,
    before=tries.of_links,
)
def set_new_password(visit: Visit, link: str, given: NewPassword) -> Page:
    """Take the new password. Whoever has a second factor shows it when they sign in next."""
    number = _number(visit, accounts.PASSWORD, link)
    owner = accounts.use_link(visit.session, number, accounts.PASSWORD, visit.now)
    password = given.password.get_secret_value()
    check_new(password, owner.name, owner.email)
    accounts.set_password(visit.session, owner.id, password, visit.now)
    return Page("account/password_changed.html")


@DESK.page("/account/links/mail/<word:link>", who=Who.ANYBODY)
def new_mail(visit: Visit, link: str) -> Page:
    """Confirm a new address."""
    number = _number(visit, accounts.NEW_MAIL, link)
    if not accounts.link_is_open(visit.session, number, accounts.NEW_MAIL, visit.now):
        return Page("account/link_over.html", what="mail")
    return Page("account/new_mail.html", link=link)


@DESK.form(
    "/account/links/mail/<word:link>", again=new_mail, who=Who.ANYBODY, before=tries.of_links
)
def confirm_new_mail(visit: Visit, link: str) -> Page:
    """The new address takes the place of the old one."""
    number = _number(visit, accounts.NEW_MAIL, link)
    accounts.confirm_new_mail(visit.session, number, visit.now)
    return Page("account/mail_changed.html")
