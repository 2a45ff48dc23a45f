"""Payouts of Stripe on the ring-fenced account, reconciled with the movements they are made of.

A payout is taken for what it is only when its movements, all of them explained, add up to it. Then
the bank's line that bears its trace moves each campaign's part from Stripe to the account.
"""

from datetime import date, datetime

from voucher_service.actions import gift_money
from voucher_service.core import ledger_stripe
from voucher_service.core.bank_file import MatchKind
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.gifts import PaidOut
from voucher_service.core.references import squeezed
from voucher_service.store import gifts, tables
from voucher_service.store.once import find, insert_once, update_if
from voucher_service.store.postings import post
from voucher_service.store.session import Session

P = tables.StripePayout


def know(session: Session, said: PaidOut, now: datetime) -> None:
    """Take in what Stripe says of a payout; its movements were taken in before."""
    values = {"status": said.status, "trace": said.trace, "arrives_on": said.arrives_on}
    if not insert_once(session, P, id=said.id, cents=said.cents, seen_at=now, **values):
        update_if(session, P, P.id == said.id, P.arrived_at.is_(None), **values)
    gifts.sent_with(session, said.id, [movement.id for movement in said.movements])


def told_by(session: Session, line: tables.BankLine) -> str | None:
    """The payout that a credit is: its amount, and its trace in what the bank says."""
    said = squeezed(
        f"{line.text} {line.end_to_end} {line.bank_reference} {line.creditor_reference}"
    )
    found = [
        payout.id
        for payout in gifts.payout_for(session, line.cents)
        if payout.trace and squeezed(payout.trace) in said
    ]
    whole = [name for name in found if gifts.parts_of(session, name) is not None]
    return whole[0] if len(whole) == 1 else None


def arrived(session: Session, payout: str, cents: int, on: date, now: datetime) -> None:
    """A bank line shows a payout: each campaign has its part, and what can make passes does."""
    row = find(session, P, payout, "payout of Stripe")
    if row.cents != cents:
        raise Invalid("parts_differ", f"This payout is of {row.cents} cents.", "to")
    parts = gifts.parts_of(session, payout)
    if parts is None:
        raise Conflict(
            "not_reconciled",
            "The movements of this payout do not add up to it yet: explain those that wait.",
        )
    if not update_if(session, P, P.id == payout, P.arrived_at.is_(None), arrived_at=now):
        raise Conflict("arrived_already", "The bank has shown this payout already.")
    entries = [
        ledger_stripe.paid_out(payout, campaign, part, on) for campaign, part in parts.items()
    ]
    post(session, entries, now)
    gift_money.fund_ready(session, [*parts], now)


def restore_fees(
    session: Session, reference: str, cents: int, now: datetime
) -> list[tuple[MatchKind, str, int]]:
    """The operator put back what Stripe had kept: oldest campaigns first, never more than owed.

    Gives the parts of its bank line.
    """
    owed = gifts.owed_fees(session)
    if cents > sum(owed.values()):
        owing = f"{sum(owed.values())} cents are owed for Stripe."
        raise Invalid("more_than_fees_owed", owing, "to")
    parts = []
    for campaign, debt in owed.items():
        part = min(debt, cents)
        cents -= part
        if part:
            name = f"{reference}:{campaign}"
            parts.append((MatchKind.STRIPE_FEE_RESTORED, name, part))
            post(session, [ledger_stripe.fee_restored(name, campaign, part, paris_day(now))], now)
    gift_money.fund_ready(session, [*owed], now)
    return parts
