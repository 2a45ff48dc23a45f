"""Somebody says that what is shown of a site is wrong; its association and the operator look.

Nobody is asked who they are. The same thing said again of the same site is counted, not told again,
so that nobody can fill a queue or a mailbox.
"""

from datetime import datetime
from enum import StrEnum

from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import site_reports, tables
from voucher_service.store.once import find, update_if
from voucher_service.store.outbox import tell
from voucher_service.store.session import Session

R = tables.SiteReport

LONGEST_WORDS = 500


class Topic(StrEnum):
    """What may be wrong with a site."""

    CLOSED = "closed"
    MOVED = "moved"
    HOURS = "hours"
    PHONE = "phone"
    ACCESS = "access"
    REFUSES = "refuses"
    """It takes no passes."""
    OTHER = "other"


def report(session: Session, site: int, topic: Topic, words: str | None, now: datetime) -> None:
    """Say what is wrong with a site. Told to its association and the operator the first time."""
    if words and len(words) > LONGEST_WORDS:
        raise Invalid("too_long", f"At most {LONGEST_WORDS} signs.", "words")
    row = find(session, tables.Site, site, "site")
    if row.closed_at is not None:
        raise Conflict("site_closed", "This site is closed, and shown nowhere any more.")
    if site_reports.add(session, site, topic.value, words, now):
        told = {"site": site, "association": row.association_id, "topic": topic.value}
        tell(session, "site_reported", told, now)


def end(
    session: Session, number: int, answer: str, actor: str, now: datetime, own: int | None = None
) -> None:
    """Say what was done about a report. ``own``: the association whose sites are concerned."""
    if not answer.strip():
        raise Invalid("answer_missing", "Say what you did.", "answer")
    row = find(session, R, number, "report")
    if own is not None and find(session, tables.Site, row.site_id, "site").association_id != own:
        raise NotFound("not_found", f"There is no report {number}.")
    if not update_if(
        session,
        R,
        R.id == number,
        R.ended_at.is_(None),
        ended_at=now,
        ended_by=actor,
        answer=answer.strip(),
    ):
        raise Conflict("ended_already", "Somebody looked after this already.")
