"""Refunds to funders: which wait for the bank, and how each ends once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from voucher_service.store import tables
from voucher_service.store.once import update_if
from voucher_service.store.session import Session

Refund = tables.Refund
Condition = ColumnElement[bool]


def approved(session: Session) -> Sequence[tables.Refund]:
    """Refunds that a second person approved and that were not sent: number, cents, IBAN, holder.

    What a payment file may take: each is one payment, and its number is the end-to-end reference.
    """
    waits = (Refund.approved_at.is_not(None), Refund.sent_at.is_(None), Refund.ended_at.is_(None))
    return session.scalars(select(Refund).where(*waits).order_by(Refund.number)).all()


def on_its_way(session: Session, campaign: int, funder: int) -> tables.Refund | None:
    """A funder's refund of a campaign that has not ended."""
    return session.scalar(
        select(Refund).where(
            Refund.campaign_id == campaign,
            Refund.funder_id == funder,
            Refund.ended_at.is_(None),
        )
    )


def end(
    session: Session,
    number: str,
    outcome: str,
    reason: str | None,
    now: datetime,
    condition: Condition,
) -> bool:
    """End a refund that has not ended, if a condition holds; once."""
    return 1 == update_if(
        session,
        Refund,
        Refund.number == number,
        Refund.ended_at.is_(None),
        condition,
        ended_at=now,
        outcome=outcome,
        outcome_reason=reason,
    )
