"""Paying a batch by Stripe Connect: said before a second person lets it go, then sent, once each.

The batch is the same as for the bank: made by one, approved by another, refused while the books are
not solvent. Only the way differs: the bank is asked for one transfer to the operator's account for
payouts at Stripe, and Stripe sends each association its part. Stripe is spoken to elsewhere; what
it took back is in ``reclaiming``.
"""

from datetime import date, datetime

from voucher_service.actions.paying import parts_of
from voucher_service.core import ledger_rail
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.money import format_euros
from voucher_service.store import jobs, payouts, rail, tables
from voucher_service.store.once import find, insert_once, update_if
from voucher_service.store.orders import lock_campaign
from voucher_service.store.postings import post
from voucher_service.store.session import Session

P = tables.Payout


def add_recipient(
    session: Session, association: int, account: str, actor: str, now: datetime
) -> None:
    """An association has an account at Stripe. Said twice, the first stands."""
    find(session, tables.Association, association, "association")
    values = {"association_id": association, "account": account, "actor": actor, "at": now}
    insert_once(session, tables.Recipient, **values)


def choose(session: Session, batch: str, actor: str, now: datetime) -> None:
    """Let a batch leave by Stripe. Only before it is approved or called off."""
    payouts.lock_payouts(session)
    find(session, tables.PayoutBatch, batch, "payout batch")
    if session.get(tables.PayoutBatchDecision, batch) is not None:
        raise Conflict("decided_already", "This batch was approved or cancelled already.")
    missing = rail.without_recipient(session, batch)
    if missing:
        raise Conflict("no_recipient", f"No account at Stripe yet for {', '.join(missing)}.")
    insert_once(session, tables.RailBatch, batch_number=batch, actor=actor, at=now)


def check_by_bank(session: Session, batch: str) -> None:
    """Refuse the bank's file of a batch that leaves by Stripe: it would be paid twice."""
    if rail.by_stripe(session, batch):
        raise Conflict("paid_by_stripe", "This batch leaves by Stripe: its file is not for a bank.")


def ask(session: Session, batch: str, token: int, now: datetime) -> int:
    """Leave a funded batch to a job that has Stripe send its payouts; the job's number."""
    row = find(session, tables.RailBatch, batch, "batch by Stripe")
    if row.funded_at is None:
        raise Conflict("not_funded", "The bank has not shown its money on the way to Stripe yet.")
    return jobs.enqueue(session, jobs.RAIL, {"batch": batch}, 1, token, now)


def fund(session: Session, batch: str, cents: int, on: date, now: datetime) -> None:
    """A bank line shows that an approved batch's money left for Stripe."""
    find(session, tables.RailBatch, batch, "batch by Stripe")
    if rail.total(session, batch) != cents:
        raise Invalid("parts_differ", f"{batch} pays {rail.total(session, batch)} cents.", "to")
    if not rail.mark_funded(session, batch, now):
        raise Conflict("not_fundable", "This batch is not approved, or its money is there already.")
    entries = [
        ledger_rail.funded(batch, campaign, part, on)
        for campaign, part in rail.parts(session, batch).items()
    ]
    post(session, entries, now)


def transferred(session: Session, end_to_end: str, transfer: str, now: datetime) -> bool:
    """Stripe has sent a payout. Said twice, it counts once: then False."""
    payout = find(session, P, end_to_end, "payout")
    if not insert_once(
        session, tables.RailTransfer, end_to_end=end_to_end, transfer=transfer, at=now
    ):
        return False
    parts, today = parts_of(session, payout), paris_day(now)
    update_if(session, P, P.end_to_end == end_to_end, P.settled_at.is_(None), settled_at=now)
    post(session, [ledger_rail.paid(end_to_end, p.campaign, p.cents, today) for p in parts], now)
    return True


def empty(
    session: Session, campaign: int, reference: str, cents: int, on: date, now: datetime
) -> None:
    """Money that was taken back came home from Stripe, by a bank line."""
    lock_campaign(session, campaign)
    there = rail.held(session, campaign)
    if cents > there:
        raise Invalid(
            "more_than_there", f"{format_euros(there)} lie there for this campaign.", "to"
        )
    post(session, [ledger_rail.emptied(reference, campaign, cents, on)], now)
