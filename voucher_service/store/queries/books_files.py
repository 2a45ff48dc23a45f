"""Files of the whole books as they stand: who asked, how far it is, what can be fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.books_files import KEPT
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

R = tables.BooksRequest
BooksFile = tables.BooksFile
P = tables.BooksPart


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, the job that makes it, and its files in the order of their names."""

    row: tables.BooksRequest
    job: tables.Job
    files: Sequence[BooksFile]

    def day(self, name: str) -> date | None:
        """One of the days that was asked for: ``since``, ``from`` or ``to``."""
        said = self.row.asked.get(name)
        return date.fromisoformat(said) if said else None

    @property
    def kept_until(self) -> datetime | None:
        """Until when its files can be fetched; nothing while they are being made."""
        return self.row.ended_at + KEPT if self.files and self.row.ended_at else None


def requests(session: Session, window: Window) -> Page[Asked]:
    """What was asked for."""
    found = page(session, select(R), R.id, window)
    return Page(_with_files(session, found.rows), found.next)


def request(session: Session, number: int) -> Asked:
    """One request; raises :class:`NotFound`."""
    row = session.get(R, number)
    if row is None:
        raise NotFound("not_found", f"Nobody asked for a file of the books under {number}.")
    return _with_files(session, [row])[0]


def _with_files(session: Session, rows: Sequence[tables.BooksRequest]) -> list[Asked]:
    numbers, working = [row.id for row in rows], [row.job_id for row in rows]
    of_files = (
        select(BooksFile)
        .where(BooksFile.request_id.in_(numbers))
        .order_by(BooksFile.request_id, BooksFile.name)
    )
    files = session.scalars(of_files).all()
    jobs = {
        job.id: job for job in session.scalars(select(tables.Job).where(tables.Job.id.in_(working)))
    }
    return [
        Asked(row, jobs[row.job_id], [one for one in files if one.request_id == row.id])
        for row in rows
        if row.job_id is not None
    ]


def file(session: Session, number: int, name: str, now: datetime) -> BooksFile:
    """A file that can still be fetched; raises :class:`NotFound`."""
    kept = select(BooksFile).join(R, R.id == BooksFile.request_id).where(R.ended_at > now - KEPT)
    row = session.scalar(kept.where(BooksFile.request_id == number, BooksFile.name == name))
    if row is None:
        raise NotFound("not_found", f"There is no file {name} of the books here, or not any more.")
    return row


def part(session: Session, number: int, name: str, position: int) -> bytes:
    """One piece of a file."""
    query = select(P.content).where(P.request_id == number, P.name == name, P.position == position)
    return session.scalars(query).one()
