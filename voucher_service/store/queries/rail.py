"""Payouts by Stripe Connect as the API reads them."""

from datetime import datetime

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
