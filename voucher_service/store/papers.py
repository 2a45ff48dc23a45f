"""Any paper by its number, whichever family it is of, and what was drawn of it."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from voucher_service.core.errors import NotFound
from voucher_service.store import documents, fees, renderings, tables
from voucher_service.store.session import Session

Paper = tables.Statement | tables.Document | tables.FeeDocument


def paper(session: Session, number: str) -> Paper:
    """A statement, a document or a fee document; raises :class:`NotFound`."""
    found = (
        session.get(tables.Statement, number)
        or session.get(tables.Document, number)
        or session.get(tables.FeeDocument, number)
    )
    if found is None:
        raise NotFound("not_found", f"There is no paper {number}.")
    return found


def drawn(session: Session, paper: Paper, media_type: str) -> bytes | None:
    """A paper in one form, if it was drawn and kept."""
    key = (paper.number, media_type)
    row: tables.Rendering | tables.DocumentFile | tables.FeeDocumentFile | None
    match paper:
        case tables.Statement():
            row = session.get(tables.Rendering, key)
        case tables.Document():
            row = session.get(tables.DocumentFile, key)
        case tables.FeeDocument():
            row = session.get(tables.FeeDocumentFile, key)
    return row.content if row else None


def keep(session: Session, paper: Paper, media_type: str, content: bytes, now: datetime) -> None:
    """Keep a drawing for ever, unless another one was kept first."""
    match paper:
        case tables.Statement():
            renderings.keep(session, paper.number, media_type, content, now)
        case tables.Document():
            documents.keep(session, paper.number, media_type, content, now)
        case tables.FeeDocument():
            fees.keep(session, paper.number, media_type, content, now)


def without(session: Session, media_type: str) -> Iterator[str]:
    """The numbers of papers that were never drawn in a form."""
    for table, files in (
        (tables.Statement, tables.Rendering),
        (tables.Document, tables.DocumentFile),
        (tables.FeeDocument, tables.FeeDocumentFile),
    ):
        made = select(files.number).where(files.media_type == media_type)
        yield from session.scalars(
            select(table.number).where(table.number.not_in(made)).order_by(table.number)
        )
