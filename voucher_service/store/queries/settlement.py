"""How far periods have come, for whoever settles them: counts of what is approved and paid.

Reads only, and sees every tenant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, case, func, select

from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Statement = tables.Statement
Payout = tables.Payout
Period = tables.Period


@dataclass(frozen=True, slots=True)
class Progress:
    """A period's statements and payouts, counted."""

    statements: int = 0
    approved: int = 0
    to_pay_cents: int = 0
    """What its associations' statements say."""
    on_their_way: int = 0
    settled: int = 0
    came_back: int = 0


def progress(session: Session, periods: Sequence[int]) -> dict[int, Progress]:
    """How far some periods have come."""
    approval, paid = tables.StatementApproval, _paid(periods).subquery()
    own = case((Statement.association_id.is_not(None), Statement.total_cents), else_=0)
    states = (paid.c.sent, paid.c.settled, paid.c.back)
    rows = session.execute(
        select(
            Statement.period_id,
            func.count(),
            func.count(approval.number),
            func.sum(own),
            *(func.coalesce(func.sum(state), 0) for state in states),
        )
        .outerjoin(approval, approval.number == Statement.number)
        .outerjoin(paid, paid.c.number == Statement.number)
        .where(Statement.period_id.in_(periods))
        .group_by(Statement.period_id)
    )
    return {number: Progress(*map(int, counts)) for number, *counts in rows}


def _paid(periods: Sequence[int]) -> Select[str, int, int, int]:
    """By statement: payouts on their way, settled, and given back or refused."""
    back = Payout.returned_at.is_not(None) | Payout.rejected_at.is_not(None)
    sent = Payout.sent_at.is_not(None) & Payout.settled_at.is_(None) & ~back
    settled = Payout.settled_at.is_not(None) & Payout.returned_at.is_(None)
    return (
        select(
            Payout.statement_number.label("number"),
            func.sum(case((sent, 1), else_=0)).label("sent"),
            func.sum(case((settled, 1), else_=0)).label("settled"),
            func.sum(case((back, 1), else_=0)).label("back"),
        )
        .join(Statement, Statement.number == Payout.statement_number)
        .where(Statement.period_id.in_(periods))
        .group_by(Payout.statement_number)
    )


def period(session: Session, label: str) -> tables.Period | None:
    """The period with this label."""
    return session.scalar(select(tables.Period).where(tables.Period.label == label))


def closer(session: Session, number: int) -> str | None:
    """Who closed a period."""
    return session.get_one(tables.Period, number).closed_by


def approval(session: Session, number: str) -> tables.StatementApproval | None:
    """Who approved a statement, if somebody did."""
    return session.get(tables.StatementApproval, number)


def labels(session: Session) -> set[str]:
    """Every label that was given."""
    return set(session.scalars(select(tables.Period.label)))


def close_job(session: Session, label: str) -> tables.Job | None:
    """The last job that was asked to close a period."""
    job = tables.Job
    asked = job.arguments["label"].as_string() == label
    query = select(job).where(job.kind == "close", asked)
    return session.scalar(query.order_by(job.id.desc()).limit(1))


def batches_of(
    session: Session, period: int
) -> list[tuple[tables.PayoutBatch, tables.PayoutBatchDecision | None]]:
    """The payout batches of a period, oldest first, and what was decided of each."""
    batch, decision = tables.PayoutBatch, tables.PayoutBatchDecision
    rows = session.execute(
        select(batch, decision)
        .outerjoin(decision, decision.number == batch.number)
        .where(batch.period_id == period)
        .order_by(batch.number)
    )
    return [(made, decided) for made, decided in rows]


def came_back(session: Session, window: Window) -> Page[tables.Payout]:
    """Payouts that a bank refused or gave back."""
    back = Payout.returned_at.is_not(None) | Payout.rejected_at.is_not(None)
    return page(session, select(Payout).where(back), Payout.end_to_end, window)


def paid_anew(session: Session, statements: Sequence[str]) -> set[str]:
    """Those of some statements that a living payout pays."""
    dead = (
        Payout.withdrawn_at.is_not(None)
        | Payout.rejected_at.is_not(None)
        | Payout.returned_at.is_not(None)
    )
    query = select(Payout.statement_number).where(Payout.statement_number.in_(statements), ~dead)
    return set(session.scalars(query))
