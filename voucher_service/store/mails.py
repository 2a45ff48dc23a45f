"""Mails, from the outbox to the post office: addressed once, claimed for a while, then ended.

A claim moves the moment of the next try: it is the lease of whoever sends now, and the pause before
the next try if that fails or dies. So a mail may leave twice, never not at all; both would bear the
same number. Nothing is sent here, and no words are known.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.queries.mails import Claimed
from voucher_service.store.session import Session

M, O = tables.Mail, tables.Outbox  # noqa: E741 - a mail and what it tells

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60))
"""Between two tries; the last one again and again."""

GIVE_UP_AFTER = timedelta(days=5)
"""How long a mail is tried, as post offices do."""

LONGEST_TROUBLE = 300

WAITING = (M.sent_at.is_(None), M.given_up_at.is_(None))


class Recipient(NamedTuple):
    """Who is told, and the language that they read."""

    address: str
    language: str


def to_address(session: Session, limit: int) -> Sequence[int]:
    """Messages of the outbox that have no mails yet, oldest first."""
    waiting = (O.carried_at.is_(None), O.trouble.is_(None))
    return session.scalars(select(O.id).where(*waiting).order_by(O.id).limit(limit)).all()


def message(session: Session, number: int) -> tables.Outbox:
    """One message of the outbox."""
    return session.get_one(O, number)


def address(session: Session, number: int, to: Iterable[Recipient], now: datetime) -> None:
    """Make the mails of a message, one for each address, unless another process has."""
    if not update_if(session, O, O.id == number, O.carried_at.is_(None), carried_at=now):
        return
    for one in to:
        insert_once(
            session,
            M,
            outbox_id=number,
            address=one.address,
            language=one.language,
            due_at=now,
            tries=0,
        )


def not_addressed(session: Session, number: int, trouble: str) -> None:
    """Lay a message aside until a person has looked: it holds nobody else up."""
    update_if(session, O, O.id == number, O.carried_at.is_(None), trouble=trouble[:LONGEST_TROUBLE])


def due(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Mails to be tried now, those that wait longest first."""
    return session.scalars(
        select(M.id).where(*WAITING, M.due_at <= now).order_by(M.due_at, M.id).limit(limit)
    ).all()


def claim(session: Session, number: int, now: datetime) -> Claimed | None:
    """Take a mail that is due; nothing when another process has it."""
    mail = session.get_one(M, number)
    pause = PAUSES[min(mail.tries, len(PAUSES) - 1)]
    if not update_if(
        session,
        M,
        M.id == number,
        *WAITING,
        M.due_at <= now,
        due_at=now + pause,
        tries=M.tries + 1,
    ):
        return None
    told = session.get_one(O, mail.outbox_id)
    return Claimed(number, mail.address, mail.language, told.id, told.topic, told.payload)


def sent(session: Session, number: int, now: datetime) -> None:
    """The post office took it."""
    update_if(session, M, M.id == number, sent_at=now, trouble=None)


def failed(
    session: Session, number: int, trouble: str, now: datetime, *, for_good: bool = False
) -> None:
    """It did not leave. Given up when that is ``for_good``, or when it was told too long ago."""
    told = select(O.created_at).join(M, M.outbox_id == O.id).where(M.id == number)
    over = for_good or session.scalars(told).one() < now - GIVE_UP_AFTER
    update_if(
        session,
        M,
        M.id == number,
        *WAITING,
        trouble=trouble[:LONGEST_TROUBLE],
        given_up_at=now if over else None,
    )


def again(session: Session, now: datetime) -> int:
    """Try once more whatever waits for a person; how many messages and mails."""
    messages = update_if(session, O, O.carried_at.is_(None), O.trouble.is_not(None), trouble=None)
    mails = update_if(session, M, M.given_up_at.is_not(None), given_up_at=None, due_at=now, tries=0)
    return messages + mails
