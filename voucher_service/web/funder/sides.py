"""One campaign seen by distribution point, site, service, commune or month: charts and tables."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import NotFound
from voucher_service.core.funnel import idle_days
from voucher_service.core.small_cells import hidden
from voucher_service.http.language import service_names
from voucher_service.store.queries import funded, handing, reach, sums
from voucher_service.store.queries.funded import Funded
from voucher_service.store.queries.funnel import AtPoint, at_points
from voucher_service.store.queries.sums import Side, Uses
from voucher_service.web.charts import Bar, Caption, Stack, bars, line, stacked
from voucher_service.web.desk_words import count, month
from voucher_service.web.desks import Page, Visit
from voucher_service.web.funder.campaigns import SIDES, short, words
from voucher_service.web.funder.desk import DESK

BARS = 15
"""Bars of a chart; the table beside it has every row."""


@DESK.page("/campaigns/<id:campaign>/by/<word:side>")
def side(visit: Visit, campaign: int, side: str) -> Page:
    """A campaign by distribution point, site, service, commune or month."""
    if side not in SIDES:
        raise NotFound("not_found", f"A campaign cannot be looked at by {side}.")
    mine = funded.campaign(visit.session, visit.own, campaign)
    if side == "points":
        return _by_point(visit, mine)
    found = ROWS[side](visit, mine)
    shown = found if side == "months" else sorted(found, key=lambda row: (-row.passes, row.name))
    return Page(
        "funder/side.html",
        campaign=mine,
        side=side,
        sides=SIDES,
        rows=shown,
        chart=_side_chart(side, shown),
        whole=sum(row.passes for row in shown),
        whole_cents=sum(row.cents for row in shown),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """Passes used and their cents, on one part of a side."""

    name: str
    where: str
    passes: int
    cents: int
    given: int | None = None
    """Booklets handed over there or then, where that is known."""


def _side_chart(side: str, rows: list[Row]) -> object:
    title = words(f"side_{side}")
    if not rows:
        return None
    best = max(rows, key=lambda row: row.passes)
    caption = Caption(side, title, words("side_desc", name=best.name, n=count(best.passes)))
    if side == "months":
        return line(caption, [Bar(short(row.where), row.passes, count(row.passes)) for row in rows])
    return bars(caption, [Bar(row.name, row.passes, count(row.passes)) for row in rows[:BARS]])


def _uses(visit: Visit, mine: Funded, side: Side) -> list[Uses]:
    return sums.uses(visit.session, [mine.row.id], [side], sums.mark(visit.session))


def _grouped(uses: list[Uses], name: Callable[[Uses], tuple[str, str]]) -> list[Row]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for one in uses:
        passes, cents = found.get(name(one), (0, 0))
        found[name(one)] = passes + one.uses, cents + one.cents
    return [Row(*key, *figures) for key, figures in found.items()]


def _by_site(visit: Visit, mine: Funded) -> list[Row]:
    uses = _uses(visit, mine, Side.SITE)
    known = reach.sites(visit.session, {int(one.key) for one in uses})
    return _grouped(uses, lambda one: (known[int(one.key)].name, known[int(one.key)].commune))


def _by_commune(visit: Visit, mine: Funded) -> list[Row]:
    """Handed over by the points of a commune, used at its sites: not always the same booklets."""
    uses = _uses(visit, mine, Side.SITE)
    known = reach.sites(visit.session, {int(one.key) for one in uses})
    rows = _grouped(uses, lambda one: (known[int(one.key)].commune, ""))
    at = handing.by_point(visit.session, mine.row.id)
    given: Counter[tuple[str, str]] = Counter()
    for number, point in reach.points(visit.session, at).items():
        given[point.commune, ""] += at[number]
    return _with_given(rows, given)


def _with_given(rows: list[Row], given: Mapping[tuple[str, str], int]) -> list[Row]:
    """The same rows with the booklets handed over, and those where nothing was used yet."""
    used = {(row.name, row.where) for row in rows}
    more = [Row(*key, 0, 0, booklets) for key, booklets in given.items() if key not in used]
    return [replace(row, given=given.get((row.name, row.where), 0)) for row in rows] + more


def _by_service(visit: Visit, mine: Funded) -> list[Row]:
    names = service_names(visit.language)
    return _grouped(_uses(visit, mine, Side.SERVICE), lambda one: (names.get(one.key, one.key), ""))


def _by_month(visit: Visit, mine: Funded) -> list[Row]:
    rows = _grouped(_uses(visit, mine, Side.SERVICE), lambda one: (month(one.month), one.month))
    given = handing.by_month(visit.session, mine.row.id)
    told = _with_given(rows, {(month(label), label): n for label, n in given.items()})
    return sorted(told, key=lambda row: row.where)


ROWS: dict[str, Callable[[Visit, Funded], list[Row]]] = {
    "sites": _by_site,
    "services": _by_service,
    "communes": _by_commune,
    "months": _by_month,
}


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point; ``newcomers`` and ``others`` are empty where they could point at somebody."""

    name: str
    where: str
    at: AtPoint
    newcomers: int | None
    others: int | None
    asked: int
    last: date | None
    """Its last hand-over or, before any, its first parcel."""
    idle: int | None
    """For how many days nothing was handed over, where that is worth a call."""


def _by_point(visit: Visit, mine: Funded) -> Page:
    found = at_points(visit.session, mine, paris_day(visit.now))
    numbers = {one.point for one in found if one.point is not None}
    known = reach.points(visit.session, numbers)
    told = reach.newcomers(visit.session, mine.row.id)
    last = handing.last_days(visit.session, sorted(numbers), mine.row.id)
    today = paris_day(visit.now)
    rows = []
    for one in found:
        if one.point is None:
            continue
        asked = told.get(one.point, reach.Asked(0, 0))
        whole = asked.newcomers + asked.others
        new, others = hidden(whole, [asked.newcomers, asked.others])
        name, since = known[one.point], last.get(one.point)
        idle = idle_days(one.in_stock, since, today)
        rows.append(PointRow(name.name, name.commune, one, new, others, whole, since, idle))
    rows.sort(key=lambda row: (-row.at.handed_over, row.name))
    return Page(
        "funder/points.html",
        campaign=mine,
        side="points",
        sides=SIDES,
        rows=rows,
        waiting=next((one.issued for one in found if one.point is None), 0),
        chart=_points_chart(rows),
    )


def _points_chart(rows: list[PointRow]) -> object:
    if not rows:
        return None
    stacks = [
        Stack(
            row.name,
            (row.at.started, row.at.handed_over - row.at.started, row.at.in_stock),
            words("n_booklets", n=count(row.at.handed_over + row.at.in_stock)),
        )
        for row in rows[:BARS]
    ]
    legend = [words(f"points_{name}") for name in ("started", "not_started", "in_stock")]
    best = rows[0]
    desc = words("points_desc", name=best.name, n=count(best.at.handed_over))
    return stacked(Caption("points", words("side_points"), desc), legend, stacks)
