"""The ledger as an auditor reads it: every account's two sides, and every transfer."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, literal, select, tuple_, union_all

from voucher_service.store import tables
from voucher_service.store.queries import sums
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.seals import SCHEME, waiting
from voucher_service.store.session import Session

Transfer = tables.Transfer


@dataclass(frozen=True, slots=True)
class Balance:
    """What was ever debited and credited to an account in a campaign, in cents."""

    account: str
    campaign: int
    debited_cents: int
    credited_cents: int


def balances(
    session: Session, campaign: int | None, after: tuple[str, int] | None, limit: int
) -> list[Balance]:
    """Accounts by name and campaign, from after one of them on; one more than asked if there is."""
    nothing = literal(0)
    sides = union_all(
        select(
            Transfer.debit.label("account"),
            Transfer.campaign_id,
            Transfer.cents.label("debited"),
            nothing.label("credited"),
        ),
        select(Transfer.credit, Transfer.campaign_id, nothing, Transfer.cents),
    ).subquery()
    account, number = sides.c.account, sides.c.campaign_id
    query = select(account, number, func.sum(sides.c.debited), func.sum(sides.c.credited))
    if campaign is not None:
        query = query.where(number == campaign)
    if after is not None:
        query = query.where(tuple_(account, number) > after)
    query = query.group_by(account, number).order_by(account, number).limit(limit + 1)
    return [
        Balance(name, campaign_id, int(debited), int(credited))
        for name, campaign_id, debited, credited in session.execute(query)
    ]


def net_balances(session: Session) -> list[tuple[str, int, int]]:
    """Every account of every campaign: (account, campaign, credited minus debited cents).

    Made of sums that are known and of what came since: for showing, never for moving money.
    """
    found: dict[tuple[str, int], int] = defaultdict(int)
    for row in sums.moved(session, sums.mark(session)):
        found[row.account, row.campaign] += row.balance
    return [(account, campaign, cents) for (account, campaign), cents in sorted(found.items())]


def seals(session: Session, window: Window) -> Page[tables.Seal]:
    """Links of the chain over the ledger."""
    return page(session, select(tables.Seal), tables.Seal.number, window)


def unsealed(session: Session) -> int:
    """How many transfers were written after the last one that a seal covers."""
    return waiting(session, SCHEME)


def transfers(
    session: Session, campaign: int | None, account: str | None, window: Window
) -> Page[tables.Transfer]:
    """Transfers as they were written, oldest first."""
    query = select(Transfer)
    if campaign is not None:
        query = query.where(Transfer.campaign_id == campaign)
    if account is not None:
        query = query.where((Transfer.debit == account) | (Transfer.credit == account))
    return page(session, query, Transfer.id, window)
