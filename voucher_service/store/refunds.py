"""Refunds to funders: which wait for the bank, and how each ends once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from voucher_service.store import tables
from voucher_service.store.once import update_if
from voucher_service.store.session import Session

Refund = tables.Refund
Batch = tables.RefundBatch
Condition = ColumnElement[bool]


def waiting(session: Session) -> Sequence[tables.Refund]:
    """Refunds that a second person approved, that were not sent and stand in no live file."""
    cancelled = select(Batch.number).where(Batch.decision == "cancelled")
    free = Refund.batch_number.is_(None) | Refund.batch_number.in_(cancelled)
    waits = (Refund.approved_at.is_not(None), Refund.sent_at.is_(None), Refund.ended_at.is_(None))
    return session.scalars(select(Refund).where(*waits, free).order_by(Refund.number)).all()


def of_batch(session: Session, batch: str) -> Sequence[tables.Refund]:
    """The refunds of a file."""
    query = select(Refund).where(Refund.batch_number == batch)
    return session.scalars(query.order_by(Refund.number)).all()


def of_campaign(session: Session, campaign: int) -> Sequence[tables.Refund]:
    """The refunds of a campaign."""
    query = select(Refund).where(Refund.campaign_id == campaign)
    return session.scalars(query.order_by(Refund.number)).all()


def into_batch(session: Session, number: str, batch: str) -> None:
    """A refund stands in a file now."""
    update_if(session, Refund, Refund.number == number, batch_number=batch)


def file_of(session: Session, refund: tables.Refund) -> tables.RefundBatch | None:
    """The file that a refund stands in, or stood in when that was cancelled."""
    return session.get(Batch, refund.batch_number) if refund.batch_number else None


def decide_batch(
    session: Session, number: str, decision: str, reason: str | None, actor: str, now: datetime
) -> bool:
    """Write down what another person decided of a file. False when somebody was first."""
    return 1 == update_if(
        session,
        Batch,
        Batch.number == number,
        Batch.decided_at.is_(None),
        decision=decision,
        reason=reason,
        decided_by=actor,
        decided_at=now,
    )


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
