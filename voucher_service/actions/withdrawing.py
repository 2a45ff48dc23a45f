"""The operator takes its own money out of the ring-fenced account: fees first, then its advances.

Never more than is its own, and never what stands for somebody else's debt.
"""

from datetime import datetime

from voucher_service.actions.correcting import spare
from voucher_service.core import accounts, ledger_end
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict
from voucher_service.core.money import format_euros
from voucher_service.store import tables
from voucher_service.store.once import find
from voucher_service.store.orders import lock_campaign
from voucher_service.store.postings import balance, post
from voucher_service.store.session import Session


def own_money(session: Session, campaign: int) -> tuple[int, int]:
    """What the operator may take out of a campaign's part: (fees kept back, its own advances)."""
    fees = max(balance(session, accounts.OPERATOR_FEES, campaign), 0)
    advanced = balance(session, accounts.OPERATOR_OWES, campaign)
    return fees, max(min(advanced, spare(session, campaign)), 0)


def withdraw(session: Session, campaign: int, cents: int, reference: str, now: datetime) -> None:
    """The bank has paid the operator. ``reference``: the bank's line, which counts once."""
    find(session, tables.Campaign, campaign, "campaign")
    lock_campaign(session, campaign)
    fees, advanced = own_money(session, campaign)
    if cents > fees + advanced:
        raise Conflict(
            "more_than_own",
            f"The operator's own money here is {format_euros(fees + advanced)}: what it took"
            " beyond is a charge.",
        )
    on = paris_day(now)
    parts = (ledger_end.fees_paid, min(cents, fees)), (ledger_end.withdrawn, max(cents - fees, 0))
    post(session, [event(reference, campaign, part, on) for event, part in parts if part], now)
