"""What is known of campaigns and orders while one is being changed."""

from collections.abc import Sequence

from sqlalchemy import func, select

from voucher_service.core import accounts
from voucher_service.core.money import Share
from voucher_service.core.transfer import Kind
from voucher_service.store import load, tables
from voucher_service.store.session import Session


def lock_campaign(session: Session, campaign: int) -> None:
    """Hold a campaign until the transaction ends, so that cumulative splits follow one another.

    Its key stays free: uses that name it go on.
    """
    table = tables.Campaign
    session.execute(select(table.id).where(table.id == campaign).with_for_update(key_share=True))


def lock_campaigns(session: Session) -> None:
    """Hold every campaign in the same way."""
    table = tables.Campaign
    session.execute(select(table.id).order_by(table.id).with_for_update(key_share=True))


def lock_order(session: Session, order: int) -> None:
    """Hold an order until the transaction ends, so that its receipts follow one another."""
    session.execute(select(tables.Order.id).where(tables.Order.id == order).with_for_update())


def shares(session: Session, campaign: int) -> tuple[Share, ...]:
    """A campaign's funders and weights, in the order of their numbers."""
    table = tables.CampaignFunder
    rows = session.scalars(
        select(table).where(table.campaign_id == campaign).order_by(table.funder_id)
    ).all()
    return load.shares(rows)


def ordered_cents(session: Session, campaign: int) -> int:
    """Face value of everything ordered so far in a campaign."""
    total = session.scalar(
        select(
            func.sum(
                (
                    tables.Order.booklets * tables.Campaign.passes_per_booklet
                    - tables.Order.missing_passes
                )
                * tables.Campaign.face_value_cents
            )
        )
        .select_from(tables.Order)
        .join(tables.Campaign, tables.Campaign.id == tables.Order.campaign_id)
        .where(tables.Order.campaign_id == campaign)
    )
    return int(total or 0)


def calls(session: Session, order: int) -> Sequence[tables.Call]:
    """The calls for funds of an order, by number."""
    table = tables.Call
    return session.scalars(
        select(table).where(table.order_id == order).order_by(table.number)
    ).all()


def received(session: Session, order: int) -> dict[int, int]:
    """Cents that each funder has paid for an order."""
    table = tables.Receipt
    rows = session.execute(
        select(table.funder_id, func.sum(table.amount_cents))
        .where(table.order_id == order, table.reversed_at.is_(None))
        .group_by(table.funder_id)
    )
    return {funder: int(cents) for funder, cents in rows}


def uses(session: Session, order: int) -> int:
    """How many passes of an order are spent."""
    redemption, booklet = tables.Redemption, tables.Booklet
    count = session.scalar(
        select(func.count())
        .select_from(redemption)
        .join(booklet, booklet.id == redemption.booklet_id)
        .where(booklet.order_id == order, redemption.undone_at.is_(None))
    )
    return int(count or 0)


def activations(session: Session, order: int) -> int:
    """How many times an order was activated: twice when a payment bounced in between."""
    return len({event.rpartition(":")[0] for event in activation_events(session, order)})


def activation_events(session: Session, order: int) -> list[str]:
    """The ledger events of an order's activations."""
    transfer = tables.Transfer
    pattern = f"activation:{order}.%"
    return list(session.scalars(select(transfer.event).where(transfer.event.like(pattern))))


def activated_by_funder(session: Session, campaign: int) -> dict[int, int]:
    """Cents each funder has put in passes of a campaign, less bounced payments."""
    transfer = tables.Transfer
    taken_back = select(transfer.reverses).where(transfer.reverses.is_not(None))
    rows = session.execute(
        select(transfer.debit, func.sum(transfer.cents))
        .where(
            transfer.kind == Kind.ACTIVATION.value,
            transfer.campaign_id == campaign,
            transfer.event.not_in(taken_back),
        )
        .group_by(transfer.debit)
    )
    put_in = {account: int(cents) for account, cents in rows}
    return {
        share.number: put_in.get(accounts.funds(share.number), 0)
        for share in shares(session, campaign)
    }


def expired_by_funder(session: Session, campaign: int) -> dict[int, int]:
    """Cents of unused value given back to each funder of a campaign."""
    transfer = tables.Transfer
    rows = session.execute(
        select(transfer.credit, func.sum(transfer.cents))
        .where(transfer.kind == Kind.EXPIRY.value, transfer.campaign_id == campaign)
        .group_by(transfer.credit)
    )
    return {int(account.rpartition(":")[2]): int(cents) for account, cents in rows}


def expiries(session: Session, campaign: int) -> int:
    """How many times unused value of a campaign was given back."""
    transfer = tables.Transfer
    count = session.scalar(
        select(func.count(transfer.reference.distinct())).where(
            transfer.kind == Kind.EXPIRY.value, transfer.campaign_id == campaign
        )
    )
    return int(count or 0)


def unreversed(session: Session, events: Sequence[str]) -> list[str]:
    """Which of some events were written and not taken back since."""
    transfer = tables.Transfer
    taken_back = select(transfer.reverses).where(transfer.reverses.is_not(None))
    return list(
        session.scalars(
            select(transfer.event)
            .where(transfer.event.in_(events), transfer.event.not_in(taken_back))
            .order_by(transfer.id)
        )
    )


def funder_with(session: Session, siret: str) -> int | None:
    """The funder that bears a SIRET."""
    return session.scalar(select(tables.Funder.id).where(tables.Funder.siret == siret))


def promise_with(session: Session, order: int, funder: int, number: str) -> int | None:
    """The promise that bears a payment-order number."""
    table = tables.Promise
    return session.scalar(
        select(table.id).where(
            table.order_id == order,
            table.funder_id == funder,
            table.payment_order_number == number,
        )
    )


def receipt_with(session: Session, order: int, funder: int, reference: str) -> int | None:
    """The receipt that bears a bank reference."""
    table = tables.Receipt
    return session.scalar(
        select(table.id).where(
            table.order_id == order, table.funder_id == funder, table.reference == reference
        )
    )


def is_carried_over(session: Session, reference: str) -> bool:
    """Whether a receipt is a deposit of another campaign."""
    table = tables.CarryOver
    return session.scalar(select(table.number).where(table.number == reference)) is not None
