"""A map of places as a drawing without a background: where each dot stands, and what it stands for.

A square with north at the top, whose sides are percent: 0 is west, and north. Places nearer to each
other than a finger is wide share a dot, so that none hides another. Flat, which is right to a
percent or two for a country; as the crow flies. Knows places only, draws and reads nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from statistics import median

from voucher_service.core.coverage import EARTH_RADIUS_M, Place, distance_m
from voucher_service.core.folding import folded

NARROW_PX = 288
"""The side of a map on the narrowest screen (320 px) that pages are made for."""

TARGET_PX = 44
"""What a finger meets without missing (WCAG 2.2, 2.5.5): dots are at least as far apart."""

APART = 100 * TARGET_PX / NARROW_PX
MARGIN = 100 * (TARGET_PX / 2 + 2) / NARROW_PX
"""Percent: between two dots, and between a dot and the edge."""

LEAST_SIDE_M = 10_000
"""A single place is shown with what is around it."""

REACH_M = 1_500_000
"""Further from the middle than Corsica is from Brest: overseas, or a wrong position."""

METRES_A_DEGREE = radians(1) * EARTH_RADIUS_M


Point = tuple[float, float]
"""Percent from the west, and from the north."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A site as far as a map needs it. Coordinates in degrees, both or none."""

    id: int
    name: str
    adresse: str
    code_postal: str
    commune: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Town:
    """A commune's name, to find one's way on a map; coordinates in degrees."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Frame:
    """What a map shows: the middle in degrees, and its side in metres, margins included."""

    latitude: float
    longitude: float
    side_m: float

    def at(self, latitude: float, longitude: float) -> Point:
        """Where a position stands."""
        east = (longitude - self.longitude) * METRES_A_DEGREE * cos(radians(self.latitude))
        north = (latitude - self.latitude) * METRES_A_DEGREE
        return 50 + 100 * east / self.side_m, 50 - 100 * north / self.side_m

    def holds(self, point: Point) -> bool:
        """Whether the map shows this point."""
        return all(0 <= part <= 100 for part in point)  # noqa: PLR2004 - percent

    @property
    def bar_m(self) -> int:
        """How many metres the scale bar stands for: 1, 2 or 5 with zeros, a third of the side."""
        power: int = 10 ** (len(str(int(self.side_m / 3))) - 1)
        return next(step * power for step in (5, 2, 1) if step * power <= self.side_m / 3)


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot: where it stands in percent, and the sites that it stands for."""

    x: float
    y: float
    spots: tuple[Spot, ...]

    @property
    def communes(self) -> list[tuple[str, int]]:
        """Its communes with how many sites each has, the most first."""
        return Counter(spot.commune for spot in self.spots).most_common()

    @property
    def names(self) -> list[str]:
        """The names of its communes, in the same order."""
        return [name for name, _ in self.communes]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole map, its dots in the order of a list, and the sites that are not on it."""

    frame: Frame | None
    dots: tuple[Dot, ...]
    unknown: tuple[Spot, ...]
    """Nobody gave their coordinates."""
    far: tuple[Spot, ...]
    """Too far from all others: they would make everything else a single dot."""

    @property
    def shown(self) -> int:
        """How many sites are on the map."""
        return sum(len(dot.spots) for dot in self.dots)


def lay_out(spots: Iterable[Spot]) -> Layout:
    """Where sites stand on a map that holds as many of them as it can."""
    placed: list[Spot] = []
    unknown: list[Spot] = []
    for spot in spots:
        known = spot.latitude is not None and spot.longitude is not None
        (placed if known else unknown).append(spot)
    if not placed:
        return Layout(None, (), tuple(unknown), ())
    near = _within_reach(placed, median(_latitudes(placed)), median(_longitudes(placed)))
    if not near:  # two halves a world apart have their middle in the sea: show the first
        near = _within_reach(placed, placed[0].latitude, placed[0].longitude)
    shown = {spot.id for spot in near}
    far = tuple(spot for spot in placed if spot.id not in shown)
    frame = _frame(near)
    return Layout(frame, _dots(near, frame), tuple(unknown), far)


def _within_reach(spots: list[Spot], latitude: float | None, longitude: float | None) -> list[Spot]:
    """Those that are not too far from the middle of most, however wrong a few positions are."""
    middle = Place("", "", None, latitude, longitude)
    return [spot for spot in spots if (distance_m(middle, spot) or 0) <= REACH_M]


def _latitudes(spots: Iterable[Spot]) -> list[float]:
    return [spot.latitude for spot in spots if spot.latitude is not None]


def _longitudes(spots: Iterable[Spot]) -> list[float]:
    return [spot.longitude for spot in spots if spot.longitude is not None]


def _frame(spots: Sequence[Spot]) -> Frame:
    north, east = _latitudes(spots), _longitudes(spots)
    latitude, longitude = (min(north) + max(north)) / 2, (min(east) + max(east)) / 2
    high = (max(north) - min(north)) * METRES_A_DEGREE
    wide = (max(east) - min(east)) * METRES_A_DEGREE * cos(radians(latitude))
    return Frame(latitude, longitude, max(high, wide, LEAST_SIDE_M) / (1 - 2 * MARGIN / 100))


def _dots(spots: Sequence[Spot], frame: Frame) -> tuple[Dot, ...]:
    """Dots where most sites are, each site at the nearest one."""
    cells: dict[tuple[int, int], list[Spot]] = defaultdict(list)
    points: dict[tuple[int, int], Point] = {}
    for spot in spots:  # those within a percent of each other stay together
        point = frame.at(spot.latitude or 0, spot.longitude or 0)
        cell = int(point[0]), int(point[1])
        cells[cell].append(spot)
        points.setdefault(cell, point)
    seeds: list[Point] = []
    for cell in sorted(cells, key=lambda cell: (-len(cells[cell]), cell)):
        if all(_apart(points[cell], seed) >= APART for seed in seeds):
            seeds.append(points[cell])
    members: dict[Point, list[Spot]] = defaultdict(list)
    for cell, found in cells.items():
        members[min(seeds, key=lambda seed: _apart(seed, points[cell]))] += found
    dots = [Dot(x, y, tuple(sorted(found, key=_in_order))) for (x, y), found in members.items()]
    return tuple(sorted(dots, key=_by_name))


def _in_order(spot: Spot) -> tuple[str, str, int]:
    return spot.commune, spot.name, spot.id


def _by_name(dot: Dot) -> tuple[str, str]:
    return folded(dot.names[0]), folded(dot.spots[0].name)


def _apart(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
