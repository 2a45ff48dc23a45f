"""Whether a pass that is handed over at a place can be spent nearby.

A funder is warned before it orders: booklets without a place to spend them come back unused. As
the crow flies, on a round Earth. Knows places only, never people, and reads nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Protocol

from voucher_service.core.folding import folded

NEARBY_M = 10_000
"""Metres. Half an hour by bicycle or by a country bus: further away, people do not go."""

EARTH_RADIUS_M = 6_371_000


class Nearness(StrEnum):
    """How near the nearest site is."""

    NEAR = "near"
    """In the same commune, or within :data:`NEARBY_M`."""
    FAR = "far"
    UNKNOWN = "unknown"
    """No site in this commune, and somebody's coordinates are missing."""
    NONE = "none"
    """There is no site at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """A distribution point or a site. Coordinates in degrees, both or none."""

    name: str
    commune: str
    code_insee: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The nearest site of a distribution point, and how many metres away if that is known."""

    point: Place
    nearness: Nearness
    site: Place | None = None
    metres: int | None = None

    @property
    def is_covered(self) -> bool:
        """Whether no warning is due."""
        return self.nearness is Nearness.NEAR


def coverage(points: Iterable[Place], sites: Sequence[Place]) -> list[Coverage]:
    """For each distribution point the nearest of some sites; those to warn of first."""
    found = [_nearest(point, sites) for point in points]
    return sorted(found, key=lambda one: (one.is_covered, one.point.commune, one.point.name))


def _nearest(point: Place, sites: Sequence[Place]) -> Coverage:
    if not sites:
        return Coverage(point, Nearness.NONE)
    measured = [(distance_m(point, site), site) for site in sites]
    known = [(metres, site) for metres, site in measured if metres is not None]
    metres, site = min(known, key=lambda one: one[0], default=(None, None))
    if metres is not None and metres <= NEARBY_M:
        return Coverage(point, Nearness.NEAR, site, metres)
    here = next((site for site in sites if _same_commune(point, site)), None)
    if here is not None:
        return Coverage(point, Nearness.NEAR, here, distance_m(point, here))
    if metres is None or len(known) < len(sites):
        return Coverage(point, Nearness.UNKNOWN, site, metres)
    return Coverage(point, Nearness.FAR, site, metres)


def _same_commune(one: Place, other: Place) -> bool:
    if one.code_insee and other.code_insee:
        return one.code_insee == other.code_insee
    return folded(one.commune) == folded(other.commune)


class Located(Protocol):
    """Anything that stands somewhere: degrees, both or none."""

    @property
    def latitude(self) -> float | None:
        """To the north."""

    @property
    def longitude(self) -> float | None:
        """To the east."""


def distance_m(one: Located, other: Located) -> int | None:
    """Metres between two places; nothing when a coordinate is missing."""
    if None in {one.latitude, one.longitude, other.latitude, other.longitude}:
        return None
    north, east = radians(one.latitude or 0), radians(one.longitude or 0)
    north_2, east_2 = radians(other.latitude or 0), radians(other.longitude or 0)
    half = (
        sin((north_2 - north) / 2) ** 2 + cos(north) * cos(north_2) * sin((east_2 - east) / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_M * asin(sqrt(half)))
