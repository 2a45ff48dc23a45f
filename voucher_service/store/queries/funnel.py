"""How far the booklets, passes and euros of a campaign have come, whole and by distribution point.

For whoever may see the whole campaign. Uses and movements come from ``queries.sums``; booklets are
counted as they stand.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from voucher_service.core.accounts import IN_TRANSIT
from voucher_service.core.campaign import Grace, add_months
from voucher_service.core.funnel import EXPIRING_DAYS, Counted
from voucher_service.core.transfer import Kind
from voucher_service.store import tables
from voucher_service.store.queries import sums
from voucher_service.store.queries.funded import Funded
from voucher_service.store.queries.sums import Side, Uses
from voucher_service.store.session import Session

Booklet, Use = tables.Booklet, tables.Redemption

#: A point, or nothing for booklets that no point has had.
Point = int | None


@dataclass(frozen=True, slots=True)
class AtPoint:
    """The booklets of a campaign at one distribution point; ``used``: passes spent of them."""

    point: Point
    issued: int
    in_stock: int
    in_stock_passes: int
    handed_over: int
    expiring: int
    """Passes of booklets whose last day is near, spent or not."""
    started: int = 0
    used: int = 0
    used_cents: int = 0


@dataclass(frozen=True, slots=True)
class Replacement:
    """A booklet that stands in for another."""

    number: int
    replaces: int
    passes: int
    point: Point
    handed_over: bool
    started: bool
    before_handed_over: bool
    before_started: bool
    before_until: date


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come: its counts, by point, and its uses by month (``2026-11``)."""

    counted: Counted
    points: list[AtPoint]
    by_month: dict[str, tuple[int, int]]
    """Passes and cents."""


def progress(session: Session, campaign: Funded, today: date) -> Progress:
    """Everything of a campaign that its page shows."""
    row, mark = campaign.row, sums.mark(session)
    window = expiring(row, today)
    # Where every booklet ends on one day nothing is asked about days.
    sides = [Side.POINT] if row.valid_until else [Side.POINT, Side.LAST_DAY]
    uses = sums.uses(session, [row.id], sides, mark)
    by_point = [one for one in uses if one.side == Side.POINT]
    points = with_uses(session, row.id, window, by_point, mark)
    paid_passes, _gross = sums.paid_uses(session, row.id, mark)
    moved = money_moved(session, [row.id], mark)[row.id]
    gone = _spent_of_expiring(row, window, uses)
    counted = Counted(
        ordered=campaign.ordered,
        ordered_passes=campaign.ordered_passes,
        funded=campaign.funded,
        funded_passes=campaign.funded_passes,
        issued=sum(one.issued for one in points),
        in_stock=sum(one.in_stock for one in points),
        in_stock_passes=sum(one.in_stock_passes for one in points),
        handed_over=sum(one.handed_over for one in points),
        started=sum(one.started for one in points),
        used_passes=sum(one.used for one in points),
        used_cents=sum(one.used_cents for one in points),
        paid_passes=paid_passes,
        paid_cents=moved.paid,
        given_back_cents=moved.given_back,
        expiring_passes=max(sum(one.expiring for one in points) - gone, 0),
    )
    return Progress(counted, points, by_month(by_point))


def at_points(session: Session, campaign: Funded, today: date) -> list[AtPoint]:
    """The booklets of a campaign by distribution point, with the passes spent of them."""
    mark = sums.mark(session)
    uses = sums.uses(session, [campaign.row.id], [Side.POINT], mark)
    return with_uses(session, campaign.row.id, expiring(campaign.row, today), uses, mark)


def by_month(uses: Iterable[Uses]) -> dict[str, tuple[int, int]]:
    """Passes and cents by month, months without any use included."""
    found: dict[str, tuple[int, int]] = {}
    for one in uses:
        passes, cents = found.get(one.month, (0, 0))
        found[one.month] = passes + one.uses, cents + one.cents
    if not found:
        return {}
    first, last = (date.fromisoformat(f"{end(found)}-01") for end in (min, max))
    months = (last.year - first.year) * 12 + last.month - first.month
    labels = [f"{add_months(first, number):%Y-%m}" for number in range(months + 1)]
    return {label: found.get(label, (0, 0)) for label in labels}


def _spent_of_expiring(
    row: tables.Campaign, window: tuple[date, date], uses: Iterable[Uses]
) -> int:
    """Passes spent of the booklets whose last day is near."""
    if row.valid_until is not None:
        return sum(one.uses for one in uses) if window[0] <= row.valid_until <= window[1] else 0
    return sum(
        one.uses
        for one in uses
        if one.side == Side.LAST_DAY and window[0] <= date.fromisoformat(one.key) <= window[1]
    )


def expiring(campaign: tables.Campaign, today: date) -> tuple[date, date]:
    """The last days of the booklets that expire soon, or whose days of grace still run."""
    first = today
    if campaign.grace == Grace.END_OF_NEXT_MONTH.value:
        first = add_months(today.replace(day=1), -1)
    return first, today + timedelta(days=EXPIRING_DAYS)


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """Cents of one campaign: paid to associations by the bank, and given back to funders."""

    paid: int = 0
    given_back: int = 0


def money_moved(
    session: Session, campaigns: Sequence[int], mark: tables.SumMark
) -> dict[int, MoneyMoved]:
    """What left a campaign, by campaign."""
    kinds = [Kind.PAYOUT_EXECUTED, Kind.PAYOUT_RETURNED, Kind.EXPIRY]
    paid: Counter[int] = Counter()
    back: Counter[int] = Counter()
    for row in sums.moved(session, mark, campaigns=campaigns, kinds=kinds):
        if row.kind == Kind.PAYOUT_EXECUTED.value and row.account == IN_TRANSIT:
            paid[row.campaign] += row.debited
        elif row.kind == Kind.PAYOUT_RETURNED.value:
            paid[row.campaign] -= row.credited
        elif row.kind == Kind.EXPIRY.value:
            back[row.campaign] += row.credited
    return {one: MoneyMoved(paid[one], back[one]) for one in campaigns}


def with_uses(
    session: Session,
    campaign: int,
    window: tuple[date, date],
    uses: Iterable[Uses],
    mark: tables.SumMark,
) -> list[AtPoint]:
    """The booklets of a campaign by point, with those begun and the passes spent (``uses``)."""
    points = booklets(session, campaign, window)
    begun = Counter(sums.started(session, campaign, mark))
    used: Counter[int] = Counter()
    cents: Counter[int] = Counter()
    for row in uses:
        used[int(row.key or 0)] += row.uses
        cents[int(row.key or 0)] += row.cents
    replacements = _replacements(session, campaign)
    begun.subtract(_begun_twice(replacements))
    corrected = [_corrected(one, replacements, window) for one in points]
    return [
        replace(
            one,
            started=begun[one.point or 0],
            used=used[one.point or 0],
            used_cents=cents[one.point or 0],
        )
        for one in corrected
    ]


def booklets(session: Session, campaign: int, window: tuple[date, date]) -> list[AtPoint]:
    """The booklets of a campaign by point as their rows say, replacements not thought of."""
    first = Booklet.replaces_id.is_(None)
    given = Booklet.handed_over_at.is_not(None)
    waits = (
        Booklet.point_id.is_not(None)
        & Booklet.handed_over_at.is_(None)
        & Booklet.blocked_at.is_(None)
        & Booklet.voided_at.is_(None)
    )
    ends = Booklet.activated_at.is_not(None) & Booklet.valid_until.between(*window)
    rows = session.execute(
        select(
            Booklet.point_id,
            func.count().filter(first),
            func.count().filter(waits),
            func.coalesce(func.sum(Booklet.passes).filter(waits), 0),
            func.count().filter(first & given),
            func.coalesce(func.sum(Booklet.passes).filter(ends), 0),
        )
        .where(Booklet.campaign_id == campaign)
        .group_by(Booklet.point_id)
        .order_by(Booklet.point_id)
    )
    return [AtPoint(point, *map(int, figures)) for point, *figures in rows]


def _replacements(session: Session, campaign: int) -> list[Replacement]:
    new, old = aliased(Booklet), aliased(Booklet)

    def begun(booklet: type[tables.Booklet]) -> ColumnElement[bool]:
        return select(Use.id).where(Use.booklet_id == booklet.id, Use.undone_at.is_(None)).exists()

    rows = session.execute(
        select(
            new.id,
            old.id,
            new.passes,
            new.point_id,
            new.handed_over_at.is_not(None),
            begun(new),
            old.handed_over_at.is_not(None),
            begun(old),
            old.valid_until,
        )
        .join(old, old.id == new.replaces_id)
        .where(new.campaign_id == campaign, new.replaces_id.is_not(None))
        .order_by(new.id)
    )
    return [
        Replacement(number, before, passes, point, bool(a), bool(b), bool(c), bool(d), until)
        for number, before, passes, point, a, b, c, d, until in rows
    ]


def _begun_twice(replacements: Iterable[Replacement]) -> Counter[int]:
    """Booklets begun although one that they stand in for was: the same booklet, by point."""
    found: Counter[int] = Counter()
    begun: set[int] = set()
    for one in replacements:  # oldest first: what came before is known
        before = one.before_started or one.replaces in begun
        if one.started and before:
            found[one.point or 0] += 1
        if one.started or before:
            begun.add(one.number)
    return found


def _corrected(
    at: AtPoint, replacements: Iterable[Replacement], window: tuple[date, date]
) -> AtPoint:
    """A booklet replaced before it was handed over counts once its replacement is.

    What went on into a replacement expires there, not twice.
    """
    given: set[int] = set()
    more = moved_on = 0
    for one in replacements:
        before = one.before_handed_over or one.replaces in given
        if one.handed_over and not before:
            more += one.point == at.point
        if one.handed_over or before:
            given.add(one.number)
        if one.point == at.point and window[0] <= one.before_until <= window[1]:
            moved_on += one.passes
    return replace(at, handed_over=at.handed_over + more, expiring=max(at.expiring - moved_on, 0))
