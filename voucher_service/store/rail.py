"""What is known of payouts by Stripe while a batch is chosen, funded, sent or taken back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from voucher_service.core import accounts
from voucher_service.core.transfer import Kind
from voucher_service.store import payouts, tables
from voucher_service.store.once import update_if
from voucher_service.store.postings import balance
from voucher_service.store.session import Session

Payout = tables.Payout
Batch = tables.RailBatch
Sent = tables.RailTransfer
Back = tables.RailReversal
T = tables.Transfer


@dataclass(frozen=True, slots=True)
class Due:
    """A payout that Stripe is to send: its reference, its statement, to whom, how much."""

    end_to_end: str
    statement: str
    account: str
    cents: int


def by_stripe(session: Session, batch: str | None) -> bool:
    """Whether a batch leaves by Stripe."""
    return batch is not None and session.get(Batch, batch) is not None


def is_funded(session: Session, batch: str | None) -> bool:
    """Whether a batch leaves by Stripe and its money is there."""
    row = session.get(Batch, batch) if batch is not None else None
    return row is not None and row.funded_at is not None


def without_recipient(session: Session, batch: str) -> Sequence[str]:
    """Statements of a batch whose associations have no account at Stripe."""
    statement, recipient = tables.Statement, tables.Recipient
    query = (
        select(Payout.statement_number)
        .join(statement, statement.number == Payout.statement_number)
        .outerjoin(recipient, recipient.association_id == statement.association_id)
        .where(Payout.batch_number == batch, recipient.account.is_(None))
    )
    return session.scalars(query.order_by(Payout.statement_number)).all()


def due(session: Session, batch: str) -> list[Due]:
    """The payouts of a funded batch that Stripe has not sent."""
    statement, recipient = tables.Statement, tables.Recipient
    rows = session.execute(
        select(Payout.end_to_end, Payout.statement_number, recipient.account, Payout.cents)
        .join(Batch, Batch.batch_number == Payout.batch_number)
        .join(statement, statement.number == Payout.statement_number)
        .join(recipient, recipient.association_id == statement.association_id)
        .outerjoin(Sent, Sent.end_to_end == Payout.end_to_end)
        .where(
            Payout.batch_number == batch,
            Payout.sent_at.is_not(None),
            Batch.funded_at.is_not(None),
            Sent.transfer.is_(None),
        )
        .order_by(Payout.end_to_end)
    )
    return [Due(*row) for row in rows]


def funded_batches(session: Session) -> Sequence[str]:
    """Batches whose money is at Stripe."""
    query = select(Batch.batch_number).where(Batch.funded_at.is_not(None))
    return session.scalars(query.order_by(Batch.batch_number)).all()


def parts(session: Session, batch: str) -> dict[int, int]:
    """A batch by campaign, in cents."""
    found: dict[int, int] = defaultdict(int)
    for payout in payouts.of_batch(session, batch):
        statement = session.get_one(tables.Statement, payout.statement_number)
        for campaign, cents in payouts.net_parts(statement.document):
            found[campaign] += cents
    return found


def mark_funded(session: Session, batch: str, now: datetime) -> bool:
    """The money of an approved batch is at Stripe; once."""
    approved = select(tables.PayoutBatchDecision.number).where(
        tables.PayoutBatchDecision.decision == "approved"
    )
    return 1 == update_if(
        session,
        Batch,
        Batch.batch_number == batch,
        Batch.batch_number.in_(approved),
        Batch.funded_at.is_(None),
        funded_at=now,
    )


def total(session: Session, batch: str) -> int:
    """What a batch pays, in cents."""
    return session.get_one(tables.PayoutBatch, batch).total_cents


def sent(session: Session) -> Sequence[tables.RailTransfer]:
    """Every transfer."""
    return session.scalars(select(Sent).order_by(Sent.end_to_end)).all()


def sent_as(session: Session, transfer: str) -> str | None:
    """The payout that a transfer at Stripe is."""
    return session.scalar(select(Sent.end_to_end).where(Sent.transfer == transfer))


def reversals(session: Session, end_to_end: str | None = None) -> Sequence[tables.RailReversal]:
    """What Stripe took back, of one payout or of all, oldest first."""
    query = (
        select(Back) if end_to_end is None else select(Back).where(Back.end_to_end == end_to_end)
    )
    return session.scalars(query.order_by(Back.at, Back.reversal)).all()


def moved(session: Session, kind: Kind, reference: str) -> int:
    """Cents that the ledger moved for a payout or a batch by one kind of event."""
    return sum(moved_by_campaign(session, (kind,), reference).values())


def moved_by_campaign(session: Session, kinds: Collection[Kind], reference: str) -> dict[int, int]:
    """The same by campaign, for some kinds together."""
    rows = session.execute(
        select(T.campaign_id, func.sum(T.cents))
        .where(T.kind.in_([kind.value for kind in kinds]), T.reference == reference)
        .group_by(T.campaign_id)
    )
    return {campaign: int(cents) for campaign, cents in rows}


def held(session: Session, campaign: int | None = None) -> int:
    """Cents that lie in the account for payouts at Stripe, by the ledger."""
    return -balance(session, accounts.WITH_STRIPE, campaign)
