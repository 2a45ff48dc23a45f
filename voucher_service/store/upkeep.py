"""What is forgotten with time: codes that ended, answers nobody asks for again, visitors' words.

Nothing that is a fact of money is ever forgotten here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from voucher_service.store import tables
from voucher_service.store.ceding import ceded_to
from voucher_service.store.once import update_if
from voucher_service.store.session import Session

ANSWERS_KEPT = timedelta(days=7)
"""How long a request sent again gets its first answer."""


MAILS_KEPT = timedelta(days=90)
"""How long it is known to which address a mail was sent."""


FILES_KEPT = timedelta(days=30)
"""How long a file of places stays here as it came."""


WORDS_KEPT = timedelta(days=90)
"""How long what a visitor wrote of a wrong site stays, once somebody has looked after it."""

WORDS_KEPT_AT_MOST = timedelta(days=365)
"""And if nobody ever does."""


DISPUTES_KEPT = timedelta(days=365)
"""How long the words of a dispute stay after its answer: somebody may have written a name."""


GIFTS_KEPT = timedelta(days=90)
"""How long it is known who was about to give, and did not. A payment takes two weeks at most."""


def set_print_file(session: Session, number: int, file_name: str) -> None:
    """Say which file holds a print."""
    table = tables.PrintRequest
    update_if(session, table, table.id == number, file_name=file_name)


def forget_prints(session: Session, now: datetime) -> Sequence[str]:
    """Forget the files of prints that waited long enough; their names, to be deleted."""
    table = tables.PrintRequest
    over = (table.file_name.is_not(None), table.expires_at < now)
    names = [name for name in session.scalars(select(table.file_name).where(*over)) if name]
    update_if(session, table, *over, file_name=None)
    return names


def forget_pairings(session: Session, now: datetime) -> int:
    """Delete pairing codes that have ended; how many."""
    table = tables.Pairing
    ended = delete(table).where(table.expires_at < now).returning(table.code_hash)
    return len(session.execute(ended).all())


def forget_answers(session: Session, now: datetime) -> int:
    """Delete idempotency keys older than :data:`ANSWERS_KEPT`; how many."""
    table = tables.IdempotencyKey
    old = delete(table).where(table.started_at < now - ANSWERS_KEPT).returning(table.key)
    return len(session.execute(old).all())


def forget_tries(session: Session, now: datetime) -> int:
    """Delete the counts of tries whose window is over; how many. What was used once stays used."""
    table = tables.Throttle
    over = delete(table).where(table.window < now.timestamp()).returning(table.key)
    return len(session.execute(over).all())


def forget_mails(session: Session, now: datetime) -> int:
    """Delete what was sent longer than :data:`MAILS_KEPT` ago: they hold addresses; how many."""
    table = tables.Mail
    old = delete(table).where(table.sent_at < now - MAILS_KEPT).returning(table.id)
    return len(session.execute(old).all())


def forget_places_files(session: Session, now: datetime) -> int:
    """Drop files of places older than :data:`FILES_KEPT`; what they did stays known; how many."""
    table = tables.PlacesFile
    old = (table.content.is_not(None), table.brought_at < now - FILES_KEPT)
    return update_if(session, table, *old, content=None)


def forget_words(session: Session, now: datetime) -> dict[str, int]:
    """Forget what people wrote and the scheme has no use for any more; how many of each kind.

    A house that has ceded its scheme changes nothing of it: its successor forgets.
    """
    ended = ceded_to(session) is not None
    kinds = {
        "words of reports": forget_report_words,
        "words of disputes": forget_dispute_words,
        "names of gifts that never came": forget_givers,
    }
    return {kind: 0 if ended else forget(session, now) for kind, forget in kinds.items()}


def forget_report_words(session: Session, now: datetime) -> int:
    """Drop what visitors wrote of wrong sites, for it may name somebody; how many reports.

    What was wrong, how often it was said, when, and what was done about it stays known.
    """
    table = tables.SiteReport
    over = or_(table.ended_at < now - WORDS_KEPT, table.first_at < now - WORDS_KEPT_AT_MOST)
    return update_if(session, table, table.words.is_not(None), over, words=None)


def forget_dispute_words(session: Session, now: datetime) -> int:
    """Empty what was said in disputes answered :data:`DISPUTES_KEPT` ago; how many.

    Who was right, and the correction, stay.
    """
    return sum(
        update_if(
            session,
            table,
            table.answered_at < now - DISPUTES_KEPT,
            table.reason != "",
            reason="",
            answer="",
        )
        for table in (tables.Dispute, tables.StatementDispute)
    )


def forget_givers(session: Session, now: datetime) -> int:
    """Drop who was about to give on the public page and never did; how many gifts.

    How much was asked for, when and how it ended stays known. Paid gifts are facts of money.
    """
    table, moved = tables.Gift, tables.StripeTransaction
    return update_if(
        session,
        table,
        table.actor == "public",
        table.at < now - GIFTS_KEPT,
        table.paid_at.is_(None),
        or_(table.outcome.in_(("expired", "failed")), table.session_id.is_(None)),
        table.id.not_in(select(moved.gift_id).where(moved.gift_id.is_not(None))),
        table.mail != "",
        name="",
        mail="",
        engagement="",
        link=None,
    )
