"""Accounts of people who work with the service: what they change themselves, by whom it is known.

Each change of a way in is told to the address known before, and ends what a thief might hold. Who
may do what is said by posts (``actions.inviting``).
"""

from datetime import datetime, timedelta

from voucher_service.actions import sittings
from voucher_service.actions.passwords import hashed
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.store import accounts, tables
from voucher_service.store.once import find, insert_row, update_if
from voucher_service.store.outbox import tell
from voucher_service.store.queries import people
from voucher_service.store.session import Session

PASSWORD, NEW_MAIL, SIGN_IN = "password", "new_mail", "sign_in"

LINK_LASTS = {
    PASSWORD: timedelta(hours=1),
    NEW_MAIL: timedelta(hours=24),
    SIGN_IN: timedelta(days=7),
}


def normal(email: str) -> str:
    """A mail address as it is kept and compared."""
    return email.strip().lower()


def set_language(session: Session, person: int, language: str) -> None:
    """Read screens and mails in this language from now on."""
    update_if(session, tables.Person, tables.Person.id == person, language=language)


def set_name(session: Session, person: int, name: str) -> None:
    """Be called so from now on."""
    update_if(session, tables.Person, tables.Person.id == person, name=name)


def ask_new_password(session: Session, email: str, now: datetime) -> None:
    """Somebody forgot a password: a link goes to the account's address, if there is one.

    Nothing tells whoever asked whether there is.
    """
    person = people.by_email(session, email)
    if person is not None and person.disabled_at is None:
        number = make_link(session, person.id, PASSWORD, person.email, now)
        _tell(session, "account_password_link", person, now, link_number=number)


def make_link(session: Session, person: int, purpose: str, email: str, now: datetime) -> int:
    """The number of a new link of a mail; its text is made from it with the accounts' key."""
    return insert_row(
        session,
        tables.MailLink,
        person_id=person,
        purpose=purpose,
        email=email,
        made_at=now,
        expires_at=now + LINK_LASTS[purpose],
    )


def link_is_open(session: Session, number: int, purpose: str, now: datetime) -> bool:
    """Whether a link can still be used."""
    row = session.get(tables.MailLink, number)
    return (
        row is not None and row.purpose == purpose and row.used_at is None and row.expires_at > now
    )


def use_link(session: Session, number: int, purpose: str, now: datetime) -> tables.Person:
    """Take a link: once. Gives whose it was; raises :class:`Conflict` when it has ended."""
    if not accounts.use_link(session, number, purpose, now):
        raise Conflict("link_over", "This link was used or has ended: ask for a new one.")
    person = find(session, tables.MailLink, number, "link").person_id
    found = find(session, tables.Person, person, "person")
    if found.disabled_at is not None:
        raise Conflict("link_over", "This account is closed.")
    return found


def set_password(
    session: Session, person: int, password: str, now: datetime, sitting: int | None = None
) -> None:
    """A new password: every other sitting ends, other links too, and the owner is told."""
    update_if(session, tables.Person, tables.Person.id == person, password_hash=hashed(password))
    sittings.end_all(session, person, now, besides=sitting)
    accounts.end_links(session, person, now)
    tell_change(session, person, "password", now)


def ask_new_mail(session: Session, person: int, email: str, now: datetime) -> None:
    """Another address: it is told to the present one, and must be confirmed from the new one."""
    wanted = normal(email)
    owner = find(session, tables.Person, person, "person")
    if wanted == owner.email:
        raise Invalid("same_mail", "This is the address already.", "email")
    tell_change(session, person, "mail_asked", now)
    if people.by_email(session, wanted) is None:  # nobody may learn who has an account
        number = make_link(session, person, NEW_MAIL, wanted, now)
        payload = {"to": wanted, "language": owner.language, "link_number": number}
        tell(session, "account_mail_link", payload, now)


def confirm_new_mail(session: Session, number: int, now: datetime) -> None:
    """The new address answers: it takes the place of the old one, which is told."""
    owner = use_link(session, number, NEW_MAIL, now)
    person = owner.id
    wanted = find(session, tables.MailLink, number, "link").email
    if people.by_email(session, wanted) is not None:
        raise Conflict("link_over", "Another account has this address now.")
    tell_change(session, person, "mail", now)
    accounts.end_links(session, person, now)
    update_if(session, tables.Person, tables.Person.id == person, email=wanted)


def close(session: Session, person: int, now: datetime) -> None:
    """Close an account: nobody signs in with it, and nothing of it is open."""
    table = tables.Person
    if not update_if(
        session, table, table.id == person, table.disabled_at.is_(None), disabled_at=now
    ):
        raise Conflict("closed_already", "This account is closed already.")
    sittings.end_all(session, person, now)
    accounts.end_links(session, person, now)
    accounts.end_tokens(session, person, now)
    tell_change(session, person, "closed", now)


def tell_change(session: Session, person: int, what: str, now: datetime) -> None:
    """Tell the owner of an account that it was changed, at the address known until now."""
    owner = find(session, tables.Person, person, "person")
    _tell(session, "account_changed", owner, now, what=what)


def _tell(
    session: Session, topic: str, person: tables.Person, now: datetime, **more: str | int
) -> None:
    payload = {"to": person.email, "language": person.language, "name": person.name, **more}
    tell(session, topic, payload, now)
