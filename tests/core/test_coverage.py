"""A funder is warned where no site is near; distances are as the crow flies."""

import pytest

from voucher_service.core.coverage import NEARBY_M, Nearness, Place, coverage, distance_m

NANTES = Place("CCAS", "Nantes", "44109", 47.218, -1.554)
CLISSON = Place("France Services", "Clisson", "44043", 47.087, -1.283)
PING = Place("PiNG", "Nantes", "44109", 47.205, -1.560)


def test_nantes_is_twenty_five_kilometres_from_clisson() -> None:
    assert distance_m(NANTES, CLISSON) == pytest.approx(25_100, abs=300)
    assert distance_m(NANTES, NANTES) == 0


def test_a_site_within_ten_kilometres_is_near() -> None:
    (found,) = coverage([NANTES], [CLISSON, PING])
    assert (found.nearness, found.site) == (Nearness.NEAR, PING)
    assert found.metres == pytest.approx(1_500, abs=50)
    assert found.is_covered


def test_a_site_further_away_is_said_with_its_distance() -> None:
    (found,) = coverage([CLISSON], [PING])
    assert found.nearness is Nearness.FAR
    assert found.metres is not None
    assert found.metres > NEARBY_M
    assert not found.is_covered


def test_the_same_commune_is_near_even_without_coordinates() -> None:
    by_code = Place("Médiathèque", "NANTES", "44109")
    by_name = Place("Médiathèque", "nantes", None)
    for site in (by_code, by_name):
        (found,) = coverage([NANTES], [site])
        assert (found.nearness, found.metres) == (Nearness.NEAR, None)


def test_two_communes_of_one_name_are_told_apart_by_their_codes() -> None:
    saint_denis = Place("CCAS", "Saint-Denis", "93066")
    on_reunion = Place("Cyber-base", "Saint-Denis", "97411")
    (found,) = coverage([saint_denis], [on_reunion])
    assert found.nearness is Nearness.UNKNOWN


def test_a_missing_coordinate_is_said_and_never_guessed() -> None:
    (found,) = coverage([Place("Mairie", "Vertou", "44215")], [PING])
    assert (found.nearness, found.metres) == (Nearness.UNKNOWN, None)
    (found,) = coverage([CLISSON], [PING, Place("?", "Gorges", "44064")])
    assert found.nearness is Nearness.UNKNOWN


def test_no_site_at_all_is_the_loudest_warning() -> None:
    (found,) = coverage([NANTES], [])
    assert (found.nearness, found.site) == (Nearness.NONE, None)


def test_what_to_warn_of_comes_first() -> None:
    found = coverage([NANTES, CLISSON], [PING])
    assert [one.point.name for one in found] == ["France Services", "CCAS"]
