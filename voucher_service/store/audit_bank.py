"""The questions behind the invariants of payouts, batches and bank statements. Reads only."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from voucher_service.core import accounts
from voucher_service.store import tables
from voucher_service.store.postings import balance
from voucher_service.store.session import Session

Payout = tables.Payout


def on_its_way(session: Session) -> tuple[int, int]:
    """(cents of payouts sent and not answered, what the ledger says is in transit)."""
    sent = session.scalar(
        select(func.sum(Payout.cents)).where(
            Payout.sent_at.is_not(None), Payout.settled_at.is_(None), Payout.rejected_at.is_(None)
        )
    )
    return int(sent or 0), balance(session, accounts.IN_TRANSIT)


def batches(session: Session) -> Iterator[tables.PayoutBatch]:
    """Every batch."""
    query = select(tables.PayoutBatch).order_by(tables.PayoutBatch.number)
    yield from session.scalars(query.execution_options(yield_per=10))


def payouts_of(session: Session, batch: str) -> dict[str, int]:
    """Cents of a batch's payouts by reference."""
    rows = session.execute(
        select(Payout.end_to_end, Payout.cents).where(Payout.batch_number == batch)
    )
    return {end_to_end: cents for end_to_end, cents in rows}  # noqa: C416 - rows are not pairs


def sent_without_approval(session: Session) -> Sequence[str]:
    """Payouts of a batch that left although nobody approved it."""
    decision = tables.PayoutBatchDecision
    approved = select(decision.number).where(decision.decision == "approved")
    return session.scalars(
        select(Payout.end_to_end)
        .where(
            Payout.batch_number.is_not(None),
            Payout.sent_at.is_not(None),
            Payout.batch_number.not_in(approved),
        )
        .order_by(Payout.end_to_end)
    ).all()
