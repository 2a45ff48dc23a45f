"""Cents as people read them, and splits that never lose one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.errors import Invalid
from voucher_service.core.money import (
    Share,
    fee,
    format_euros,
    split,
    split_between,
)

THIRDS = [Share(1, 1), Share(2, 1), Share(3, 1)]

weights = st.lists(st.integers(1, 10_000), min_size=1, max_size=8)
totals = st.integers(0, 10**11)


def shares_of(values: list[int]) -> list[Share]:
    return [Share(number, weight) for number, weight in enumerate(values, start=1)]


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "0,00 €"),
        (1, "0,01 €"),
        (1_000, "10,00 €"),
        (123_456_789, "1 234 567,89 €"),
        (-5, "-0,05 €"),
    ],
)
def test_amounts_are_written_the_french_way(cents: int, text: str):
    assert format_euros(cents).replace("\u202f", " ").replace("\u00a0", " ") == text


def test_ten_euros_in_thirds_give_the_odd_cent_to_the_first():
    assert split(1_000, THIRDS) == {1: 334, 2: 333, 3: 333}


def test_the_two_ways_of_rounding_each_pass_that_drift_and_ours_that_does_not():
    passes, each = 6_543, 1_000
    by_pass = {funder: part * passes for funder, part in split(each, THIRDS).items()}
    assert by_pass == {1: 2_185_362, 2: 2_178_819, 3: 2_178_819}  # 43.62 € too much for the first
    third = each // 3
    assert each * passes - 3 * third * passes == 6_543  # 65.43 € that nobody pays
    assert set(split(each * passes, THIRDS).values()) == {2_181_000}


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        pytest.param(3, [1, 3], [1, 2], id="0.75 and 2.25: to the larger remainder"),
        pytest.param(2, [1, 3], [0, 2], id="0.5 and 1.5, a tie: to the larger weight"),
        pytest.param(1, [1, 2, 2], [0, 1, 0], id="0.4 twice, a tie: to the smaller number"),
    ],
)
def test_a_cent_left_over_has_one_place_to_go(total: int, weights: list[int], parts: list[int]):
    assert list(split(total, shares_of(weights)).values()) == parts


@given(totals, weights)
def test_the_parts_are_the_whole(total: int, values: list[int]):
    assert sum(split(total, shares_of(values)).values()) == total


@given(totals, weights, st.randoms())
def test_the_order_of_the_funders_never_matters(total: int, values: list[int], chance):
    shares = shares_of(values)
    shuffled = list(shares)
    chance.shuffle(shuffled)
    assert split(total, shares) == split(total, shuffled)


@given(totals, weights)
def test_everybody_is_within_one_cent_of_the_exact_part(total: int, values: list[int]):
    whole = sum(values)
    for share in shares_of(values):
        part = split(total, shares_of(values))[share.number]
        assert abs(part * whole - total * share.weight) < whole


@given(weights, st.lists(st.integers(0, 10**7), min_size=1, max_size=12))
def test_however_a_year_is_cut_the_periods_sum_to_the_split_of_the_whole(
    values: list[int], periods: list[int]
):
    shares, so_far = shares_of(values), 0
    borne = dict.fromkeys(range(1, len(values) + 1), 0)
    for cents in periods:
        for number, part in split_between(so_far, so_far + cents, shares).items():
            borne[number] += part
        so_far += cents
    assert borne == split(so_far, shares)


@given(weights, st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_period_takes_back_at_most_a_cent_and_only_from_a_tiny_share(
    values: list[int], start: int, cents: int
):
    for number, part in split_between(start, start + cents, shares_of(values)).items():
        assert part >= -1
        if cents * values[number - 1] >= 2 * sum(values):
            assert part >= 0


@pytest.mark.parametrize("shares", [[], [Share(1, 0)], [Share(1, -1)]])
def test_weights_are_positive(shares: list[Share]):
    with pytest.raises(Invalid, match="bad_weights"):
        split(100, shares)


def test_a_negative_total_is_never_split():
    with pytest.raises(Invalid, match="negative_total"):
        split(-1, THIRDS)


@pytest.mark.parametrize(
    ("gross", "fee_bp", "kept"), [(37_000, 400, 1_480), (1_000, 0, 0), (1, 5_000, 1), (1, 4_999, 0)]
)
def test_a_fee_is_rounded_half_up(gross: int, fee_bp: int, kept: int):
    assert fee(gross, fee_bp) == kept
