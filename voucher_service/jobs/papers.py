"""Papers drawn when nobody asked yet, and fetched by their number, whichever family they are of.

A drawing is kept the first time it is made and never made again. One that fails harms nothing else.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from voucher_service.core.invoices import FEE_CREDIT_NOTE, FEE_INVOICE, SELF_BILLED
from voucher_service.documents.invoices import XML
from voucher_service.documents.proofreading import draw
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.jobs.tools import Sessions
from voucher_service.store import papers

JSON = "application/json"

INVOICES = {FEE_INVOICE, FEE_CREDIT_NOTE, SELF_BILLED}

Progress = Callable[[int, int], None]
"""Told how many are done, of how many."""

log = structlog.get_logger()


def fetch(
    sessions: Sessions, number: str, media_type: str, base_url: str, now: datetime
) -> bytes | None:
    """A paper in one form, drawn and kept if it was not; nothing if it has no such form."""
    with sessions() as session:
        paper = papers.paper(session, number)
        if media_type == JSON:
            return paper.document
        if media_type == XML and paper.kind not in INVOICES:
            return None
        kept = papers.drawn(session, paper, media_type)
        session.expunge(paper)
    if kept is not None:
        return kept
    content = draw(paper, media_type, base_url)
    with sessions() as session, session.begin():
        papers.keep(session, paper, media_type, content, now)
    with sessions() as session:
        return papers.drawn(session, paper, media_type)


def draw_all(
    sessions: Sessions,
    wanted: Sequence[tuple[str, str]],
    base_url: str,
    now: datetime,
    progress: Progress | None = None,
) -> int:
    """Draw some papers, each (number, media type) kept by itself; how many failed."""
    failed = 0
    for done, (number, media_type) in enumerate(wanted, start=1):
        try:
            fetch(sessions, number, media_type, base_url, now)
        except Exception:  # any fault of a drawing stays with that drawing
            log.exception("drawing_failed", number=number, media_type=media_type)
            failed += 1
        if progress:
            progress(done, len(wanted))
    return failed


def draw_missing(sessions: Sessions, base_url: str, now: datetime) -> tuple[int, int]:
    """Draw every paper that nobody has read yet: how many were drawn, and how many failed."""
    with sessions() as session:
        wanted = [(one, form) for form in (PDF, CSV) for one in papers.without(session, form)]
    failed = draw_all(sessions, wanted, base_url, now)
    return len(wanted) - failed, failed
