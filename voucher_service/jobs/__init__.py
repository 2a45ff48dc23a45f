"""Long work: rows that say what remains to be done, and what each kind of them does.

Run by a thread of the served process or by ``voucher-service worker``. Every job may be run twice,
and by two workers at once: the domain's own rows decide what is left to do. No rule lives here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from voucher_service.actions.checking import check_books
from voucher_service.actions.ending_jobs import end_job
from voucher_service.actions.issuing import issue
from voucher_service.config import BadSettings
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import DomainError
from voucher_service.jobs import books_files, gifts, rail
from voucher_service.jobs.files import Form, write_passes
from voucher_service.jobs.heartbeat import Heartbeat, LostClaim
from voucher_service.jobs.statements import close
from voucher_service.jobs.tools import Sessions, Tools, open_signing_key
from voucher_service.secret_files import passphrase
from voucher_service.store import jobs as store
from voucher_service.store import tables, upkeep
from voucher_service.store.engine import READ_ONLY, UNAVAILABLE
from voucher_service.store.once import find
from voucher_service.store.session import read_one_moment

__all__ = ["EVERYWHERE", "SIGNER", "Sessions", "Tools", "run_one"]

EVERYWHERE = (
    store.ISSUE,
    store.CLOSE,
    store.STRIPE,
    store.RAIL,
    store.CHECK,
    store.AUDIT,
    store.FEC,
)
"""Work that needs online secrets only."""
SIGNER = (store.PRINT,)
"""Work that needs the private pass key."""

NOTE_LENGTH = 300

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed job: what it is asked, and what it works with."""

    sessions: Sessions
    tools: Tools
    arguments: dict[str, Any]
    now: datetime
    heartbeat: Heartbeat


def run_one(
    sessions: Sessions,
    tools: Tools,
    kinds: tuple[str, ...],
    worker: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> bool:
    """Claim and run the oldest job of these kinds. False when there is nothing to do."""
    with sessions() as session, session.begin():
        job = store.claim(session, kinds, worker, now())
        if job is None:
            return False
        number, kind, arguments, total = job.id, job.kind, job.arguments, job.total
    heartbeat = Heartbeat(sessions, number, total, worker, now)
    work = Work(sessions, tools, arguments, now(), heartbeat)
    try:
        with heartbeat:
            state, note = "done", RUN[kind](work)
    except LostClaim:
        log.warning("job_taken_over", job=number, kind=kind, worker=worker)
        return True
    except UNAVAILABLE:
        raise  # the claim runs out, and whoever takes it next goes on
    except (DomainError, BadSettings) as error:
        log.warning("job_failed", job=number, kind=kind, why=str(error))
        state, note = "failed", str(error)
    except Exception as error:  # whatever else goes wrong is kept with the job, and logged whole
        log.exception("job_failed", job=number, kind=kind)
        state, note = "failed", f"{type(error).__name__}: {error}"
    with sessions() as session, session.begin():
        end_job(session, number, worker, state, note[:NOTE_LENGTH], now())
    return True


def _issue(work: Work) -> str:
    with work.sessions() as session:
        booklets = issue(session, work.arguments["order"], work.now, work.heartbeat.progress)
    return f"{len(booklets)} booklets"


def _close(work: Work) -> str:
    asked = work.arguments
    progress = work.heartbeat.progress
    numbers, failed = close(
        work.sessions, work.tools, asked["label"], asked["actor"], work.now, progress
    )
    missing = f", {failed} drawings failed: close again to draw them" if failed else ""
    return f"{len(numbers)} statements{missing}"


def _stripe(work: Work) -> str:
    """What Stripe told. Left undone when Stripe is away: the nightly round does it then."""
    return gifts.act(work.sessions, work.tools.settings, work.arguments["event"], work.now)


def _rail(work: Work) -> str:
    return rail.pay(work.sessions, work.tools.settings, work.arguments["batch"], work.now)


def _check(work: Work) -> str:
    """Every rule of the books; the names of those that do not hold, nothing when all do."""
    with work.sessions() as session:
        read_one_moment(session)
        return ", ".join(sorted({problem.invariant for problem in check_books(session)}))


def _books_file(work: Work) -> str:
    number, progress = work.arguments["books_file"], work.heartbeat.progress
    return books_files.make(work.sessions, work.tools.settings, number, work.now, progress)


def _print(work: Work) -> str:
    settings = work.tools.settings
    settings.prints.mkdir(parents=True, exist_ok=True, mode=0o700)
    with work.sessions() as session:
        session.connection(execution_options=READ_ONLY)
        asked = find(session, tables.PrintRequest, work.arguments["print"], "print")
        number, form = asked.id, asked.format
        booklets = range(asked.first_booklet, asked.first_booklet + asked.booklets)
        key = open_signing_key(session, settings, passphrase(settings), asked.order_id, work.now)
        name = f"print-{number}.{form}"
        write_passes(
            session,
            work.tools,
            key,
            booklets,
            _form(form),
            settings.prints / name,
            paris_day(work.now),
            work.heartbeat.progress,
        )
    with work.sessions() as session, session.begin():
        upkeep.set_print_file(session, number, name)
    return f"{len(booklets)} booklets, signed with key {key.kid.hex()}"


def _form(text: str) -> Form:
    return "pdf" if text == "pdf" else "ndjson"


RUN: dict[str, Callable[[Work], str]] = {
    store.ISSUE: _issue,
    store.CLOSE: _close,
    store.PRINT: _print,
    store.STRIPE: _stripe,
    store.RAIL: _rail,
    store.CHECK: _check,
    store.AUDIT: _books_file,
    store.FEC: _books_file,
}
"""What each kind of job does; each gives a short note."""
