"""Orders across campaigns, with their money, for whoever sees every tenant. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Order = tables.Order
State = Literal["called", "funded", "issued", "any"]
LATEST_PRINTS = 10


@dataclass(frozen=True, slots=True)
class Money:
    """An order's money in cents: three figures that are never mixed."""

    called_cents: int = 0
    promised_cents: int = 0
    received_cents: int = 0


def orders(session: Session, state: State, window: Window) -> Page[tables.Order]:
    """Orders that have come so far and no further, or all."""
    query = select(Order)
    if state == "called":
        query = query.where(Order.funded_at.is_(None))
    elif state == "funded":
        query = query.where(Order.funded_at.is_not(None), Order.first_booklet.is_(None))
    elif state == "issued":
        query = query.where(Order.first_booklet.is_not(None))
    return page(session, query, Order.id, window)


def money(session: Session, numbers: Sequence[int]) -> dict[int, Money]:
    """What some orders were called, promised and sent."""
    call, promise, receipt = tables.Call, tables.Promise, tables.Receipt
    called = select(func.sum(call.amount_cents)).where(call.order_id == Order.id)
    promised = select(func.sum(promise.amount_cents)).where(promise.order_id == Order.id)
    received = select(func.sum(receipt.amount_cents)).where(
        receipt.order_id == Order.id, receipt.reversed_at.is_(None)
    )
    sums = [query.correlate(Order).scalar_subquery() for query in (called, promised, received)]
    rows = session.execute(select(Order.id, *sums).where(Order.id.in_(numbers)))
    return {number: Money(*(int(cents or 0) for cents in rest)) for number, *rest in rows}


def prints(session: Session, order: int) -> Sequence[tuple[tables.PrintRequest, tables.Job]]:
    """The last prints that were asked for an order, and how far each has come."""
    asked, job = tables.PrintRequest, tables.Job
    rows = session.execute(
        select(asked, job)
        .join(job, job.id == asked.job_id)
        .where(asked.order_id == order)
        .order_by(asked.id.desc())
        .limit(LATEST_PRINTS)
    )
    return [(request, work) for request, work in rows]
