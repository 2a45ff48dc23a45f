"""Carrying the outbox: each message becomes a mail for each person, and each mail is sent.

Run by a thread beside the jobs, by a worker and by the nightly round, as many as there are: a claim
keeps them apart. One mail that cannot be written or sent holds no other up. At least once: see
``mail``.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from voucher_service.config import Settings
from voucher_service.jobs.tools import Sessions
from voucher_service.mail import letters
from voucher_service.mail.carrier import Away, NotNow, PostOffice, Refused, envelope, post_office
from voucher_service.mail.topics import recipients
from voucher_service.store import mails
from voucher_service.store.engine import READ_ONLY, UNAVAILABLE
from voucher_service.store.queries.mails import Claimed, names
from voucher_service.store.session import Session

AT_ONCE = 100
REST_SECONDS = 2.0
"""How long the carrier rests when nothing waits."""
AWAY_SECONDS = 30.0
"""How long it leaves a post office alone that does not answer."""

Clock = Callable[[], datetime]

log = structlog.get_logger()


@dataclass(slots=True)
class Round:
    """What one round of the carrier did."""

    sent: int = 0
    failed: int = 0
    away: bool = False


def carry(sessions: Sessions, settings: Settings, now: Clock = lambda: datetime.now(UTC)) -> Round:
    """Address what was told, and send what is due."""
    _address_all(sessions, settings, now)
    done = Round()
    with sessions() as session:
        session.connection(execution_options=READ_ONLY)
        due = mails.due(session, now(), AT_ONCE)
    if not due:
        return done
    try:
        with post_office(settings) as office:
            for number in due:
                _send(sessions, settings, office, number, now, done)
    except Away as error:
        done.away = True
        log.warning("mail_server_away", host=settings.mail.host, why=str(error))
    return done


def _address_all(sessions: Sessions, settings: Settings, now: Clock) -> None:
    with sessions() as session:
        session.connection(execution_options=READ_ONLY)
        waiting = mails.to_address(session, AT_ONCE)
    for number in waiting:
        try:
            with sessions() as session, session.begin():
                _address(session, settings, number, now())
        except UNAVAILABLE:
            raise
        except Exception as error:  # kept with the message, for a person to look at
            log.exception("mail_not_addressed", outbox=number)
            with sessions() as session, session.begin():
                mails.not_addressed(session, number, f"{type(error).__name__}: {error}")


def _address(session: Session, settings: Settings, number: int, now: datetime) -> None:
    told = mails.message(session, number)
    found = recipients(session, told.topic, told.payload, settings.mail.operator)
    mails.address(session, number, [mails.Recipient(*one) for one in found], now)


def _send(
    sessions: Sessions,
    settings: Settings,
    office: PostOffice,
    number: int,
    now: Clock,
    done: Round,
) -> None:
    """Send one mail, and write down what came of it. No transaction is open while it is sent."""
    with sessions() as session, session.begin():
        claimed = mails.claim(session, number, now())
        if claimed is None:
            return
    trouble, for_good = "", False
    try:
        letter = _letter(sessions, settings, claimed)
        office.take(envelope(claimed, letter, settings, now()))
    except Refused as error:
        trouble, for_good = str(error), True
    except NotNow as error:
        trouble = str(error)
    except Away as error:
        _write_down(sessions, number, str(error), now(), for_good=False)
        raise
    except Exception as error:  # one mail that cannot be written must not hold the others up
        log.exception("mail_not_written", mail=number, topic=claimed.topic)
        trouble = f"{type(error).__name__}: {error}"
    done.sent += not trouble
    done.failed += bool(trouble)
    _write_down(sessions, number, trouble, now(), for_good=for_good)


def _letter(sessions: Sessions, settings: Settings, mail: Claimed) -> letters.Letter:
    with sessions() as session:
        session.connection(execution_options=READ_ONLY)
        facts = {**mail.payload} | names(session, mail.payload)
    return letters.write(mail.topic, mail.language, facts, settings)


def _write_down(
    sessions: Sessions, number: int, trouble: str, now: datetime, *, for_good: bool
) -> None:
    with sessions() as session, session.begin():
        if trouble:
            mails.failed(session, number, trouble, now, for_good=for_good)
        else:
            mails.sent(session, number, now)


def carry_until(stop: threading.Event, sessions: Sessions, settings: Settings) -> None:
    """Carry until told to stop, resting between two rounds."""
    while not stop.is_set():
        try:
            done = carry(sessions, settings)
        except UNAVAILABLE:
            log.exception("mails_database_unavailable")
            done = Round(away=True)
        if not done.sent:
            stop.wait(AWAY_SECONDS if done.away else REST_SECONDS)


def start(stop: threading.Event, sessions: Sessions, settings: Settings) -> None:
    """Carry in a thread that dies with its process."""
    arguments = (stop, sessions, settings)
    threading.Thread(target=carry_until, args=arguments, name="mails", daemon=True).start()
