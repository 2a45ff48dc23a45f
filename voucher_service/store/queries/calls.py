"""Calls for funds as they stand: what was asked, what came, what is left, what is late.

``funder`` is the tenant: nothing means that the caller may see every call.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from voucher_service.core.documents import CALL_FOR_FUNDS
from voucher_service.core.errors import NotFound
from voucher_service.core.references import creditor_reference
from voucher_service.core.transfer import Kind
from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Call = tables.Call


@dataclass(frozen=True, slots=True)
class CallStanding:
    """One call. Amounts in cents; ``due_on`` is empty until its paper was issued."""

    number: str
    reference: str
    order: int
    campaign: int
    funder: int
    called_on: date
    amount: int
    received: int
    cancelled: int
    due_on: date | None
    reminders: Sequence[str]

    @property
    def left(self) -> int:
        """What is still to be paid: nothing once it is covered or asked for no more."""
        return max(self.amount - self.received - self.cancelled, 0)

    @property
    def excess(self) -> int:
        """What came above the call: it stays the funder's deposit."""
        return max(self.received - self.amount, 0)

    def is_late(self, today: date) -> bool:
        """Whether something is left after the due day."""
        return self.left > 0 and self.due_on is not None and today > self.due_on


def _seen(funder: int | None) -> Select[tables.Call]:
    query = select(Call)
    return query if funder is None else query.where(Call.funder_id == funder)


def calls_for_funds(
    session: Session, funder: int | None, window: Window, campaign: int | None = None
) -> Page[CallStanding]:
    """Calls of a campaign, or of all, by number."""
    query = _seen(funder)
    if campaign is not None:
        order = tables.Order
        of_it = select(order.id).where(order.campaign_id == campaign)
        query = query.where(Call.order_id.in_(of_it))
    found = page(session, query, Call.number, window)
    return Page(standings(session, found.rows), found.next)


def call_for_funds(session: Session, number: str, funder: int | None = None) -> CallStanding:
    """One call; raises :class:`NotFound`."""
    row = session.scalar(_seen(funder).where(Call.number == number))
    if row is None:
        raise NotFound("not_found", f"There is no call for funds {number}.")
    return standings(session, [row])[0]


def standings(session: Session, calls: Sequence[tables.Call]) -> Sequence[CallStanding]:
    """Some calls as they stand."""
    numbers, orders = [row.number for row in calls], [row.order_id for row in calls]
    campaigns, received = _orders(session, orders)
    cancelled, due = _cancelled(session, numbers), _due_days(session, numbers)
    reminders = _reminders(session, numbers)
    return [
        CallStanding(
            number=row.number,
            reference=creditor_reference(row.number),
            order=row.order_id,
            campaign=campaigns[row.order_id],
            funder=row.funder_id,
            called_on=row.called_on,
            amount=row.amount_cents,
            received=received.get((row.order_id, row.funder_id), 0),
            cancelled=cancelled.get(row.number, 0),
            due_on=due.get(row.number),
            reminders=reminders.get(row.number, []),
        )
        for row in calls
    ]


def _orders(
    session: Session, orders: Sequence[int]
) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    """The campaigns of some orders, and what each funder has paid for them."""
    order, receipt = tables.Order, tables.Receipt
    rows = session.execute(
        select(order.id, order.campaign_id, receipt.funder_id, func.sum(receipt.amount_cents))
        .outerjoin(receipt, (receipt.order_id == order.id) & receipt.reversed_at.is_(None))
        .where(order.id.in_(orders))
        .group_by(order.id, order.campaign_id, receipt.funder_id)
    )
    campaigns: dict[int, int] = {}
    received: dict[tuple[int, int], int] = {}
    for number, campaign, funder, cents in rows:
        campaigns[number] = campaign
        if funder is not None:
            received[number, funder] = int(cents)
    return campaigns, received


def _cancelled(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    # By their keys: a ledger of millions is not searched for a dozen calls.
    table = tables.Transfer
    events = [f"{Kind.CALL_CANCELLED.value}:{number}" for number in numbers]
    rows = session.execute(
        select(table.reference, func.sum(table.cents))
        .where(table.event.in_(events))
        .group_by(table.reference)
    )
    return {number: int(cents) for number, cents in rows}


def _due_days(session: Session, numbers: Sequence[str]) -> dict[str, date]:
    """The due day that each paper says."""
    table = tables.Document
    rows = session.execute(
        select(table.number, table.document).where(
            table.kind == CALL_FOR_FUNDS, table.number.in_(numbers)
        )
    )
    return {number: date.fromisoformat(json.loads(paper)["due_on"]) for number, paper in rows}


def _reminders(session: Session, numbers: Sequence[str]) -> dict[str, list[str]]:
    table = tables.Reminder
    found: dict[str, list[str]] = {}
    rows = session.scalars(
        select(table).where(table.call_number.in_(numbers)).order_by(table.number)
    )
    for row in rows:
        found.setdefault(row.call_number, []).append(row.number)
    return found
