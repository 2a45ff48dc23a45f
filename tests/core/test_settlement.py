"""From claims to lines: rows and columns meet, and nothing settles that does not."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.errors import Mismatch
from voucher_service.core.money import Share, split
from voucher_service.core.settlement import (
    AssociationLine,
    CampaignTerms,
    Claim,
    Corrections,
    check_totals,
    settle,
)

THIRDS = (Share(1, 1), Share(2, 1), Share(3, 1))


def terms(settled: int = 0, fee_bp: int = 0, shares: tuple[Share, ...] = THIRDS) -> CampaignTerms:
    return CampaignTerms(1, shares, settled, fee_bp)


def test_the_grid_of_four_associations_in_thirds():
    claims = [
        Claim(1, number, cents // 1_000, cents)
        for number, cents in enumerate((123_000, 77_000, 1_000, 412_000), start=1)
    ]
    result = settle(claims, [terms()])
    rows = [[result.grid[1, a, f] for f in (1, 2, 3)] for a in (1, 2, 3, 4)]
    assert rows == [
        [41_000, 41_000, 41_000],
        [25_667, 25_667, 25_666],
        [333, 333, 334],
        [137_334, 137_333, 137_333],
    ]
    assert [line.period_cents for line in result.funders] == [204_334, 204_333, 204_333]


def test_a_fee_is_kept_from_the_gross_and_never_split():
    result = settle([Claim(1, 1, 37, 37_000)], [terms(fee_bp=400)])
    (line,) = result.associations
    assert (line.gross_cents, line.fee_cents, line.net_cents) == (37_000, 1_480, 35_520)
    assert sum(share.period_cents for share in result.funders) == 37_000


claims = st.lists(
    st.builds(
        lambda association, uses, value: Claim(1, association, uses, uses * value),
        st.integers(1, 50),
        st.integers(1, 3_000),
        st.integers(1, 2_000),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda claim: claim.association,
)
weights = st.lists(st.integers(1, 1_000), min_size=1, max_size=6)


@given(claims, weights, st.integers(0, 10**9))
def test_rows_and_columns_are_exact_whatever_was_settled_before(
    made: list[Claim], values: list[int], settled: int
):
    shares = tuple(Share(number, weight) for number, weight in enumerate(values, start=1))
    result = settle(made, [terms(settled, shares=shares)])
    end = settled + sum(claim.cents for claim in made)
    for claim in made:
        row = [c for (_, a, _), c in result.grid.items() if a == claim.association]
        assert sum(row) == claim.cents
    for line in result.funders:
        column = [c for (_, _, f), c in result.grid.items() if f == line.funder]
        assert sum(column) == line.period_cents
        assert line.cumulative_cents == split(end, shares)[line.funder]


@given(claims)
def test_the_order_of_the_claims_never_matters(made: list[Claim]):
    one, other = settle(made, [terms()]), settle(made[::-1], [terms()])
    assert (one.associations, one.funders, one.grid) == (
        other.associations,
        other.funders,
        other.grid,
    )


def test_claims_without_terms_stop_everything():
    with pytest.raises(Mismatch, match="unknown_campaign"):
        settle([Claim(2, 1, 1, 1_000)], [terms()])


CLAIM = Claim(1, 1, 1, 1_000)


@pytest.mark.parametrize("claim", [Claim(1, 1, 1, 1_001), Claim(1, 2, 1, 1_000)])
def test_a_result_that_is_not_what_was_claimed_stops_everything(claim: Claim):
    with pytest.raises(Mismatch, match="rows_differ"):
        check_totals(settle([CLAIM], [terms()]), [claim])


@pytest.mark.parametrize(
    ("side", "reason"),
    [("associations", "rows_differ"), ("funders", "columns_differ"), ("grid", "rows_differ")],
)
def test_a_side_that_is_left_out_stops_everything(side: str, reason: str):
    left_out: dict[str, Any] = {side: ()} if side != "grid" else {side: {}}
    with pytest.raises(Mismatch, match=reason):
        check_totals(replace(settle([CLAIM], [terms()]), **left_out), [CLAIM])


def test_a_cancelled_use_is_taken_off_the_funders_part_and_its_fee_goes_back():
    owes = Corrections(cancelled=2, cancelled_cents=2_000, owed_cents=2_000)
    result = settle([Claim(1, 1, 5, 5_000, owes)], [terms(9_000, fee_bp=400)])
    (line,) = result.associations
    assert (line.gross_cents, line.fee_cents, line.fee_returned_cents) == (5_000, 200, 80)
    assert (line.offset_cents, line.net_cents, line.carried_out_cents) == (2_000, 2_880, 0)
    assert [share.period_cents for share in result.funders] == [1_000, 1_000, 1_000]


def test_more_cancelled_than_used_is_given_back_to_the_funders():
    owes = Corrections(cancelled=3, cancelled_cents=3_000, owed_cents=3_000)
    result = settle([Claim(1, 1, 1, 1_000, owes)], [terms(9_000)])
    (line,) = result.associations
    assert (line.net_cents, line.offset_cents, line.carried_out_cents) == (0, 1_000, 2_000)
    assert sum(share.period_cents for share in result.funders) == -2_000
    assert sum(result.grid.values()) == -2_000


def test_what_the_operator_grants_is_paid_and_no_funder_bears_it():
    granted = Corrections(granted_cents=1_000)
    result = settle([Claim(1, 1, 1, 1_000, granted)], [terms()])
    assert result.associations[0].net_cents == 2_000
    assert sum(share.period_cents for share in result.funders) == 1_000


small = st.integers(0, 5_000)
months = st.lists(st.tuples(small, small, small, small, small), min_size=1, max_size=12)


@given(months, st.integers(0, 10_000))
def test_a_debt_is_offset_month_by_month_never_below_zero_and_never_lost(
    made: list[tuple[int, int, int, int, int]], fee_bp: int
):
    """Whatever is used, cancelled, charged, granted and paid back, in any month."""
    debt = owed_back = offset_so_far = kept = paid = earned = 0
    for used, cancelled, charged, granted, repaid in made:
        back = min(repaid, debt + cancelled + charged)
        corrections = Corrections(
            cancelled=1 if cancelled else 0,
            cancelled_cents=cancelled,
            charged_cents=charged,
            granted_cents=granted,
            repaid_cents=back,
            owed_cents=debt + cancelled + charged - back,
        )
        settled = terms(10**6, fee_bp=fee_bp)
        (line,) = settle([Claim(1, 1, 1, used, corrections)], [settled]).associations
        assert line.carried_in_cents == debt
        assert line.net_cents >= 0
        assert line.net_cents == 0 or line.carried_out_cents == 0
        debt = line.carried_out_cents
        owed_back += cancelled + charged - back
        offset_so_far += line.offset_cents
        kept += line.fee_cents - line.fee_returned_cents
        paid += line.net_cents
        earned += used + granted
    assert debt == owed_back - offset_so_far
    assert paid == earned - kept - offset_so_far


def test_an_account_says_each_part_of_the_way_to_what_is_paid():
    line = AssociationLine(1, 1, 5, 5_000, 200, Corrections(1, 1_000, 300, 50, 100, 1_700), 40)
    assert line.carried_in_cents == 500
    assert line.earned_cents == 4_890
    assert (line.offset_cents, line.net_cents, line.carried_out_cents) == (1_700, 3_190, 0)
