"""Payouts by Stripe Connect as the API reads them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from voucher_service.core.errors import NotFound
from voucher_service.store import rail, tables
from voucher_service.store.session import Session


def association(session: Session, number: int) -> tables.Association:
    """One association; raises :class:`NotFound`."""
    row = session.get(tables.Association, number)
    if row is None:
        raise NotFound("not_found", f"There is no association {number}.")
    return row


def recipient(session: Session, number: int) -> str | None:
    """An association's account at Stripe."""
    row = session.get(tables.Recipient, number)
    return row.account if row else None


def batch(session: Session, number: str) -> tuple[datetime | None, int]:
    """Since when a batch's money is at Stripe, and how many of its payouts wait there."""
    row = session.get(tables.RailBatch, number)
    if row is None:
        raise NotFound("not_found", f"Batch {number} does not leave by Stripe.")
    return row.funded_at, len(rail.due(session, number))


def by_stripe(session: Session, number: str) -> bool:
    """Whether a batch leaves by Stripe, so that no bank may be given its file."""
    return rail.by_stripe(session, number)


def reversals(session: Session, end_to_end: str) -> Sequence[tables.RailReversal]:
    """What Stripe took back of a payout, oldest first; raises :class:`NotFound`."""
    if session.get(tables.RailTransfer, end_to_end) is None:
        raise NotFound("not_found", f"Stripe has not sent {end_to_end}.")
    return rail.reversals(session, end_to_end)


def left(session: Session, end_to_end: str) -> int:
    """Cents of a payout that can still be taken back."""
    back = sum(row.cents for row in reversals(session, end_to_end))
    return session.get_one(tables.Payout, end_to_end).cents - back


def back_by_payout(
    session: Session, end_to_ends: Collection[str]
) -> dict[str, list[tables.RailReversal]]:
    """What Stripe took back of some payouts, oldest first, where it did."""
    table = tables.RailReversal
    rows = session.scalars(
        select(table).where(table.end_to_end.in_(end_to_ends)).order_by(table.at, table.reversal)
    )
    found: dict[str, list[tables.RailReversal]] = defaultdict(list)
    for row in rows:
        found[row.end_to_end].append(row)
    return found
