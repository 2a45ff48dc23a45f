"""Documents for an auditor, some at a time, with the rows that stand beside them. Reads only.

Whoever asks for each document's rows by itself asks thousands of questions; whoever asks for all at
once holds the scheme in memory.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select

from voucher_service.store import tables
from voucher_service.store.session import Session
from voucher_service.store.tables import Base

AT_ONCE = 50
"""Documents that are compared together."""

DRAWN_AT_ONCE = 20
"""Documents whose drawings are held together."""

MOST_BYTES = 4_000_000
"""Of documents that are held together: what stands beside them is a few times as much."""

A_STEP = 1000
"""Rows of the ledger that count as one step of an audit, like one document."""

Paper = tables.Statement | tables.Document | tables.FeeDocument
Drawing = tables.Rendering | tables.DocumentFile | tables.FeeDocumentFile

DRAWN: dict[type[Paper], type[Any]] = {
    tables.Statement: tables.Rendering,
    tables.Document: tables.DocumentFile,
    tables.FeeDocument: tables.FeeDocumentFile,
}
"""Where the drawings of each family of documents are."""

Kind = TypeVar("Kind", bound=Paper)
Row = TypeVar("Row", bound=Base)


def some(papers: Iterator[Kind], most: int = AT_ONCE) -> Iterator[list[Kind]]:
    """Documents as they come, some at a time: fewer of them when they are long."""
    chunk: list[Kind] = []
    size = 0
    for paper in papers:
        chunk.append(paper)
        size += len(paper.document)
        if len(chunk) >= most or size >= MOST_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def statements(session: Session, since: datetime | None) -> Iterator[tables.Statement]:
    """Statements in the order of their numbers, those issued since a moment."""
    query = select(tables.Statement).order_by(tables.Statement.number)
    if since is not None:
        query = query.where(tables.Statement.issued_at >= since)
    yield from session.scalars(query.execution_options(yield_per=DRAWN_AT_ONCE))


def documents(session: Session, since: datetime | None) -> Iterator[tables.Document]:
    """Documents that are no statements in the order of their numbers, issued since a moment."""
    query = select(tables.Document).order_by(tables.Document.number)
    if since is not None:
        query = query.where(tables.Document.issued_at >= since)
    yield from session.scalars(query.execution_options(yield_per=DRAWN_AT_ONCE))


def drawings(session: Session, papers: Sequence[Paper]) -> dict[str, list[Drawing]]:
    """What some documents of one family were drawn as, by number."""
    table = DRAWN[type(papers[0])]
    numbers = [paper.number for paper in papers]
    found: dict[str, list[Drawing]] = defaultdict(list)
    query = select(table).where(table.number.in_(numbers)).order_by(table.number, table.media_type)
    for row in session.scalars(query):
        found[row.number].append(row)
    return found


def period(session: Session, number: int) -> tables.Period:
    """A period by its number."""
    return session.get_one(tables.Period, number)


def held(session: Session, table: type[Row], keys: Collection[object]) -> Sequence[Row]:
    """Rows by their keys. As long as they are held, whoever gets one by its key asks nothing."""
    (key,) = table.__table__.primary_key
    return session.scalars(select(table).where(key.in_(keys))).all() if keys else ()


def bank_accounts(
    session: Session, associations: Collection[int]
) -> dict[int, list[tables.BankAccount]]:
    """Where some associations were ever paid, the last account first."""
    table = tables.BankAccount
    found: dict[int, list[tables.BankAccount]] = defaultdict(list)
    query = select(table).where(table.association_id.in_(associations)).order_by(table.id.desc())
    for row in session.scalars(query):
        found[row.association_id].append(row)
    return found


def behind(session: Session, numbers: Collection[str]) -> list[Base]:
    """The rows behind some documents that are no statements: hold them while these are compared."""
    calls, reminders = held(session, tables.Call, numbers), held(session, tables.Reminder, numbers)
    orders = held(session, tables.Order, {row.order_id for row in calls})
    attested = held(session, tables.Attestation, numbers)
    billed = held(session, tables.SelfBilled, numbers)
    kept: list[tables.Attestation | tables.SelfBilled] = [*attested, *billed]
    stated = held(session, tables.Statement, {row.statement_number for row in kept})
    return [
        *calls,
        *reminders,
        *orders,
        *kept,
        *stated,
        *held(session, tables.Campaign, {row.campaign_id for row in orders}),
        *held(session, tables.Funder, {row.funder_id for row in calls}),
        *held(session, tables.BillingMandate, {row.mandate_id for row in billed}),
        *held(session, tables.Association, {row.association_id for row in stated}),
    ]


def steps(session: Session, since: datetime | None) -> int:
    """How long an audit is: two steps for each document, two for each thousand uses."""
    counted = []
    for table, at in (
        (tables.Statement, tables.Statement.issued_at),
        (tables.Document, tables.Document.issued_at),
        (tables.FeeDocument, tables.FeeDocument.issued_at),
        (tables.Redemption, tables.Redemption.recorded_at),
    ):
        newer: tuple[ColumnElement[bool], ...] = () if since is None else (at >= since,)
        counted.append(select(func.count()).select_from(table).where(*newer).scalar_subquery())
    *papers, uses = session.execute(select(*counted)).one()
    return int(2 * (sum(papers) + uses // A_STEP) + 1)
