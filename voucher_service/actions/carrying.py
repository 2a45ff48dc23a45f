"""A funder's deposit of one campaign covers a call of another: the money stays in the account.

The one campaign gives it up, the other receives it under the number of the carry-over, as if the
funder had been sent it and had paid again.
"""

from datetime import datetime

from voucher_service.actions import ordering
from voucher_service.core import ledger_end
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict
from voucher_service.store import orders, refunds, tables
from voucher_service.store.once import find, next_number
from voucher_service.store.postings import deposit, post
from voucher_service.store.session import Session


def carry_over(
    session: Session, campaign: int, funder: int, order: int, actor: str, now: datetime
) -> tuple[str, int]:
    """Cover what a funder still owes of an order's call with its deposit of another campaign.

    Gives the number of the carry-over and its cents. What the call does not need stays on deposit.
    """
    target = find(session, tables.Order, order, "order")
    if target.campaign_id == campaign:
        raise Conflict("same_campaign", "A deposit covers calls of its own campaign by itself.")
    for one in sorted((campaign, target.campaign_id)):
        orders.lock_campaign(session, one)
    orders.lock_order(session, order)
    if refunds.on_its_way(session, campaign, funder):
        raise Conflict("refund_open", "A refund of this deposit is on its way: withdraw it first.")
    held = deposit(session, funder, campaign)
    if held <= 0:
        raise Conflict("nothing_to_carry", "This funder has no deposit in this campaign.")
    cents = min(held, _still_called(session, order, funder))
    if cents <= 0:
        raise Conflict("nothing_called", "This order asks nothing more of this funder.")
    number = next_number(session, "RP", paris_day(now).year)
    today = paris_day(now)
    post(session, [ledger_end.carried_over(number, campaign, funder, cents, today)], now)
    session.add(
        tables.CarryOver(
            number=number,
            campaign_id=campaign,
            funder_id=funder,
            order_id=order,
            cents=cents,
            actor=actor,
            at=now,
        )
    )
    ordering.record_receipt(session, order, funder, cents, today, number, now)
    return number, cents


def _still_called(session: Session, order: int, funder: int) -> int:
    called = sum(
        call.amount_cents for call in orders.calls(session, order) if call.funder_id == funder
    )
    return called - orders.received(session, order).get(funder, 0)
