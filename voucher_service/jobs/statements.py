"""Closing a period and drawing its statements.

The close comes first and stands by itself: a paper that cannot be drawn never undoes it, and is
tried again by the next run.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from voucher_service.actions.settling import close_period
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.jobs import papers
from voucher_service.jobs.papers import Progress
from voucher_service.jobs.tools import Sessions, Tools
from voucher_service.store import renderings, sums
from voucher_service.store.engine import UNAVAILABLE

MEDIA = (PDF, CSV)
"""What a statement is drawn as."""

log = structlog.get_logger()


def close(
    sessions: Sessions, tools: Tools, label: str, actor: str, now: datetime, progress: Progress
) -> tuple[list[str], int]:
    """Close a period and draw its statements: their numbers, and how many drawings failed."""
    with sessions() as session:
        numbers = close_period(session, label, tools.signatory, actor, now)
    _sum(sessions, now)
    return numbers, render(sessions, tools, numbers, now, progress)


def _sum(sessions: Sessions, now: datetime) -> None:
    """Sums that pages read. Not making them costs pages time, never a close."""
    try:
        with sessions() as session, session.begin():
            sums.fill(session, now)
    except UNAVAILABLE:
        log.exception("sums_not_made")


def render(
    sessions: Sessions, tools: Tools, numbers: Sequence[str], now: datetime, progress: Progress
) -> int:
    """Draw what is missing of some statements, each kept by itself; how many failed."""
    with sessions() as session:
        missing = renderings.missing(session, numbers, MEDIA)
    return papers.draw_all(sessions, missing, tools.settings.base_url, now, progress)
