"""Making files of the whole books: the auditor's report and the accounting file.

All of it is read as it was at one moment, written to a file that has no name, and then kept in the
database in one short transaction: a web process on another machine can give it away. No rule here.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, time
from functools import partial
from itertools import chain
from typing import IO, Any

from voucher_service.actions.auditing import audit
from voucher_service.actions.auditing_bank import Bank
from voucher_service.actions.auditing_steps import Progress
from voucher_service.actions.books_files import AUDIT, FEC
from voucher_service.config import BadSettings, Settings
from voucher_service.core.campaign import PARIS, paris_day
from voucher_service.documents import audit_report
from voucher_service.documents.fec import ENCODING, PIPE, TAB
from voucher_service.documents.fec_files import BOOKS, Exercise, FecFile, chart_of
from voucher_service.documents.proofreading import proofread
from voucher_service.jobs.tools import Sessions
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.sepa import pain_001
from voucher_service.store import books_files, tables
from voucher_service.store.books_files import Made
from voucher_service.store.once import find
from voucher_service.store.session import Session, read_one_moment

PART_BYTES = 512 * 1024
LINES_AT_ONCE = 1000

Content = tuple[str, str, Iterable[bytes]]
"""A file in the making: its name, its media type, and its bytes as they come."""


def make(
    sessions: Sessions, settings: Settings, number: int, now: datetime, progress: Progress
) -> str:
    """Make the files of a request and keep them; a note of how it went."""
    with ExitStack() as spooled:
        with sessions() as session:
            read_one_moment(session)
            asked = find(session, tables.BooksRequest, number, "request for a file of the books")
            if asked.ended_at is not None:
                return "made already"
            contents, faults = MAKERS[asked.kind](session, settings, asked.asked, now, progress)
            made = [
                Made(
                    name, media_type, _spooled(spooled.enter_context(tempfile.TemporaryFile()), it)
                )
                for name, media_type, it in contents
            ]
        with sessions() as session, session.begin():
            books_files.keep(session, number, made, faults, now)
    return f"{len(made)} files" if faults is None else f"{faults} faults"


def _spooled(file: IO[bytes], content: Iterable[bytes]) -> Iterator[bytes]:
    """Write everything now; give it back later, piece by piece."""
    file.writelines(content)
    file.seek(0)
    return iter(partial(file.read, PART_BYTES), b"")


def _audit(
    session: Session, settings: Settings, asked: dict[str, Any], now: datetime, progress: Progress
) -> tuple[list[Content], int]:
    """The report for machines, and as a page in each language."""
    day = asked["since"]
    since = datetime.combine(date.fromisoformat(day), time.min, PARIS) if day else None
    drawn = partial(proofread, base_url=settings.base_url)
    bank = Bank(read_bank_file, pain_001)
    report = audit(session, drawn, since, now, bank, progress)
    name, issuer = f"audit-{paris_day(now)}", settings.issuer_name
    faults = sum(len(chapter.findings) for chapter in report.chapters)
    return [
        (f"{name}.json", "application/json", [json.dumps(audit_report.facts(report)).encode()]),
        *(
            (f"{name}-{language}.pdf", "application/pdf", [page])
            for language in audit_report.LANGUAGES
            for page in [audit_report.to_pdf(report, issuer, language)]
        ),
    ], faults


def _fec(
    session: Session, settings: Settings, asked: dict[str, Any], _now: datetime, progress: Progress
) -> tuple[Iterator[Content], None]:
    """The accounting file, and the note that must go with it."""
    days = Exercise(date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"]))
    try:
        chart = chart_of(settings.chart_file)
    except ValueError as error:
        raise BadSettings(str(error)) from error
    separator = PIPE if asked["separator"] == "pipe" else TAB
    made = FecFile(settings.issuer_siret, days, chart, separator, BOOKS[asked["books"]])
    lines = _told(made.lines(session), progress)
    file: Content = (made.name, f"text/plain; charset={ENCODING}", lines)
    return chain([file], _note(made, settings)), None


def _note(made: FecFile, settings: Settings) -> Iterator[Content]:
    """Written once the file was read to its end: it says what that adds up to."""
    yield made.note_name, "text/plain; charset=utf-8", [made.note(settings.issuer_name).encode()]


def _told(lines: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    """The same lines; how many there will be is not known."""
    for count, line in enumerate(lines):
        if count % LINES_AT_ONCE == 0:
            progress(0, 1)
        yield line
    progress(1, 1)


MAKERS: dict[str, Callable[..., tuple[Iterable[Content], int | None]]] = {
    AUDIT: _audit,
    FEC: _fec,
}
"""What makes the files of each kind of request."""
