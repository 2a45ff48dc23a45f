"""A map without a background: nothing hidden, nothing lost, north up, a scale that is true."""

import random
from itertools import combinations, count
from math import hypot

import pytest

from voucher_service.core.coverage import Place, distance_m
from voucher_service.core.mapping import NARROW_PX, TARGET_PX, Spot, lay_out

NUMBERS = count(1)


def spot(latitude: float | None, longitude: float | None, commune: str = "Nantes") -> Spot:
    number = next(NUMBERS)
    return Spot(number, f"Lieu {number}", "1 rue du Port", "44000", commune, latitude, longitude)


def around(many: int, degrees: float = 0.2) -> list[Spot]:
    """Sites around Nantes, the same at each call."""
    chance = random.Random(4)
    return [
        spot(47.21 + chance.uniform(-degrees, degrees), -1.55 + chance.uniform(-degrees, degrees))
        for _ in range(many)
    ]


@pytest.mark.parametrize("many", [1, 2, 30, 700])
def test_dots_are_a_finger_apart_inside_the_map_and_stand_for_every_site_once(many: int) -> None:
    spots = around(many)
    layout = lay_out(spots)
    told = [one for dot in layout.dots for one in dot.spots]
    assert sorted(one.id for one in told) == [one.id for one in spots]
    assert layout.shown == many
    for one, other in combinations(layout.dots, 2):
        assert hypot(one.x - other.x, one.y - other.y) * NARROW_PX / 100 >= TARGET_PX
    half = 100 * TARGET_PX / 2 / NARROW_PX
    assert all(half < part < 100 - half for dot in layout.dots for part in (dot.x, dot.y))


def test_sites_at_one_address_share_a_dot_and_keep_their_names() -> None:
    here = [spot(47.21, -1.55) for _ in range(3)]
    elsewhere = spot(47.31, -1.55, "Carquefou")
    carquefou, nantes = lay_out([*here, elsewhere]).dots
    assert (carquefou.spots, nantes.spots) == ((elsewhere,), tuple(here))
    assert nantes.communes == [("Nantes", 3)]


def test_north_is_at_the_top_and_the_scale_is_true() -> None:
    south_west, north_east = spot(47.0, -1.9), spot(47.3, -1.4, "Ancenis")
    layout = lay_out([south_west, north_east])
    ancenis, nantes = layout.dots
    assert ancenis.x > nantes.x
    assert ancenis.y < nantes.y
    measured = distance_m(Place("", "", None, 47.0, -1.9), Place("", "", None, 47.3, -1.4))
    drawn = hypot(ancenis.x - nantes.x, ancenis.y - nantes.y)
    assert layout.frame
    assert drawn / 100 * layout.frame.side_m == pytest.approx(measured, rel=0.01)
    assert layout.frame.bar_m == 10_000


def test_a_single_site_is_shown_with_what_is_around_it() -> None:
    layout = lay_out([spot(47.21, -1.55)])
    assert layout.frame
    assert layout.frame.side_m > 10_000
    (dot,) = layout.dots
    assert (round(dot.x), round(dot.y)) == (50, 50)


def test_a_site_without_a_position_or_with_a_wrong_one_is_told_apart() -> None:
    nowhere, at_sea = spot(None, None), spot(0.0, 0.0)
    turned_round = spot(-1.55, 47.21)
    overseas = spot(-20.88, 55.45, "Saint-Denis")
    near = around(6)
    layout = lay_out([nowhere, at_sea, *near, turned_round, overseas])
    assert layout.unknown == (nowhere,)
    assert layout.far == (at_sea, turned_round, overseas)
    assert layout.shown == len(near)
    assert lay_out([nowhere]).frame is None


def test_of_two_halves_a_world_apart_the_first_is_shown() -> None:
    nantes, overseas = spot(47.21, -1.55), spot(-20.88, 55.45, "Saint-Denis")
    layout = lay_out([nantes, overseas])
    assert [dot.spots for dot in layout.dots] == [(nantes,)]
    assert layout.far == (overseas,)
