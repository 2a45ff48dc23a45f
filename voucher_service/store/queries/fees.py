"""Fee invoices and credit notes, as far as the caller may see: a funder reads its own.

``funder`` is the tenant everywhere: nothing means that the caller may see everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from voucher_service.core.errors import NotFound
from voucher_service.core.invoices import FEE_INVOICE
from voucher_service.store import fees, tables
from voucher_service.store.queries.paging import Page, Window, page
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


def _seen(funder: int | None) -> Select[tables.FeeDocument]:
    query = select(FeeDocument)
    return query if funder is None else query.where(FeeDocument.funder_id == funder)


def fee_documents(session: Session, funder: int | None, window: Window) -> Page[FeeStanding]:
    """Fee invoices and credit notes, by number."""
    found = page(session, _seen(funder), FeeDocument.number, window)
    return Page([_standing(session, row) for row in found.rows], found.next)


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
    credited = sum(fees.credited(session, row.number))
    return FeeStanding(row, credited, fees.paid(session, row.number))


def drawing(session: Session, number: str, media_type: str) -> bytes | None:
    """A fee document's PDF, CSV or XML, if it was made."""
    row = session.get(tables.FeeDocumentFile, (number, media_type))
    return row.content if row else None


def fee_balances(session: Session) -> Sequence[tuple[str, int]]:
    """Every account of the operator's own books: credited minus debited cents."""
    return [*fees.balances(session).items()]
