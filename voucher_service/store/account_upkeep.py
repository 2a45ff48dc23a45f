"""What is forgotten of people with time: answers to forms, old sittings and links, who left.

Somebody who left becomes a number: what they did stays in the histories under that number, which
names nobody any more. Posts and dates stay: they are what an auditor asks for.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, select, update

from voucher_service.store import identities, tables
from voucher_service.store.accounts import forget_passkeys, forget_recovery_codes
from voucher_service.store.once import update_if
from voucher_service.store.session import Session

FORMS_KEPT = timedelta(days=1)
"""How long a form sent again finds its answer."""

SITTINGS_KEPT = timedelta(days=90)
"""How long it can be looked up where an account was signed in."""

LINKS_KEPT = timedelta(days=30)

PEOPLE_KEPT = timedelta(days=365)
"""After their last post ended (RGPD: activity, and one year)."""


def forget_forms(session: Session, now: datetime) -> int:
    """Delete what forms did, once nobody clicks a second time; how many."""
    table = tables.FormAct
    return len(
        session.execute(delete(table).where(table.at < now - FORMS_KEPT).returning(table.key)).all()
    )


def forget_sittings(session: Session, now: datetime) -> int:
    """Delete sittings and links of mails that ended long ago; how many."""
    sitting, link = tables.Sitting, tables.MailLink
    old = delete(sitting).where(sitting.begun_at < now - SITTINGS_KEPT).returning(sitting.id)
    over = delete(link).where(link.expires_at < now - LINKS_KEPT).returning(link.id)
    return len(session.execute(old).all()) + len(session.execute(over).all())


def forget_people(session: Session, now: datetime) -> int:
    """Make numbers of those whose last post ended a year ago; how many."""
    gone = session.scalars(_left(now - PEOPLE_KEPT)).all()
    for person in gone:
        forget_passkeys(session, person)
        forget_recovery_codes(session, person)
        identities.forget(session, person)
        session.execute(
            update(tables.Person)
            .where(tables.Person.id == person)
            .values(
                name=f"person {person}",
                email=f"person-{person}@left.invalid",
                password_hash=None,
                totp_sealed=None,
                totp_step=None,
                handle=secrets.token_bytes(32),
            )
        )
        table = tables.Person
        update_if(session, table, table.id == person, table.disabled_at.is_(None), disabled_at=now)
    _forget_invitations(session, now)
    return len(gone)


def _left(before: datetime) -> Select[int]:
    person, held = tables.Person, tables.Membership
    works = exists().where(held.person_id == person.id, held.ended_at.is_(None))
    lately = exists().where(held.person_id == person.id, held.ended_at >= before)
    named = person.email.not_like("%@left.invalid")
    return select(person.id).where(~works, ~lately, person.created_at < before, named)


def _forget_invitations(session: Session, now: datetime) -> None:
    """Addresses that were invited and never came."""
    table = tables.Invitation
    session.execute(
        update(table)
        .where(table.expires_at < now - PEOPLE_KEPT, table.email != "")
        .values(email="")
    )
