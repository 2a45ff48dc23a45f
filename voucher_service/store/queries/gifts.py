"""Gifts and Stripe's money as screens, the API and the nightly comparison read them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select

from voucher_service.store import gifts, tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Gift = tables.Gift
Event = tables.StripeEvent
Txn = tables.StripeTransaction
Payout = tables.StripePayout

State = Literal["asked", "waiting", "paid", "funded", "expired", "failed", "given_back"]

LATE = timedelta(days=7)
"""A payout is on a bank statement within these days."""


def last_event(session: Session, otherwise: datetime) -> datetime:
    """When the last event came."""
    return session.scalar(select(func.max(Event.received_at))) or otherwise


def last_movement(session: Session, otherwise: datetime) -> datetime:
    """When the last movement that we know was made; before any, when the first gift was asked."""
    last = session.scalar(select(func.max(Txn.occurred_at)))
    return last or session.scalar(select(func.min(Gift.at))) or otherwise


def at_stripe(session: Session) -> int:
    """Cents that Stripe must hold by the movements that we know: what no payout took."""
    moved = session.scalar(select(func.sum(Txn.cents - Txn.fee_cents)))
    sent = session.scalar(select(func.sum(Payout.cents)))
    return int(moved or 0) - int(sent or 0)


def unexplained(session: Session) -> Sequence[tables.StripeTransaction]:
    """Movements that belong to no gift and wait for a person."""
    query = select(Txn).where(Txn.effect.is_(None)).order_by(Txn.occurred_at, Txn.id)
    return session.scalars(query).all()


def payouts(session: Session, limit: int = 100) -> Sequence[tables.StripePayout]:
    """Payouts, the last first."""
    query = select(Payout).order_by(Payout.arrives_on.desc(), Payout.id.desc())
    return session.scalars(query.limit(limit)).all()


def payouts_that_do_not_add_up(session: Session) -> list[str]:
    """Payouts whose movements are not all known, or differ."""
    waiting = select(Payout.id).where(Payout.arrived_at.is_(None)).order_by(Payout.id)
    names = session.scalars(waiting).all()
    return [name for name in names if gifts.parts_of(session, name) is None]


def late_payouts(session: Session, now: datetime) -> Sequence[tables.StripePayout]:
    """Payouts that should be on a bank statement by now."""
    query = select(Payout).where(
        Payout.arrived_at.is_(None), Payout.arrives_on < (now - LATE).date()
    )
    return session.scalars(query.order_by(Payout.id)).all()


def stuck(session: Session, now: datetime) -> list[int]:
    """Gifts whose money is in the account for a day and that are not in passes, nothing owed."""
    owed = gifts.owed_fees(session)
    query = select(Gift).where(
        Gift.paid_at < now - timedelta(days=1), Gift.funded_at.is_(None), Gift.ended_at.is_(None)
    )
    return [
        row.id
        for row in session.scalars(query.order_by(Gift.id))
        if row.round_id not in owed and gifts.has_arrived(session, row.id)
    ]


def gift(session: Session, number: int) -> tables.Gift | None:
    """One gift."""
    return session.get(Gift, number)


def by_link(session: Session, link: str) -> tables.Gift | None:
    """The gift that a link leads to."""
    return session.scalar(select(Gift).where(Gift.link == link))


def all_gifts(session: Session, window: Window) -> Page[tables.Gift]:
    """Every gift that was asked for, by number."""
    return page(session, select(Gift), Gift.id, window)


def state_of(row: tables.Gift) -> State:
    """How far a gift has come, in one word."""
    match row.outcome:
        case "expired" | "failed" | "given_back" as ended:
            return ended
        case _ if row.funded_at:
            return "funded"
        case _ if row.paid_at:
            return "paid"
        case _:
            return "waiting" if row.completed_at else "asked"


def givable(session: Session) -> Sequence[tables.Campaign]:
    """Campaigns that may take gifts: paid in advance, no donor's round, not ending."""
    row, rounds, ends = tables.Campaign, tables.GiftRound, tables.Closing
    return session.scalars(
        select(row)
        .where(
            row.funding == "prepaid",
            row.id.not_in(select(rounds.campaign_id)),
            row.id.not_in(select(ends.campaign_id)),
        )
        .order_by(row.id)
    ).all()


def gifts_to(session: Session, campaign: int, window: Window) -> Page[tables.Gift]:
    """The gifts that were asked for a campaign, by number."""
    query = select(Gift).where(Gift.campaign_id == campaign)
    return page(session, query, Gift.id, window)


def open_to_gifts(session: Session, campaign: int) -> tables.Campaign | None:
    """A campaign that takes gifts from anybody now."""
    opening, row = tables.GiftOpening, tables.Campaign
    return session.scalar(
        select(row)
        .join(opening, opening.campaign_id == row.id)
        .where(row.id == campaign, opening.closed_at.is_(None))
    )


def all_open(session: Session) -> list[tuple[int, str]]:
    """Campaigns that take gifts from anybody now: number and name."""
    opening, row = tables.GiftOpening, tables.Campaign
    rows = session.execute(
        select(row.id, row.name)
        .join(opening, opening.campaign_id == row.id)
        .where(opening.closed_at.is_(None))
        .order_by(row.id)
    )
    return [(number, name) for number, name in rows]


def label(session: Session, row: tables.Gift, words: str) -> str:
    """What stands on Stripe's page: ``words`` with the campaign's name in them."""
    campaign = session.get_one(tables.Campaign, row.campaign_id)
    return words.format(campaign=campaign.name)


def fees_owed(session: Session) -> dict[int, int]:
    """Cents that Stripe kept and the operator has not put back, by campaign."""
    return gifts.owed_fees(session)
