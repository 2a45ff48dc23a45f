"""Figures over all uses and transfers: the sums of ``store.sums``, and row by row what came since.

Without any sums everything is counted row by row: the figures are the same, only slower. For
whoever sees whole campaigns; a funder's own part is ``core.money``'s to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from voucher_service.core.transfer import Kind
from voucher_service.store import sums, tables
from voucher_service.store.session import Session
from voucher_service.store.sums import KEYS, MONTH

Use, Booklet, UseSum = tables.Redemption, tables.Booklet, tables.UseSum

Mark = tables.SumMark

NOTHING = tables.SumMark(
    id=0, last_redemption=0, last_transfer=0, as_of=datetime(1970, 1, 1, tzinfo=UTC)
)
"""The mark of no sums at all."""


class Side(StrEnum):
    """By what uses are counted."""

    POINT = sums.POINT
    SITE = sums.SITE
    SERVICE = sums.SERVICE
    LAST_DAY = sums.LAST_DAY
    """The last day of the booklet."""


@dataclass(frozen=True, slots=True)
class Uses:
    """Live uses of a campaign in a month (``2026-11``, Paris) on one part of a side."""

    campaign: int
    side: str
    key: str
    month: str
    uses: int
    cents: int


def mark(session: Session) -> tables.SumMark:
    """Up to where the sums go, for one page: all its figures must start from the same."""
    return sums.newest(session) or NOTHING


def uses(
    session: Session, campaigns: Sequence[int], sides: Sequence[Side], known: tables.SumMark
) -> list[Uses]:
    """Live uses of some campaigns by month and by the parts of some sides, in one question."""
    summed = select(
        UseSum.campaign_id, UseSum.side, UseSum.key, UseSum.month, UseSum.uses, UseSum.cents
    ).where(UseSum.mark_id == known.id, UseSum.side.in_(sides), UseSum.campaign_id.in_(campaigns))
    came = (Use.id > known.last_redemption, Use.undone_at.is_(None))
    went = (Use.id <= known.last_redemption, Use.undone_at > known.as_of)
    since = [
        _rows(side, sign).where(Use.campaign_id.in_(campaigns), *which)
        for side in sides
        for sign, which in ((literal(1), came), (literal(-1), went))
    ]
    both = union_all(summed, *since).subquery()
    campaign, side, key, month, count, cents = both.columns
    rows = session.execute(
        select(campaign, side, key, month, func.sum(count), func.sum(cents))
        .group_by(campaign, side, key, month)
        .order_by(campaign, side, key, month)
    )
    return [Uses(c, s, k, m, int(n), int(total)) for c, s, k, m, n, total in rows if n]


def _rows(side: Side, sign: ColumnElement[int]) -> Select[int, str, str, str, int, int]:
    query = select(
        Use.campaign_id,
        literal(side.value).label("side"),
        KEYS[side].label("key"),
        MONTH.label("month"),
        sign.label("uses"),
        (sign * Use.cents).label("cents"),
    )
    if side in {Side.POINT, Side.LAST_DAY}:
        query = query.join(Booklet, Booklet.id == Use.booklet_id)
    return query


def started(session: Session, campaign: int, known: tables.SumMark) -> dict[int, int]:
    """Booklets of which a pass is spent now, by distribution point."""
    summed = select(UseSum.key, UseSum.uses).where(
        UseSum.mark_id == known.id, UseSum.side == sums.STARTED, UseSum.campaign_id == campaign
    )
    both = union_all(summed, _touched(campaign, known)).subquery()
    key, count = both.columns
    rows = session.execute(select(key, func.sum(count)).group_by(key))
    return {int(point or 0): int(booklets) for point, booklets in rows if booklets}


def _touched(campaign: int, known: tables.SumMark) -> Select[str, int]:
    """Booklets that a use came to or went from since the mark: begun now, less begun by then."""
    live = Use.undone_at.is_(None)
    came = select(Use.booklet_id).where(
        Use.campaign_id == campaign, Use.id > known.last_redemption, live
    )
    went = select(Use.booklet_id).where(
        Use.campaign_id == campaign, Use.id <= known.last_redemption, Use.undone_at > known.as_of
    )
    touched = came.union(went).subquery()
    number = touched.c.booklet_id
    gone = went.subquery()
    begun = (
        select(Use.id)
        .where(Use.booklet_id == number, live, Use.id <= known.last_redemption)
        .exists()
        | select(gone.c.booklet_id).where(gone.c.booklet_id == number).exists()
    )
    now = select(Use.id).where(Use.booklet_id == number, live).exists()
    flags = (
        select(KEYS[Side.POINT].label("key"), begun.label("before"), now.label("now"))
        .join(touched, number == Booklet.id)
        .subquery()
    )
    key, before, after = flags.columns
    return select(key, func.count().filter(after) - func.count().filter(before)).group_by(key)


def paid_uses(session: Session, campaign: int, known: tables.SumMark) -> tuple[int, int]:
    """Uses whose statement the bank has paid, and their cents before any fee."""
    statement, payout = tables.Statement, tables.Payout
    paid = select(payout.statement_number).where(
        payout.settled_at.is_not(None), payout.returned_at.is_(None)
    )
    of_sums = (UseSum.mark_id == known.id, UseSum.side == sums.STATEMENT)
    summed = select(UseSum.uses, UseSum.cents).where(
        *of_sums, UseSum.campaign_id == campaign, UseSum.key.in_(paid)
    )
    counted = select(UseSum.key).where(*of_sums)
    new = (
        select(literal(1), Use.cents)
        .join(statement, sums.said_by(statement))
        .where(
            Use.campaign_id == campaign,
            statement.number.in_(paid),
            statement.number.not_in(counted),
        )
    )
    both = union_all(summed, new).subquery()
    count, cents = both.columns
    row = session.execute(
        select(func.coalesce(func.sum(count), 0), func.coalesce(func.sum(cents), 0))
    ).one()
    return int(row[0]), int(row[1])


@dataclass(frozen=True, slots=True)
class Moved:
    """What one kind of event moved on an account of a campaign, in cents."""

    campaign: int
    account: str
    kind: str
    debited: int
    credited: int

    @property
    def balance(self) -> int:
        """Credited minus debited, as everywhere in the ledger."""
        return self.credited - self.debited


def moved(
    session: Session,
    known: tables.SumMark,
    *,
    campaigns: Sequence[int] | None = None,
    accounts: Sequence[str] | None = None,
    kinds: Sequence[Kind] | None = None,
) -> list[Moved]:
    """Every account that agrees with all that is asked, by campaign and kind of event."""
    table = tables.AccountSum
    summed = select(
        table.campaign_id, table.account, table.kind, table.debited, table.credited
    ).where(table.mark_id == known.id)
    came = sums.moved(tables.Transfer.id > known.last_transfer).subquery()
    both = union_all(summed, select(came)).subquery()
    campaign, account, kind, debited, credited = both.columns
    query = select(campaign, account, kind, func.sum(debited), func.sum(credited))
    if campaigns is not None:
        query = query.where(campaign.in_(campaigns))
    if accounts is not None:
        query = query.where(account.in_(accounts))
    if kinds is not None:
        query = query.where(kind.in_([one.value for one in kinds]))
    rows = session.execute(
        query.group_by(campaign, account, kind).order_by(campaign, account, kind)
    )
    return [Moved(c, a, k, int(out), int(into)) for c, a, k, out, into in rows]
