"""The invariants of the operator's own books: documents on one side, movements on the other.

Each movement is built anew by the same accounting manual from the document or payment behind it,
and each book is looked through for accounts of the other. Nothing is repaired here.
"""

from collections.abc import Callable, Iterator

from voucher_service.actions.auditing_seals import fault_in_a_line, seal_faults
from voucher_service.core import fees
from voucher_service.core.campaign import paris_day
from voucher_service.core.fees import FeeTransfer
from voucher_service.core.invoices import FEE_INVOICE
from voucher_service.store import audit, tables
from voucher_service.store import fees as books
from voucher_service.store.seals import FEES
from voucher_service.store.session import Session


def expected(session: Session) -> Iterator[FeeTransfer]:
    """Every movement that documents and payments demand."""
    for row in books.documents(session):
        write = fees.invoiced if row.kind == FEE_INVOICE else fees.credited
        day = paris_day(row.issued_at)
        yield from write(row.number, row.funder_id, row.net_cents, row.vat_cents, day)
    for payment, funder in books.payments(session):
        yield fees.paid(payment.id, payment.number, funder, payment.cents, payment.received_on)


def _fees_are_explained(session: Session) -> Iterator[str]:
    written = {row.event: _line(row) for row in books.transfers(session)}
    for transfer in expected(session):
        found, right = written.pop(transfer.event, "nothing"), _line(transfer)
        if found != right:
            yield f"{transfer.event}: {right} expected, {found} written"
    for event, found in written.items():
        yield f"{event}: {found} written, and nothing behind it"


def _line(item: FeeTransfer | tables.FeeTransfer) -> str:
    return f"{item.debit} → {item.credit}, {item.cents} cents, {item.value_date}, {item.reference}"


def _books_stay_apart(session: Session) -> Iterator[str]:
    """Neither of the two books holds an account of the other."""
    for event in audit.transfers_naming(session, fees.BOOKS):
        yield f"transfer {event} of the ring-fenced books names an account of the operator's own"
    for account in books.balances(session):
        if not account.startswith(fees.BOOKS):
            yield f"account {account} stands in the operator's own books"


def _seals_chain(session: Session) -> Iterator[str]:
    for fault in seal_faults(session, chain=FEES):
        yield fault_in_a_line(fault)


INVARIANTS: dict[str, Callable[[Session], Iterator[str]]] = {
    "fees_are_explained": _fees_are_explained,
    "books_stay_apart": _books_stay_apart,
    "fee_seals_chain": _seals_chain,
}
