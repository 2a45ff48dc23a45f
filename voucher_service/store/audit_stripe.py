"""Gifts and Stripe's money read from two sides: what Stripe said it moved, and the ledger. Reads.

Differences are named in ``actions.checking_stripe``; nothing is compared or repaired here.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from voucher_service.core import accounts
from voucher_service.core.gifts import Effect
from voucher_service.core.transfer import Kind
from voucher_service.store import gifts, tables
from voucher_service.store.audit import balances_by_campaign
from voucher_service.store.session import Session

T = tables.Transfer
Txn = tables.StripeTransaction
Gift = tables.Gift


def explained(session: Session) -> Iterator[tuple[tables.StripeTransaction, int | None]]:
    """Every movement that is known for what it is, with the donor whose money it is."""
    rows = session.execute(
        select(Txn, Gift.funder_id)
        .outerjoin(Gift, Gift.id == Txn.gift_id)
        .where(Txn.effect.is_not(None))
        .order_by(Txn.taken_at, Txn.id)
    )
    yield from ((row, funder) for row, funder in rows)


def arrived(session: Session) -> Iterator[tuple[str, dict[int, int]]]:
    """Payouts that a bank line showed, by campaign."""
    table = tables.StripePayout
    query = select(table.id).where(table.arrived_at.is_not(None)).order_by(table.id)
    for name in session.scalars(query).all():
        yield name, gifts.parts_of(session, name) or {}


def at_stripe(session: Session) -> Iterator[tuple[int, int, int, int, int]]:
    """(campaign, at Stripe and fees by Stripe's movements, the same two by the ledger), in cents.

    Fees are what the operator still owes for Stripe.
    """
    held: dict[int, int] = defaultdict(int)
    fees: dict[int, int] = defaultdict(int)
    for row, _ in explained(session):
        campaign = row.campaign_id or 0
        held[campaign] += row.cents - row.fee_cents
        fees[campaign] += row.fee_cents - (row.cents if row.effect == Effect.BORNE.value else 0)
    for _, parts in arrived(session):
        for campaign, cents in parts.items():
            held[campaign] -= cents
    for campaign, cents in session.execute(
        select(T.campaign_id, func.sum(T.cents))
        .where(T.kind == Kind.STRIPE_FEE_RESTORED.value)
        .group_by(T.campaign_id)
    ):
        fees[campaign] -= int(cents)
    booked = balances_by_campaign(session)
    for campaign in sorted(held.keys() | fees.keys() | booked.keys()):
        ours = booked.get(campaign, {})
        yield (
            campaign,
            held[campaign],
            fees[campaign],
            -ours.get(accounts.AT_STRIPE, 0),
            -ours.get(accounts.STRIPE_FEES, 0),
        )


def not_in_passes(session: Session) -> Iterator[tuple[int, int, int, int]]:
    """(campaign, donor, cents paid and not made receipts of, the same by the ledger)."""
    said: dict[tuple[int, int], int] = defaultdict(int)
    for row, funder in explained(session):
        if row.effect != Effect.BORNE.value:
            said[row.campaign_id or 0, funder or 0] += row.cents
    receipt, link, order = tables.Receipt, tables.GiftReceipt, tables.Order
    for campaign, funder, cents in session.execute(
        select(order.campaign_id, receipt.funder_id, func.sum(receipt.amount_cents))
        .join(link, link.receipt_id == receipt.id)
        .join(order, order.id == receipt.order_id)
        .where(receipt.reversed_at.is_(None))
        .group_by(order.campaign_id, receipt.funder_id)
    ):
        said[campaign, funder] -= int(cents)
    booked = {
        (campaign, int(account.rpartition(":")[2])): cents
        for campaign, ours in balances_by_campaign(session).items()
        for account, cents in ours.items()
        if account.startswith("gift:funder:")
    }
    for key in sorted(said.keys() | booked.keys()):
        yield (*key, said[key], booked.get(key, 0))


def funded_without_receipt(session: Session) -> Sequence[int]:
    """Gifts that are said to be passes or receipts, and have no receipt that stands."""
    receipt, link = tables.Receipt, tables.GiftReceipt
    standing = (
        select(link.gift_id)
        .join(receipt, receipt.id == link.receipt_id)
        .where(receipt.reversed_at.is_(None))
    )
    return session.scalars(
        select(Gift.id)
        .where(
            Gift.funded_at.is_not(None),
            (Gift.passes > 0) | Gift.order_id.is_not(None),
            Gift.id.not_in(standing),
        )
        .order_by(Gift.id)
    ).all()
