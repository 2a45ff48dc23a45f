"""Closing a campaign and drawing its papers.

The close comes first and stands by itself: a paper that cannot be drawn never undoes it, and is
tried again by the next run.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from voucher_service.actions.closing_papers import close_campaign
from voucher_service.documents.signed_documents import CSV, PDF, draw
from voucher_service.jobs.tools import Sessions, Tools
from voucher_service.store import documents

MEDIA = (PDF, CSV)
"""What a document is drawn as."""

log = structlog.get_logger()


def close(
    sessions: Sessions,
    tools: Tools,
    campaign: int,
    now: datetime,
    progress: Callable[[int, int], None],
) -> tuple[str, list[str], int]:
    """Close a campaign and draw its papers: the joint statement, the credit notes, how many failed.

    Safe to run again: it gives the same numbers and draws what is missing.
    """
    with sessions() as session, session.begin():
        number = close_campaign(session, campaign, tools.signatory, now)
        notes = documents.credit_notes_of(session, number)
    failed = 0
    with sessions() as session:
        missing = documents.missing(session, [number, *notes], MEDIA)
    for done, (document, media_type) in enumerate(missing, start=1):
        failed += not _draw_one(sessions, tools, document, media_type, now)
        progress(done, len(missing))
    return number, notes, failed


def _draw_one(
    sessions: Sessions, tools: Tools, number: str, media_type: str, now: datetime
) -> bool:
    with sessions() as session:
        document = documents.document(session, number)
        session.expunge(document)
    try:
        content = draw(document, media_type, tools.settings.base_url)
    except Exception:  # any fault of a drawing stays with that drawing
        log.exception("drawing_failed", document=number, media_type=media_type)
        return False
    with sessions() as session, session.begin():
        documents.keep(session, number, media_type, content, now)
    return True
