"""One party's account: every movement that touches it, in the order of writing. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, or_, select

from voucher_service.core import accounts
from voucher_service.store import tables
from voucher_service.store.load import serial
from voucher_service.store.once import find
from voucher_service.store.session import Session

T = tables.Transfer

Who = Literal["association", "funder"]

ACCOUNTS = {
    "association": (accounts.payable, accounts.contested, accounts.receivable_from),
    "funder": (accounts.receivable, accounts.funds),
}
"""The accounts of each kind of party."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a movement on one of a party's accounts, in cents; with the pass it is about."""

    recorded_at: datetime
    value_date: date
    kind: str
    account: str
    campaign: str
    piece: str
    serial: str | None
    number: int | None
    site: str | None
    debit: int
    credit: int


def party_name(session: Session, who: Who, number: int) -> str:
    """What a party is called; raises :class:`NotFound`."""
    if who == "association":
        return find(session, tables.Association, number, who).name
    return find(session, tables.Funder, number, who).name


def balance_before(session: Session, who: Who, number: int, begins: datetime) -> int:
    """What was credited minus debited to a party's accounts before a moment, in cents."""
    own = [account(number) for account in ACCOUNTS[who]]
    sides = [
        session.scalar(
            select(func.coalesce(func.sum(T.cents), 0)).where(side.in_(own), T.recorded_at < begins)
        )
        for side in (T.credit, T.debit)
    ]
    return int(sides[0] or 0) - int(sides[1] or 0)


def postings(
    session: Session, who: Who, number: int, begins: datetime, ends: datetime
) -> Iterator[Posting]:
    """Every movement on a party's accounts written from one moment to before another."""
    own = [account(number) for account in ACCOUNTS[who]]
    passes = _passes(session, number) if who == "association" else {}
    rows = session.execute(
        select(T, tables.Campaign.name)
        .join(tables.Campaign, tables.Campaign.id == T.campaign_id)
        .where(
            or_(T.debit.in_(own), T.credit.in_(own)), T.recorded_at >= begins, T.recorded_at < ends
        )
        .order_by(T.recorded_at, T.id)
    )
    for row, campaign in rows:
        of_pass = passes.get(row.reference)
        piece, what = (of_pass[0], of_pass[1:]) if of_pass else (row.reference, (None, None, None))
        for account, debit, credit in ((row.debit, row.cents, 0), (row.credit, 0, row.cents)):
            if account in own:
                yield Posting(
                    row.recorded_at,
                    row.value_date,
                    row.kind,
                    account,
                    campaign,
                    piece,
                    *what,
                    debit,
                    credit,
                )


def _passes(
    session: Session, association: int
) -> dict[str, tuple[str, str | None, int | None, str | None]]:
    """The statement, serial, number and site behind each use of an association."""
    use, site, statement = tables.Redemption, tables.Site, tables.Statement
    rows = session.execute(
        select(use.id, statement.number, use.booklet_id, use.number, site.name)
        .join(site, site.id == use.site_id)
        .outerjoin(
            statement,
            (statement.period_id == use.period_id)
            & (statement.association_id == use.association_id),
        )
        .where(use.association_id == association)
    )
    return {
        f"redemption:{redemption}": (settled or "", serial(booklet), number, place)
        for redemption, settled, booklet, number, place in rows
    }
