"""The end of campaigns read from two sides: documents, refunds and carry-overs, and the ledger.

Reads only.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import String, cast, func, literal, select

from voucher_service.core.documents import CLOSING_STATEMENT, CREDIT_NOTE
from voucher_service.core.transfer import Kind
from voucher_service.store import tables
from voucher_service.store.session import Session

Closing = tables.Closing
Document = tables.Document
Refund = tables.Refund
T = tables.Transfer


def documents(session: Session) -> Iterator[tables.Document]:
    """Every document besides statements, by number."""
    query = select(Document).order_by(Document.number)
    yield from session.scalars(query.execution_options(yield_per=50))


def files(session: Session) -> Iterator[tables.DocumentFile]:
    """Every drawing of such a document."""
    table = tables.DocumentFile
    query = select(table).order_by(table.number, table.media_type)
    yield from session.scalars(query.execution_options(yield_per=50))


def expiries(session: Session) -> Iterator[tuple[str, int, int]]:
    """(closing, cents its statement and credit notes give back, cents the ledger gave back)."""
    said: dict[str, int] = {}
    notes: dict[str, int] = defaultdict(int)
    for row in documents(session):
        document = _read(row)
        if row.kind == CREDIT_NOTE:
            lines = document.get("lines", [])
            unused = sum(line["cents"] for line in lines if line["what"] == "unused")
            notes[str(document.get("closing_statement"))] += unused
    for closing, statement in session.execute(
        select(Closing, Document).join(Document, Document.number == Closing.statement_number)
    ):
        name = f"closing:{closing.campaign_id}.{closing.round}"
        # What the two documents say of the same closing must agree, or neither is believed.
        agree = notes.get(statement.number, 0) == statement.total_cents
        said[name] = statement.total_cents if agree else -1
    booked = {
        name: int(cents)
        for name, cents in session.execute(
            select(T.reference, func.sum(T.cents))
            .where(T.kind == Kind.EXPIRY.value)
            .group_by(T.reference)
        )
    }
    for name in sorted(said.keys() | booked.keys()):
        yield name, said.get(name, 0), booked.get(name, 0)


def _read(row: tables.Document) -> dict[str, Any]:
    """A document's facts; none when it is no document any more: that is said elsewhere."""
    try:
        found = json.loads(row.document)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def refunds(session: Session) -> Iterator[tuple[str, int, int]]:
    """(number, cents that left and did not come back by its row, and by the ledger)."""
    moved: dict[str, int] = defaultdict(int)
    signs = {Kind.REFUND: 1, Kind.REFUND_REJECTED: -1, Kind.REFUND_RETURNED: -1}
    for kind, sign in signs.items():
        rows = session.execute(select(T.reference, T.cents).where(T.kind == kind.value))
        for number, cents in rows:
            moved[number] += sign * int(cents)
    stated = {
        row.number: row.cents if row.outcome in {None, "settled"} and row.sent_at else 0
        for row in session.scalars(select(Refund))
    }
    for number in sorted(stated.keys() | moved.keys()):
        yield number, stated.get(number, 0), moved.get(number, 0)


def refunds_on_their_way(session: Session) -> int:
    """Cents of refunds that were sent and have not ended."""
    cents = session.scalar(
        select(func.sum(Refund.cents)).where(Refund.sent_at.is_not(None), Refund.ended_at.is_(None))
    )
    return int(cents or 0)


def refunds_by_one_person(session: Session) -> Sequence[str]:
    """Refunds that left without a second person's approval."""
    alone = Refund.approved_by.is_(None) | (Refund.approved_by == Refund.asked_by)
    query = select(Refund.number).where(Refund.sent_at.is_not(None), alone)
    return session.scalars(query.order_by(Refund.number)).all()


def carry_overs(session: Session) -> Iterator[tuple[str, int, int, int]]:
    """(number, cents, cents that left one campaign, cents that another received)."""
    carried, receipt = tables.CarryOver, tables.Receipt
    for row in session.execute(
        select(carried.number, carried.cents, T.cents, receipt.amount_cents)
        .outerjoin(T, T.event == literal("carried_over:") + cast(carried.number, String))
        .outerjoin(
            receipt,
            (receipt.reference == carried.number) & (receipt.order_id == carried.order_id),
        )
        .order_by(carried.number)
    ):
        number, cents, left, came = row
        yield number, int(cents), int(left or 0), int(came or 0)


def closings_of(session: Session) -> Sequence[tuple[tables.Closing, tables.Document]]:
    """Rounds that were ended, each with its joint closing statement."""
    rows = session.execute(
        select(Closing, Document)
        .join(Document, Document.number == Closing.statement_number)
        .where(Document.kind == CLOSING_STATEMENT)
        .order_by(Closing.id)
    )
    return [(closing, document) for closing, document in rows]


def all_refunds(session: Session) -> Sequence[tables.Refund]:
    """Every refund that anybody asked for."""
    return session.scalars(select(Refund).order_by(Refund.number)).all()


def all_carry_overs(session: Session) -> Sequence[tables.CarryOver]:
    """Every carry-over."""
    table = tables.CarryOver
    return session.scalars(select(table).order_by(table.number)).all()
