"""What is known of gifts and of Stripe's money while one is asked, paid, funded or taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from voucher_service.core import accounts
from voucher_service.core.gifts import Effect
from voucher_service.store import tables
from voucher_service.store.once import update_if
from voucher_service.store.postings import balance
from voucher_service.store.session import Session

Gift = tables.Gift
Txn = tables.StripeTransaction
Payout = tables.StripePayout

MONEY = (Effect.GIFT.value, Effect.BACK.value)
"""Effects on the money of a donor."""


def lock(session: Session, gift: int) -> tables.Gift:
    """Hold a gift until the transaction ends: what Stripe says of it is taken in one at a time."""
    query = select(Gift).where(Gift.id == gift).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def exists(session: Session, gift: int) -> bool:
    """Whether there is such a gift."""
    return session.scalar(select(Gift.id).where(Gift.id == gift)) is not None


def change(session: Session, gift: int, **values: object) -> None:
    """Write something down of a gift that is locked."""
    update_if(session, Gift, Gift.id == gift, **values)


def round_of(session: Session, campaign: int, funder: int) -> int | None:
    """The round of a donor in a campaign."""
    table = tables.GiftRound
    return session.scalar(
        select(table.campaign_id).where(table.parent_id == campaign, table.funder_id == funder)
    )


def is_round(session: Session, campaign: int) -> bool:
    """Whether a campaign is a donor's round of another one."""
    return session.get(tables.GiftRound, campaign) is not None


def rounds(session: Session, parent: int) -> Sequence[int]:
    """The rounds of donors that gave to a campaign."""
    table = tables.GiftRound
    query = select(table.campaign_id).where(table.parent_id == parent)
    return session.scalars(query.order_by(table.campaign_id)).all()


def approvals(session: Session, campaign: int) -> Sequence[int]:
    """The associations that may take a campaign's passes."""
    table = tables.Approval
    query = select(table.association_id).where(table.campaign_id == campaign)
    return session.scalars(query.order_by(table.association_id)).all()


def donor(session: Session, name: str, mail: str) -> int | None:
    """The funder that an earlier gift under the same name and mail made."""
    query = select(func.min(Gift.funder_id)).where(
        func.lower(Gift.name) == name.lower(),
        func.lower(Gift.mail) == mail.lower(),
        Gift.order_id.is_(None),
        Gift.actor == "public",
    )
    return session.scalar(query)


def given(session: Session, gift: int) -> int:
    """Cents of a gift that are there: paid, less what went back."""
    cents = session.scalar(
        select(func.sum(Txn.cents)).where(Txn.gift_id == gift, Txn.effect.in_(MONEY))
    )
    return int(cents or 0)


def last_effect(session: Session, gift: int) -> str | None:
    """What the last movement that took money of a gift did."""
    return session.scalar(
        select(Txn.effect)
        .where(Txn.gift_id == gift, Txn.cents < 0, Txn.effect.is_not(None))
        .order_by(Txn.taken_at.desc(), Txn.id.desc())
        .limit(1)
    )


def in_account(session: Session, row: tables.Gift) -> int:
    """Cents of the donor's that are not in passes, in the round of a gift."""
    return balance(session, accounts.gift(row.funder_id or 0), row.round_id)


def reserved_by_others(session: Session, row: tables.Gift) -> int:
    """Cents in the same account that other gifts will turn into passes or receipts."""
    others = session.scalars(
        select(Gift).where(
            Gift.round_id == row.round_id,
            Gift.funder_id == row.funder_id,
            Gift.id != row.id,
            Gift.paid_at.is_not(None),
            Gift.funded_at.is_(None),
            Gift.ended_at.is_(None),
        )
    ).all()
    face = session.scalar(
        select(tables.Campaign.face_value_cents).where(tables.Campaign.id == row.round_id)
    )
    return sum(
        given(session, other.id) if other.order_id else (other.passes or 0) * (face or 0)
        for other in others
    )


def has_arrived(session: Session, gift: int) -> bool:
    """Whether all that a donor paid came with a payout that the bank showed."""
    on_its_way = session.scalar(
        select(Txn.id)
        .outerjoin(Payout, Payout.id == Txn.payout)
        .where(Txn.gift_id == gift, Txn.effect == Effect.GIFT.value, Payout.arrived_at.is_(None))
        .limit(1)
    )
    return on_its_way is None


def unfunded(session: Session, campaigns: Sequence[int]) -> Sequence[int]:
    """Gifts of some rounds that are paid and not in passes, in the order of their payment."""
    query = select(Gift.id).where(
        Gift.round_id.in_(campaigns),
        Gift.paid_at.is_not(None),
        Gift.funded_at.is_(None),
        Gift.ended_at.is_(None),
    )
    return session.scalars(query.order_by(Gift.paid_at, Gift.id)).all()


def receipts(session: Session, gift: int) -> Sequence[tables.Receipt]:
    """The receipts that a gift made, oldest first."""
    link, receipt = tables.GiftReceipt, tables.Receipt
    return session.scalars(
        select(receipt)
        .join(link, link.receipt_id == receipt.id)
        .where(link.gift_id == gift)
        .order_by(receipt.id)
    ).all()


def made_by_a_gift(session: Session, receipt: int) -> bool:
    """Whether a receipt's money came by a gift."""
    return session.get(tables.GiftReceipt, receipt) is not None


# Stripe's money


def payout_for(session: Session, cents: int) -> Sequence[tables.StripePayout]:
    """Payouts of just this amount that no bank line showed."""
    query = select(Payout).where(Payout.cents == cents, Payout.arrived_at.is_(None))
    return session.scalars(query.order_by(Payout.id)).all()


def parts_of(session: Session, payout: str) -> dict[int, int] | None:
    """A payout by campaign, in signed cents; nothing while its movements are not all explained."""
    rows = session.execute(
        select(Txn.campaign_id, func.sum(Txn.cents - Txn.fee_cents))
        .where(Txn.payout == payout)
        .group_by(Txn.campaign_id)
    )
    parts = {campaign: int(cents) for campaign, cents in rows}
    row = session.get_one(Payout, payout)
    if None in parts or sum(parts.values()) != row.cents:
        return None
    return {campaign: cents for campaign, cents in parts.items() if campaign and cents}


def sent_with(session: Session, payout: str, transactions: Sequence[str]) -> None:
    """These movements went out with a payout."""
    update_if(session, Txn, Txn.id.in_(transactions), Txn.payout.is_(None), payout=payout)


def owed_fees(session: Session) -> dict[int, int]:
    """Cents that Stripe kept and the operator has not put back, by campaign."""
    transfer = tables.Transfer
    fees = accounts.STRIPE_FEES
    touched = select(transfer.campaign_id).where(
        or_(transfer.debit == fees, transfer.credit == fees)
    )
    found = {
        campaign: -balance(session, fees, campaign)
        for campaign in session.scalars(touched.distinct().order_by(transfer.campaign_id))
    }
    return {campaign: cents for campaign, cents in found.items() if cents > 0}


def open_lines_of(session: Session, cents: int) -> Sequence[tables.BankLine]:
    """Credits of just this amount that nobody knows yet."""
    line = tables.BankLine
    query = select(line).where(
        and_(line.matched_at.is_(None), line.direction == "credit", line.cents == cents)
    )
    return session.scalars(query.order_by(line.id)).all()


# Events


def unacted(session: Session, limit: int = 500) -> Sequence[str]:
    """Events that nothing was done about, oldest first."""
    table = tables.StripeEvent
    query = select(table.id).where(table.acted_at.is_(None))
    return session.scalars(query.order_by(table.received_at, table.id).limit(limit)).all()


def acted(session: Session, event: str, outcome: str, now: datetime) -> bool:
    """Remember that an event was acted on; once."""
    table = tables.StripeEvent
    return 1 == update_if(
        session, table, table.id == event, table.acted_at.is_(None), acted_at=now, outcome=outcome
    )
