"""Asking for files of the whole books: each takes as long as reading everything, so a job makes it.

Whoever asks for what is being made already gets that one. Nothing is read or drawn here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from voucher_service.core.canonical import canonical
from voucher_service.store import books_files, jobs
from voucher_service.store.session import Session

AUDIT, FEC = jobs.AUDIT, jobs.FEC


@dataclass(frozen=True, slots=True)
class Fec:
    """Which accounting file: its days, both included and over, tab or pipe, and of which books."""

    first: date
    last: date
    separator: str
    books: str


def ask_audit(
    session: Session, since: date | None, actor: str, token: int | None, now: datetime
) -> int:
    """Have everything looked at again, or what is younger than a day; the request's number."""
    asked = {"since": since.isoformat() if since else None}
    return _ask(session, AUDIT, asked, actor, token, now)


def ask_fec(session: Session, wanted: Fec, actor: str, token: int | None, now: datetime) -> int:
    """Have the accounting file of some days made; the request's number."""
    asked = {
        "from": wanted.first.isoformat(),
        "to": wanted.last.isoformat(),
        "separator": wanted.separator,
        "books": wanted.books,
    }
    return _ask(session, FEC, asked, actor, token, now)


def _ask(
    session: Session,
    kind: str,
    asked: dict[str, Any],
    actor: str,
    token: int | None,
    now: datetime,
) -> int:
    key = f"{kind} {canonical(asked).decode()}"
    began = books_files.begin(session, kind, key, asked, actor, now)
    number = books_files.newest(session, key)
    if began:
        work = {"books_file": number, "actor": actor}
        books_files.give_job(session, number, jobs.enqueue(session, kind, work, 1, token, now))
    return number
