"""Fee invoices and credit notes, as far as the caller may see: a funder reads its own.

``funder`` is the tenant everywhere: nothing means that the caller may see everything.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from voucher_service.core.campaign import PARIS, paris_day
from voucher_service.core.errors import NotFound
from voucher_service.core.fees import FeeState, state_of
from voucher_service.core.invoices import FEE_CREDIT_NOTE, FEE_INVOICE, PAY_WITHIN_DAYS
from voucher_service.store import fees, tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.seals import FEES, head, waiting
from voucher_service.store.session import Session

FeeDocument = tables.FeeDocument


@dataclass(frozen=True, slots=True)
class FeeStanding:
    """A fee document as it stands. Amounts in cents; of a credit note nothing is paid or left."""

    row: tables.FeeDocument
    credited: int
    paid: int

    @property
    def left(self) -> int:
        """What is still to be paid; below zero, what the funder is given back."""
        if self.row.kind != FEE_INVOICE:
            return 0
        return self.row.total_cents - self.credited - self.paid

    @property
    def facts(self) -> dict[str, Any]:
        """The document itself."""
        read: dict[str, Any] = json.loads(self.row.document)
        return read

    @property
    def due_on(self) -> date:
        """The last day to pay it, as the document says."""
        return date.fromisoformat(self.facts["due_on"])

    def state(self, today: date) -> FeeState:
        """How far an invoice has come; meaningless of a credit note."""
        return state_of(self.row.total_cents, self.credited, self.paid, self.due_on, today)


def _seen(funder: int | None) -> Select[tables.FeeDocument]:
    query = select(FeeDocument)
    return query if funder is None else query.where(FeeDocument.funder_id == funder)


def fee_documents(session: Session, funder: int | None, window: Window) -> Page[FeeStanding]:
    """Fee invoices and credit notes, by number."""
    return _stood(session, page(session, _seen(funder), FeeDocument.number, window))


def fee_invoices(session: Session, window: Window, *, unpaid: bool) -> Page[FeeStanding]:
    """Invoices of every funder by number; ``unpaid``: only those of which something is left."""
    query = _seen(None).where(FeeDocument.kind == FEE_INVOICE)
    if unpaid:
        query = query.where(FeeDocument.total_cents > _settled())
    return _stood(session, page(session, query, FeeDocument.number, window))


def late_invoices(now: datetime) -> Select[int]:
    """How many invoices are not paid, and were issued too long ago; to be asked with others."""
    last = datetime.combine(paris_day(now) - timedelta(days=PAY_WITHIN_DAYS), time.min, PARIS)
    return (
        select(func.count())
        .select_from(FeeDocument)
        .where(
            FeeDocument.kind == FEE_INVOICE,
            FeeDocument.issued_at < last,
            FeeDocument.total_cents > _settled(),
        )
    )


def _settled() -> Any:  # noqa: ANN401 - an expression of SQL
    """What was paid and taken back of the invoice of the outer query."""
    payment, note = tables.FeePayment, aliased(FeeDocument)
    paid = select(func.sum(payment.cents)).where(payment.number == FeeDocument.number)
    taken = select(func.sum(note.total_cents)).where(note.corrects == FeeDocument.number)
    return sum(func.coalesce(part.scalar_subquery(), 0) for part in (paid, taken))


def _stood(session: Session, found: Page[tables.FeeDocument]) -> Page[FeeStanding]:
    """Documents with what was paid and taken back of each: two questions, however many."""
    numbers = [row.number for row in found.rows]
    payment, note = tables.FeePayment, FeeDocument
    paid = _summed(session, payment.number, payment.cents, numbers)
    credited = _summed(session, note.corrects, note.total_cents, numbers)
    rows = [FeeStanding(row, credited[row.number], paid[row.number]) for row in found.rows]
    return Page(rows, found.next)


def _summed(
    session: Session,
    of: InstrumentedAttribute[Any],
    cents: InstrumentedAttribute[int],
    numbers: Sequence[str],
) -> dict[str, int]:
    query = select(of, func.sum(cents)).where(of.in_(numbers)).group_by(of)
    found = {number: int(total) for number, total in session.execute(query)}
    return {number: found.get(number, 0) for number in numbers}


def credit_notes(session: Session, number: str) -> Sequence[tables.FeeDocument]:
    """What took back from an invoice."""
    query = _seen(None).where(FeeDocument.corrects == number, FeeDocument.kind == FEE_CREDIT_NOTE)
    return session.scalars(query.order_by(FeeDocument.number)).all()


def credit_reason(note: tables.FeeDocument) -> str:
    """Why a credit note was issued: it is the words of its one line."""
    return str(json.loads(note.document)["lines"][0]["label"])


def fee_payments(session: Session, number: str) -> Sequence[tables.FeePayment]:
    """What came for an invoice, in the order in which it was written down."""
    payment = tables.FeePayment
    return session.scalars(
        select(payment).where(payment.number == number).order_by(payment.id)
    ).all()


def fee_document(session: Session, number: str, funder: int | None) -> tables.FeeDocument:
    """One fee document; raises :class:`NotFound`."""
    row = session.scalar(_seen(funder).where(FeeDocument.number == number))
    if row is None:
        raise NotFound("not_found", f"There is no invoice {number}.")
    return row


def fee_standing(session: Session, number: str, funder: int | None) -> FeeStanding:
    """One fee document and what was paid of it; raises :class:`NotFound`."""
    return _standing(session, fee_document(session, number, funder))


def _standing(session: Session, row: tables.FeeDocument) -> FeeStanding:
    return _stood(session, Page([row], None)).rows[0]


def drawing(session: Session, number: str, media_type: str) -> bytes | None:
    """A fee document's PDF, CSV or XML, if it was made."""
    row = session.get(tables.FeeDocumentFile, (number, media_type))
    return row.content if row else None


def last_seal(session: Session) -> tuple[int, str] | None:
    """The last link of the chain over these books."""
    return head(session, FEES)


def unsealed(session: Session) -> int:
    """How many movements were written after the last one that a seal covers."""
    return waiting(session, FEES)


def fee_balances(session: Session) -> Sequence[tuple[str, int]]:
    """Every account of the operator's own books: credited minus debited cents."""
    return [*fees.balances(session).items()]
