"""Names of towns on a map: as many as fit, where they cover no dot and no other name.

A dot stands at a percentage of the map and a name some pixels beside it, so that letters stay as
large as the page's. What does not touch on the narrowest and on the widest map is kept. Draws
nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from voucher_service.core.mapping import NARROW_PX, Dot, Frame, Point, Town

WIDE_PX = 544
"""The side of a map where there is room: ``.map`` of the style sheet."""

LETTER_PX, LINE_PX = 8, 18
"""About a letter's width, and the height of a line, with what keeps two names apart."""

RADIUS_PX = 20
"""Half of a dot as it is drawn, with its ring."""

MOST = 14
"""Names on one map; the list has them all."""

TRIED = 60

BESIDE = (
    ("middle", 0, 5),
    ("middle", 0, 35),
    ("middle", 0, -25),
    ("start", 23, 5),
    ("end", -23, 5),
    ("start", -16, 35),
    ("start", -16, -25),
    ("end", 16, 35),
    ("end", 16, -25),
    ("start", 14, 24),
    ("start", 14, -13),
    ("end", -14, 24),
    ("end", -14, -13),
)
"""Where a name may stand around the middle of its town, or else around one of its dots.

How it is anchored, pixels east, pixels south. On it where there is no dot, below, above, beside;
then with one end at it; then at its corners.
"""


@dataclass(frozen=True, slots=True)
class Label:
    """A name: its anchor in percent, the pixels beside it, and which end of the words is there."""

    words: str
    x: float
    y: float
    anchor: str
    dx: int
    dy: int


Box = tuple[float, float, float, float]
"""West, top, east and bottom, in pixels."""


def labels(towns: Iterable[Town], frame: Frame, dots: Sequence[Dot]) -> list[Label]:
    """The names that fit; ``towns`` with the most important first."""
    taken = {side: [_around(dot, side) for dot in dots] for side in (NARROW_PX, WIDE_PX)}
    places = ((town.name, frame.at(town.latitude, town.longitude)) for town in towns)
    inside = ((name, at) for name, at in places if frame.holds(at))
    kept: list[Label] = []
    for name, at in islice(inside, TRIED):
        own = [(dot.x, dot.y) for dot in dots if dot.names[0] == name]
        label = next(filter(None, (_free(name, point, taken) for point in [at, *own])), None)
        if label is not None and len(kept) < MOST:
            kept.append(label)
            for side, boxes in taken.items():
                boxes.append(_box(label, side))
    return kept


def _free(name: str, at: Point, taken: Mapping[int, list[Box]]) -> Label | None:
    """The name where it touches nothing, if there is such a place."""
    for anchor, dx, dy in BESIDE:
        label = Label(name, *at, anchor, dx, dy)
        if all(_fits(_box(label, side), side, boxes) for side, boxes in taken.items()):
            return label
    return None


def _around(dot: Dot, side: int) -> Box:
    x, y = _pixels((dot.x, dot.y), side)
    return x - RADIUS_PX, y - RADIUS_PX, x + RADIUS_PX, y + RADIUS_PX


def _pixels(point: Point, side: int) -> Point:
    return point[0] * side / 100, point[1] * side / 100


def _box(label: Label, side: int) -> Box:
    x, y = _pixels((label.x, label.y), side)
    wide = len(label.words) * LETTER_PX
    west = x + label.dx - {"start": 0, "middle": wide / 2, "end": wide}[label.anchor]
    base = y + label.dy
    return west, base - LINE_PX + 4, west + wide, base + 4


def _fits(box: Box, side: int, taken: Sequence[Box]) -> bool:
    west, top, east, bottom = box
    if west < 0 or top < 0 or east > side or bottom > side:
        return False
    return not any(
        west < other[2] and other[0] < east and top < other[3] and other[1] < bottom
        for other in taken
    )
