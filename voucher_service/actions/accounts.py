"""Accounts of people who work with the service. Who may do what is said by their posts."""

from voucher_service.store import tables
from voucher_service.store.once import update_if
from voucher_service.store.session import Session


def set_language(session: Session, person: int, language: str) -> None:
    """Read screens and mails in this language from now on."""
    update_if(session, tables.Person, tables.Person.id == person, language=language)
