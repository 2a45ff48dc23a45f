"""Jobs, print requests and tokens. A token's secret and its hash are never read back."""

from datetime import datetime

from sqlalchemy import select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Job = tables.Job
Token = tables.Token


def job(session: Session, number: int) -> tables.Job:
    """One job; raises :class:`NotFound`."""
    row = session.get(tables.Job, number)
    if row is None:
        raise NotFound("not_found", f"There is no job {number}.")
    return row


def jobs(session: Session, window: Window) -> Page[tables.Job]:
    """Jobs, oldest first."""
    return page(session, select(tables.Job), tables.Job.id, window)


def latest(session: Session, kind: str) -> tables.Job | None:
    """The job of this kind that was asked for last."""
    return session.scalar(select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1))


def printed(session: Session, number: int, now: datetime) -> tables.PrintRequest:
    """A print whose file can still be fetched; raises :class:`NotFound`."""
    row = session.get(tables.PrintRequest, number)
    if row is None or row.file_name is None or row.expires_at <= now:
        raise NotFound("not_found", f"There is no printed file {number}, or not any more.")
    return row


def tokens(session: Session, window: Window) -> Page[tables.Token]:
    """Tokens, oldest first."""
    return page(session, select(tables.Token), tables.Token.id, window)
