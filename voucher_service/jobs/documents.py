"""Closing a campaign and drawing its papers.

The close comes first and stands by itself: a paper that cannot be drawn never undoes it, and is
tried again by the next run.
"""

from datetime import datetime

from voucher_service.actions.closing_papers import close_campaign
from voucher_service.documents.signed_documents import CSV, PDF
from voucher_service.jobs import papers
from voucher_service.jobs.papers import Progress
from voucher_service.jobs.tools import Sessions, Tools
from voucher_service.store import documents

MEDIA = (PDF, CSV)
"""What a document is drawn as."""


def close(
    sessions: Sessions,
    tools: Tools,
    campaign: int,
    now: datetime,
    progress: Progress,
) -> tuple[str, list[str], int]:
    """Close a campaign and draw its papers: the joint statement, the credit notes, how many failed.

    Safe to run again: it gives the same numbers and draws what is missing.
    """
    with sessions() as session, session.begin():
        number = close_campaign(session, campaign, tools.signatory, now)
        notes = documents.credit_notes_of(session, number)
    with sessions() as session:
        missing = documents.missing(session, [number, *notes], MEDIA)
    failed = papers.draw_all(sessions, missing, tools.settings.base_url, now, progress)
    return number, notes, failed
