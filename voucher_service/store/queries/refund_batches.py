"""Files that send deposits home, as people read them."""

from typing import Literal

from sqlalchemy import select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

RefundBatch = tables.RefundBatch
State = Literal["made", "approved", "cancelled"]


def refund_batches(session: Session, window: Window) -> Page[tables.RefundBatch]:
    """Refund batches by number."""
    return page(session, select(RefundBatch), RefundBatch.number, window)


def refund_batch(session: Session, number: str) -> tables.RefundBatch:
    """One refund batch; raises :class:`NotFound`."""
    row = session.get(RefundBatch, number)
    if row is None:
        raise NotFound("not_found", f"There is no refund batch {number}.")
    return row


def refund_batch_state(row: tables.RefundBatch) -> State:
    """How far a refund batch has come, by what was decided of it."""
    if row.decision is None:
        return "made"
    return "approved" if row.decision == "approved" else "cancelled"
