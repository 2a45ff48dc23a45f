"""Periods and statements, as far as the caller may see: everybody sees its own documents only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select, select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.queries import payouts
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Period = tables.Period
Statement = tables.Statement
State = Literal["issued", "approved", "sent", "settled", "returned", "rejected"]

PAID: dict[payouts.State, State] = {
    "sent": "sent",
    "settled": "settled",
    "returned": "returned",
    "rejected": "rejected",
}
"""What the last payout that left says of its statement."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which statements: every field that is set must agree. A caller's tenant is one of them."""

    period: str | None = None
    association: int | None = None
    funder: int | None = None


def _select(wanted: Filter) -> Select[tables.Statement]:
    query = select(Statement)
    if wanted.period is not None:
        query = query.join(Period, Period.id == Statement.period_id)
        query = query.where(Period.label == wanted.period)
    if wanted.association is not None:
        query = query.where(Statement.association_id == wanted.association)
    if wanted.funder is not None:
        query = query.where(Statement.funder_id == wanted.funder)
    return query


def statements(
    session: Session, wanted: Filter, tenant: Filter, window: Window
) -> Page[tables.Statement]:
    """Statements that somebody wants among those the tenant may see, by number."""
    seen = _select(tenant).with_only_columns(Statement.number)
    query = _select(wanted).where(Statement.number.in_(seen))
    return page(session, query, Statement.number, window)


def statement(session: Session, number: str, tenant: Filter) -> tables.Statement:
    """One statement; raises :class:`NotFound`."""
    row = session.scalar(_select(tenant).where(Statement.number == number))
    if row is None:
        raise NotFound("not_found", f"There is no statement {number}.")
    return row


def labels(session: Session, periods: Sequence[int]) -> dict[int, str]:
    """The labels of some periods."""
    rows = session.execute(select(Period.id, Period.label).where(Period.id.in_(periods)))
    return {number: label for number, label in rows}  # noqa: C416 - rows are not pairs to mypy


def states(session: Session, numbers: Sequence[str]) -> dict[str, State]:
    """How far each statement has come: what its last payout says, else its approval."""
    approval, payout = tables.StatementApproval, tables.Payout
    found: dict[str, State] = dict.fromkeys(numbers, "issued")
    for number in session.scalars(select(approval.number).where(approval.number.in_(numbers))):
        found[number] = "approved"
    made = select(payout).where(payout.statement_number.in_(numbers), payout.sent_at.is_not(None))
    for row in session.scalars(made.order_by(payout.planned_at, payout.end_to_end)):
        found[row.statement_number] = PAID[payouts.state(row)]
    return found


def rendering(session: Session, number: str, media_type: str) -> bytes | None:
    """A statement's PDF or CSV, if it was made."""
    row = session.get(tables.Rendering, (number, media_type))
    return row.content if row else None


def periods(session: Session, window: Window) -> Page[tables.Period]:
    """Periods, oldest first."""
    return page(session, select(Period), Period.id, window)
