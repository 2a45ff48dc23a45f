"""Charts as SVG made here: no script, no style attribute, nothing fetched.

Widths are percentages, so that a chart fits a phone and its letters stay as large as the page's.
Colour never carries a meaning alone: every bar has its words and its figure, parts of a bar have a
pattern, and the page shows the same figures in a table beside. Draws only; counts nothing.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

ROW = 52
"""Pixels of a row: its words, then its bar."""
BAR = 18
WORDS = 40
"""Letters of a label that fit beside a figure on a phone; the table has the whole."""

LEGEND = 26
PLAIN = Markup('class="bar"')

PLOT = 160
MOST_LABELS = 6
"""Labels that fit under a line on a phone."""

FILLINGS = ("", "hatch", "dots", "")
"""How the parts of a bar are told apart without colours: plain, hatched, dotted, empty."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart is called in the page's ids, its title, and in a sentence what it shows."""

    name: str
    title: str
    desc: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words, its size, and its figure as the reader reads it."""

    label: str
    value: int
    shown: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar of several parts, in the order of the legend."""

    label: str
    values: Sequence[int]
    shown: str


def bars(what: Caption, rows: Sequence[Bar], whole: int | None = None) -> Markup:
    """Lying bars, one a row; ``whole`` is what a full bar stands for (default: the largest)."""
    largest = max([whole or 0, *(row.value for row in rows), 1])
    drawn = [
        _row(place, row.label, row.shown, _rect(0, row.value, largest, place))
        for place, row in enumerate(rows)
    ]
    return _svg(what, len(rows) * ROW, drawn)


def stacked(what: Caption, parts: Sequence[str], rows: Sequence[Stack]) -> Markup:
    """Lying bars of up to four parts, each with its filling, under a legend."""
    largest = max([*(sum(row.values) for row in rows), 1])
    names = [_filling(what.name, place) for place in range(len(parts))]
    drawn = [_patterns(what.name)]
    drawn += [
        Markup(
            '<rect x="1" y="{y}" width="18" height="18" {filling}/>'
            '<text x="26" y="{base}">{words}</text>'
        ).format(y=place * LEGEND + 1, base=place * LEGEND + 15, filling=filling, words=words)
        for place, (filling, words) in enumerate(zip(names, parts, strict=True))
    ]
    top = len(parts) * LEGEND + 8
    for place, row in enumerate(rows):
        rects, before = [], 0
        for filling, value in zip(names, row.values, strict=True):
            rects.append(_rect(before, value, largest, place, top, filling))
            before += value
        drawn.append(_row(place, row.label, row.shown, Markup().join(rects), top))
    return _svg(what, top + len(rows) * ROW, drawn)


def _filling(name: str, place: int) -> Markup:
    pattern = FILLINGS[place]
    if pattern:
        return Markup('class="part" fill="url(#{name}-{pattern})"').format(
            name=name, pattern=pattern
        )
    return PLAIN if place == 0 else Markup('class="part pale"')


def line(what: Caption, points: Sequence[Bar]) -> Markup:
    """A line from left to right, such as by month, with the first, last and largest figure said."""
    largest = max([*(point.value for point in points), 1])
    places = [
        (
            4 + 92 * place / max(len(points) - 1, 1) if len(points) > 1 else 50,
            20 + (PLOT - 20) * (largest - point.value) / largest,
        )
        for place, point in enumerate(points)
    ]
    drawn = [Markup('<line x1="0" y1="{y}" x2="100%" y2="{y}" class="axis"/>').format(y=PLOT)]
    drawn += [
        Markup(
            '<line x1="{x:.2f}%" y1="{y:.1f}" x2="{x2:.2f}%" y2="{y2:.1f}" class="line"/>'
        ).format(x=x, y=y, x2=x2, y2=y2)
        for (x, y), (x2, y2) in itertools.pairwise(places)
    ]
    drawn += [
        Markup('<circle cx="{x:.2f}%" cy="{y:.1f}" r="4" class="bar"/>').format(x=x, y=y)
        for x, y in places
    ]
    return _svg(what, PLOT + 28, drawn + _line_labels(points, places))


def _line_labels(points: Sequence[Bar], places: Sequence[tuple[float, float]]) -> list[Markup]:
    """Labels under some points, never so many that they touch; the largest figure above its own."""
    step = -(-len(points) // MOST_LABELS)
    drawn = [
        _at(places[place][0], PLOT + 20, points[place].label, place, len(points))
        for place in range(0, len(points), max(step, 1))
    ]
    if points:
        top = max(range(len(points)), key=lambda place: points[place].value)
        drawn.append(_at(places[top][0], places[top][1] - 8, points[top].shown, top, len(points)))
    return drawn


def _at(x: float, y: float, words: str, place: int, many: int) -> Markup:
    """Words centred on a point, or kept inside at both ends."""
    anchor, x = ("start", 0.0) if place == 0 and many > 1 else ("middle", x)
    if many > 1 and place == many - 1:
        anchor, x = "end", 100.0
    return Markup('<text x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}">{words}</text>').format(
        x=x, y=y, anchor=anchor, words=words
    )


def _row(place: int, label: str, shown: str, rects: Markup, top: int = 0) -> Markup:
    """The words of a row, its figure at the right, its bar below."""
    y = top + place * ROW
    short = label if len(label) <= WORDS else f"{label[: WORDS - 1].rstrip()}…"
    return Markup(
        '<text x="0" y="{text}">{label}</text>'
        '<text x="100%" y="{text}" text-anchor="end" class="shown">{shown}</text>'
        '<rect x="0" y="{bar}" width="100%" height="{high}" class="track"/>{rects}'
    ).format(text=y + 16, label=short, shown=shown, bar=y + 22, high=BAR, rects=rects)


def _rect(
    start: int, size: int, whole: int, place: int, top: int = 0, filling: Markup = PLAIN
) -> Markup:
    return Markup(
        '<rect x="{x:.2f}%" y="{y}" width="{width:.2f}%" height="{high}" {filling}/>'
    ).format(
        x=100 * start / whole,
        y=top + place * ROW + 22,
        width=100 * size / whole,
        high=BAR,
        filling=filling,
    )


def _patterns(name: str) -> Markup:
    """The fillings of parts that are not plain, under ids that no other chart of a page has."""
    return Markup(
        "<defs>"
        '<pattern id="{n}-hatch" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<rect width="8" height="8" class="pale"/><path d="M0 8 8 0" class="line"/></pattern>'
        '<pattern id="{n}-dots" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<rect width="8" height="8" class="pale"/><circle cx="4" cy="4" r="2" class="bar"/>'
        "</pattern></defs>"
    ).format(n=name)


def _svg(what: Caption, height: int, drawn: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" role="img" width="100%" height="{height}" '
        'aria-labelledby="{name}-title {name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{desc}</desc>'
        "{drawn}</svg>"
    ).format(
        height=height, name=what.name, title=what.title, desc=what.desc, drawn=Markup().join(drawn)
    )
