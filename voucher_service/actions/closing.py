"""The end of a campaign: unused value is the funders' again, and goes back to them.

Only the movements live here; alerts, the joint closing statement and credit notes come around them.
"""

from datetime import datetime

from voucher_service.core import accounts, ledger_out
from voucher_service.core.campaign import grace_until, latest_day, paris_day
from voucher_service.core.errors import Conflict
from voucher_service.core.money import split
from voucher_service.core.transfer import Kind
from voucher_service.store import load, tables
from voucher_service.store.once import find, next_number
from voucher_service.store.orders import activated_by_funder, lock_campaign, shares
from voucher_service.store.postings import balance, moved, post
from voucher_service.store.session import Session


def expire(session: Session, campaign: int, now: datetime) -> dict[int, int]:
    """Give the value of unused passes back to the funders' deposits, in cents by funder.

    By the split of the net issue: what each funder put in, less its split of what was used. So its
    final cost is exactly the split of the use. Refused before the last day with grace, and while a
    use is contested.
    """
    row = find(session, tables.Campaign, campaign, "campaign")
    rules = load.campaign(row)
    last = grace_until(latest_day(rules.validity), rules.grace)
    if paris_day(now) <= last:
        raise Conflict("not_over", f"Passes of this campaign are good until {last.isoformat()}.")
    lock_campaign(session, campaign)
    unused = balance(session, accounts.outstanding(campaign), campaign)
    if unused == 0:
        return {}
    issued = moved(session, Kind.ACTIVATION, campaign)
    borne = split(issued - unused, shares(session, campaign))
    put_in = activated_by_funder(session, campaign)
    by_funder = {funder: put_in[funder] - borne[funder] for funder in borne}
    post(
        session, ledger_out.expiry(f"closing:{campaign}", campaign, by_funder, paris_day(now)), now
    )
    return by_funder


def refund(session: Session, campaign: int, funder: int, now: datetime) -> int:
    """Send a funder's whole deposit of a campaign back to it; how many cents that was."""
    find(session, tables.Campaign, campaign, "campaign")
    lock_campaign(session, campaign)
    cents = balance(session, accounts.funds(funder), campaign)
    if cents <= 0:
        raise Conflict("nothing_to_refund", "This funder has no deposit in this campaign.")
    today = paris_day(now)
    number = next_number(session, "RB", today.year)
    post(session, [ledger_out.refund(number, campaign, funder, cents, today)], now)
    return cents
