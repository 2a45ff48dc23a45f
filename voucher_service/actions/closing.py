"""The end of a campaign: unused value is the funders' again, and goes back to them.

Only the movements live here; alerts, the joint closing statement and credit notes come around them.
"""

from datetime import datetime

from voucher_service.core import accounts, ledger_out
from voucher_service.core.campaign import nothing_changes_after, paris_day
from voucher_service.core.errors import Conflict
from voucher_service.core.money import split
from voucher_service.core.statements import local
from voucher_service.store import load, tables
from voucher_service.store.once import find, next_number
from voucher_service.store.orders import (
    activated_by_funder,
    expired_by_funder,
    expiries,
    lock_campaign,
    shares,
)
from voucher_service.store.postings import balance, deposit, post
from voucher_service.store.session import Session
from voucher_service.store.settlements import contested_cents


def expire(session: Session, campaign: int, now: datetime) -> dict[int, int]:
    """Give the value of unused passes back to the funders' deposits, in cents by funder.

    By the split of the net issue: what each funder put in, less its split of what was used. So its
    final cost is exactly the split of the use. Refused while a use can still arrive or be taken
    back, and while one is contested. Said again, it gives back only what came since: an order that
    was paid late, a contest that was upheld late.
    """
    row = find(session, tables.Campaign, campaign, "campaign")
    settled = nothing_changes_after(load.campaign(row))
    if now <= settled:
        raise Conflict("not_over", f"Uses of this campaign may change until {local(settled)}.")
    lock_campaign(session, campaign)
    if contested_cents(session, campaign):
        raise Conflict("contested", "Uses of this campaign are contested: decide them first.")
    unused = balance(session, accounts.outstanding(campaign), campaign)
    if unused == 0:
        return {}
    by_funder = _unused_by_funder(session, campaign, unused)
    closing = f"closing:{campaign}.{expiries(session, campaign) + 1}"
    post(session, ledger_out.expiry(closing, campaign, by_funder, paris_day(now)), now)
    return by_funder


def _unused_by_funder(session: Session, campaign: int, unused: int) -> dict[int, int]:
    put_in, given_back = (
        activated_by_funder(session, campaign),
        expired_by_funder(session, campaign),
    )
    used = sum(put_in.values()) - sum(given_back.values()) - unused
    borne = split(used, shares(session, campaign))
    return {
        funder: put_in[funder] - given_back.get(funder, 0) - cents
        for funder, cents in borne.items()
    }


def refund(session: Session, campaign: int, funder: int, now: datetime) -> int:
    """Send a funder's whole deposit of a campaign back to it; how many cents that was.

    What it was called for and has not paid is no deposit: sending that would spend the others'.
    """
    find(session, tables.Campaign, campaign, "campaign")
    lock_campaign(session, campaign)
    cents = deposit(session, funder, campaign)
    if cents <= 0:
        raise Conflict("nothing_to_refund", "This funder has no deposit in this campaign.")
    today = paris_day(now)
    number = next_number(session, "RB", today.year)
    post(session, [ledger_out.refund(number, campaign, funder, cents, today)], now)
    return cents
