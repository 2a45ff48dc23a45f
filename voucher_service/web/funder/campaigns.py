"""One campaign: its four money figures, its funnel, and the same uses seen from several sides."""

from collections.abc import Callable
from dataclasses import dataclass

from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import NotFound
from voucher_service.core.funnel import Amount, Stage, funnel
from voucher_service.core.small_cells import hidden
from voucher_service.http.language import service_names
from voucher_service.store.queries import funded, reach, sums
from voucher_service.store.queries.funded import Funded
from voucher_service.store.queries.funnel import AtPoint, Progress, at_points, progress
from voucher_service.store.queries.sums import Side, Uses
from voucher_service.web.charts import Bar, Caption, Stack, bars, line, stacked
from voucher_service.web.desk_words import count, month, said
from voucher_service.web.desks import Page, Visit
from voucher_service.web.funder.desk import DESK

SIDES = ("points", "sites", "services", "communes", "months")
"""By what a campaign's uses can be looked at."""

BARS = 15
"""Bars of a chart; the table beside it has every row."""


def words(key: str, /, **values: object) -> str:
    """A sentence of this desk."""
    return said("funder", key, values)


@DESK.page("/campaigns/<id:campaign>")
def campaign(visit: Visit, campaign: int) -> Page:
    """How far a campaign has come."""
    mine = funded.campaign(visit.session, visit.own, campaign)
    found = progress(visit.session, mine, paris_day(visit.now))
    row = mine.row
    stages = funnel(found.counted, row.passes_per_booklet, row.face_value_cents)
    return Page(
        "funder/campaign.html",
        campaign=mine,
        four=_four(mine, found),
        stages=stages,
        funnel_chart=_funnel_chart(stages),
        months=found.by_month,
        months_chart=_months_chart(found.by_month),
        sides=SIDES,
        today=paris_day(visit.now),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four: of everybody, and this funder's part; in cents."""

    name: str
    whole: int
    mine: int


def _four(mine: Funded, found: Progress) -> list[Figure]:
    counted = found.counted
    return [
        Figure("promised", mine.promised, mine.part(mine.promised)),
        Figure("received", mine.received, mine.mine),
        Figure("used", counted.used_cents, mine.part(counted.used_cents)),
        Figure("paid", counted.paid_cents, mine.part(counted.paid_cents)),
    ]


def _funnel_chart(stages: dict[Stage, Amount]) -> object:
    rows = [
        Bar(words(f"stage_{stage}"), amount.passes, words("n_passes", n=count(amount.passes)))
        for stage, amount in stages.items()
    ]
    desc = words(
        "funnel_desc",
        ordered=count(stages[Stage.ORDERED].passes),
        handed=count(stages[Stage.HANDED_OVER].passes),
        used=count(stages[Stage.USED].passes),
    )
    return bars(Caption("funnel", words("funnel_title"), desc), rows)


def _months_chart(months: dict[str, tuple[int, int]]) -> object:
    points = [Bar(_short(label), passes, count(passes)) for label, (passes, _) in months.items()]
    best = max(months, key=lambda label: months[label][0], default=None)
    desc = (
        words("months_desc", month=month(best), n=count(months[best][0]))
        if best
        else words("nothing_used")
    )
    return line(Caption("months", words("months_title"), desc), points)


def _short(label: str) -> str:
    """``11/26`` from ``2026-11``."""
    year, _, number = label.partition("-")
    return f"{number}/{year[2:]}"


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


def _side_chart(side: str, rows: list[Row]) -> object:
    title = words(f"side_{side}")
    if not rows:
        return None
    best = max(rows, key=lambda row: row.passes)
    caption = Caption(side, title, words("side_desc", name=best.name, n=count(best.passes)))
    if side == "months":
        return line(
            caption, [Bar(_short(row.where), row.passes, count(row.passes)) for row in rows]
        )
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
    uses = _uses(visit, mine, Side.SITE)
    known = reach.sites(visit.session, {int(one.key) for one in uses})
    return _grouped(uses, lambda one: (known[int(one.key)].commune, ""))


def _by_service(visit: Visit, mine: Funded) -> list[Row]:
    names = service_names(visit.language)
    return _grouped(_uses(visit, mine, Side.SERVICE), lambda one: (names.get(one.key, one.key), ""))


def _by_month(visit: Visit, mine: Funded) -> list[Row]:
    rows = _grouped(_uses(visit, mine, Side.SERVICE), lambda one: (month(one.month), one.month))
    return sorted(rows, key=lambda row: row.where)


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


def _by_point(visit: Visit, mine: Funded) -> Page:
    found = at_points(visit.session, mine, paris_day(visit.now))
    numbers = {one.point for one in found if one.point is not None}
    known = reach.points(visit.session, numbers)
    told = reach.newcomers(visit.session, mine.row.id)
    rows = []
    for one in found:
        if one.point is None:
            continue
        asked = told.get(one.point, reach.Asked(0, 0))
        whole = asked.newcomers + asked.others
        new, others = hidden(whole, [asked.newcomers, asked.others])
        name = known[one.point]
        rows.append(PointRow(name.name, name.commune, one, new, others, whole))
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
