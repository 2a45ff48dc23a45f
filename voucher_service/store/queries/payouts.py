"""Payouts and their batches as people read them; an association sees its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select, select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Payout = tables.Payout
Batch = tables.PayoutBatch
Decision = tables.PayoutBatchDecision
BankAccount = tables.BankAccount
State = Literal["planned", "withdrawn", "sent", "rejected", "settled", "returned"]
BatchState = Literal["made", "approved", "cancelled"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which payouts: every field that is set must agree."""

    association: int | None = None
    statement: str | None = None
    batch: str | None = None


def state(payout: tables.Payout) -> State:
    """How far a payout has come."""
    moments: tuple[tuple[object, State], ...] = (
        (payout.withdrawn_at, "withdrawn"),
        (payout.returned_at, "returned"),
        (payout.rejected_at, "rejected"),
        (payout.settled_at, "settled"),
        (payout.sent_at, "sent"),
    )
    return next((name for moment, name in moments if moment is not None), "planned")


def _select(wanted: Filter) -> Select[tables.Payout]:
    query = select(Payout)
    if wanted.association is not None:
        statement = tables.Statement
        query = query.join(statement, statement.number == Payout.statement_number)
        query = query.where(statement.association_id == wanted.association)
    if wanted.statement is not None:
        query = query.where(Payout.statement_number == wanted.statement)
    if wanted.batch is not None:
        query = query.where(Payout.batch_number == wanted.batch)
    return query


def payouts(
    session: Session, wanted: Filter, tenant: Filter, window: Window
) -> Page[tables.Payout]:
    """Payouts that somebody wants among those the tenant may see, by reference."""
    seen = _select(tenant).with_only_columns(Payout.end_to_end)
    query = _select(wanted).where(Payout.end_to_end.in_(seen))
    return page(session, query, Payout.end_to_end, window)


def payees(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    """The association of some statements."""
    table = tables.Statement
    rows = session.execute(
        select(table.number, table.association_id).where(table.number.in_(numbers))
    )
    return {number: association or 0 for number, association in rows}


def batches(session: Session, window: Window) -> Page[tables.PayoutBatch]:
    """Batches by number."""
    return page(session, select(Batch), Batch.number, window)


def batch(session: Session, number: str) -> tables.PayoutBatch:
    """One batch; raises :class:`NotFound`."""
    row = session.get(Batch, number)
    if row is None:
        raise NotFound("not_found", f"There is no payout batch {number}.")
    return row


def decisions(session: Session, numbers: Sequence[str]) -> dict[str, tables.PayoutBatchDecision]:
    """What was decided of some batches, where something was."""
    table = tables.PayoutBatchDecision
    rows = session.scalars(select(table).where(table.number.in_(numbers)))
    return {row.number: row for row in rows}


def batch_state(decision: tables.PayoutBatchDecision | None) -> BatchState:
    """How far a batch has come, by what was decided of it."""
    if decision is None:
        return "made"
    return "approved" if decision.decision == "approved" else "cancelled"


def accounts(session: Session, association: int) -> Sequence[tables.BankAccount]:
    """Every account an association ever had, oldest first."""
    table = tables.BankAccount
    return session.scalars(
        select(table).where(table.association_id == association).order_by(table.id)
    ).all()


def proposed_accounts(session: Session, window: Window) -> Page[tables.BankAccount]:
    """Accounts that wait for a second person, oldest first."""
    table = tables.BankAccount
    waits = table.confirmed_at.is_(None), table.replaced_at.is_(None)
    return page(session, select(table).where(*waits), table.id, window)


def account(session: Session, number: int) -> tables.BankAccount:
    """One account of an association."""
    return session.get_one(tables.BankAccount, number)


AccountState = Literal["proposed", "refused", "current", "blocked", "replaced"]


def account_state(row: tables.BankAccount) -> AccountState:
    """How far an account has come."""
    if row.refusal is not None:
        return "refused"
    if row.replaced_at is not None:
        return "replaced"
    if row.confirmed_at is None:
        return "proposed"
    return "current" if row.blocked_at is None else "blocked"
