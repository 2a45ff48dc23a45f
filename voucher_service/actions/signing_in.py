"""Signing in with a password. An unknown address and a wrong password get the same answer."""

from voucher_service.actions.passwords import is_password
from voucher_service.core.errors import Invalid
from voucher_service.store import tables
from voucher_service.store.once import find
from voucher_service.store.queries import people
from voucher_service.store.session import Session


def by_password(session: Session, email: str, password: str) -> int:
    """Whose address and password these are; raises :class:`Invalid`."""
    person = people.by_email(session, email)
    kept = person.password_hash if person and person.disabled_at is None else None
    if not is_password(kept, password) or person is None:
        raise Invalid("sign_in_failed", "This address and this password do not go together.")
    return person.id


def is_own_password(session: Session, person: int, password: str) -> bool:
    """Whether somebody who is signed in knows their password."""
    return is_password(find(session, tables.Person, person, "person").password_hash, password)
