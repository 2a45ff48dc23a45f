"""Unusual patterns: each sign is seen, and what is just beside it is not."""

from datetime import datetime, timedelta

import pytest

from voucher_service.core.campaign import PARIS
from voucher_service.core.patterns import (
    BURST,
    BURST_SPAN,
    VISIT,
    Address,
    Pattern,
    PatternKind,
    Use,
    is_night,
    patterns,
    related,
)

MORNING = datetime(2026, 11, 16, 10, 0, tzinfo=PARIS)
MINUTE = timedelta(minutes=1)


def use(booklet: int = 1, at: datetime = MORNING, **changed: int | None) -> Use:
    given = {"site": 1, "device": booklet, "passes": 10, "point": 1} | changed
    return Use(booklet=booklet, moment=at, **given)  # type: ignore[arg-type]


def kinds(uses: list[Use], pairs: set[tuple[int, int]] | None = None) -> list[PatternKind]:
    return [pattern.kind for pattern in patterns(uses, pairs or set())]


def booklet_of_three(*minutes: int, **changed: int) -> list[Use]:
    return [use(at=MORNING + n * MINUTE, passes=3, **changed) for n in minutes]


def test_a_whole_booklet_in_one_visit_is_seen() -> None:
    assert kinds(booklet_of_three(0, 5, 10)) == [PatternKind.WHOLE_BOOKLET]


def test_a_booklet_that_is_not_used_up_is_not() -> None:
    assert kinds(booklet_of_three(0, 5)) == []


def test_a_booklet_used_up_in_two_visits_is_not() -> None:
    assert kinds(booklet_of_three(0, 5, int(VISIT / MINUTE) + 1)) == []


def test_a_booklet_used_up_at_two_sites_is_not() -> None:
    assert kinds([*booklet_of_three(0, 5), *booklet_of_three(10, site=2)]) == []


def test_a_booklet_of_two_passes_is_used_up_by_anybody() -> None:
    assert kinds([use(passes=2), use(passes=2, at=MORNING + MINUTE)]) == []


def test_three_booklets_in_a_row_at_one_site_on_one_day_are_seen_with_all_their_uses() -> None:
    uses = [use(4), use(5), use(5, MORNING + MINUTE), use(6), use(9)]
    (found,) = patterns(uses, set())
    later = MORNING + MINUTE
    expected = Pattern(PatternKind.CONSECUTIVE, 1, 4, (4, 5, 6), MORNING, later)
    assert found == expected


@pytest.mark.parametrize("third", [use(7), use(6, MORNING + timedelta(days=1)), use(6, site=2)])
def test_not_in_a_row_not_on_one_day_or_not_at_one_site_is_no_run(third: Use) -> None:
    assert kinds([use(4), use(5), third]) == []


def test_a_use_at_a_place_related_to_where_the_booklet_was_given_is_seen() -> None:
    (found,) = patterns([use(1), use(5, point=2), use(9, point=None)], {(1, 1)})
    assert (found.kind, found.point, found.uses) == (PatternKind.RELATED, 1, 1)


def test_places_are_related_by_their_body_or_by_their_address_however_written() -> None:
    points = {
        1: Address("Léo-Lagrange", "", ""),
        2: Address("CCAS", "1, rue du Port", "44000"),
        3: Address("Mairie", "", ""),
    }
    sites = {
        7: Address("LEO LAGRANGE", "3 quai", "44000"),
        8: Address("PiNG", "1 rue du port", "44000"),
        9: Address("Alis44", "1 rue du Port", "49000"),
    }
    assert related(points, sites) == {(1, 7), (2, 8)}


def test_places_without_address_are_not_related_by_having_none() -> None:
    assert related({1: Address("A", "", "")}, {1: Address("B", "", "")}) == set()


@pytest.mark.parametrize(("hour", "night"), [(22, True), (5, True), (6, False), (21, False)])
def test_the_night_is_from_ten_to_six_in_paris(hour: int, night: bool) -> None:
    assert is_night(MORNING.replace(hour=hour)) is night


def test_uses_at_night_are_seen_site_by_site() -> None:
    late = MORNING.replace(hour=23)
    assert kinds([use(1, late), use(5, late), use(9, late, site=2)]) == [PatternKind.NIGHT] * 2


def test_a_burst_of_one_phone_is_seen_once_with_all_its_uses() -> None:
    uses = [use(10 * n, MORNING + n * MINUTE / 3, device=4) for n in range(BURST + 5)]
    (found,) = patterns(uses, set())
    assert (found.kind, found.device, found.uses) == (PatternKind.BURST, 4, BURST + 5)


def test_as_many_uses_in_more_time_or_by_two_phones_are_no_burst() -> None:
    step = BURST_SPAN / (BURST - 1) + timedelta(seconds=1)
    slow = [use(10 * n, MORNING + n * step, device=4) for n in range(BURST)]
    shared = [use(10 * n, MORNING, device=n % 2) for n in range(BURST)]
    assert kinds(slow) == kinds(shared) == []


def test_the_latest_comes_first() -> None:
    uses = [*booklet_of_three(0, 1, 2), use(9, MORNING.replace(hour=23))]
    assert kinds(uses) == [PatternKind.NIGHT, PatternKind.WHOLE_BOOKLET]
