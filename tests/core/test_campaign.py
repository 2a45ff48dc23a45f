"""Until when a pass is good, and when a service took place."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cast import the_rules
from voucher_service.core.campaign import (
    PARIS,
    SERVICES,
    FixedDate,
    Grace,
    MonthsAfterHandover,
    add_months,
    check,
    end_of_day,
    grace_until,
    last_day,
    latest_day,
    nothing_changes_after,
    paris_day,
    service_moment,
)
from voucher_service.core.errors import Invalid

Rules = dict[str, object]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 16), 12, date(2027, 11, 16)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_where_the_shorter_month_ends(day: date, months: int, later: date):
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("until", "grace", "taken_until"),
    [
        (date(2021, 12, 31), Grace.END_OF_NEXT_MONTH, date(2022, 1, 31)),
        (date(2023, 12, 15), Grace.END_OF_NEXT_MONTH, date(2024, 1, 31)),
        (date(2024, 1, 31), Grace.END_OF_NEXT_MONTH, date(2024, 2, 29)),
        (date(2021, 12, 31), Grace.NONE, date(2021, 12, 31)),
    ],
)
def test_grace_lasts_to_the_end_of_the_next_month(until: date, grace: Grace, taken_until: date):
    assert grace_until(until, grace) == taken_until


def test_a_validity_from_the_handover_has_a_ceiling():
    rule = MonthsAfterHandover(6, date(2027, 3, 31))
    assert last_day(rule, date(2026, 9, 1)) == date(2027, 3, 1)
    assert last_day(rule, date(2026, 12, 1)) == date(2027, 3, 31)
    assert latest_day(rule) == date(2027, 3, 31)
    assert last_day(FixedDate(date(2026, 1, 1)), date(2027, 1, 1)) == date(2026, 1, 1)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_a_day_lasts_through_its_last_second_in_paris_whatever_the_clocks_do(day: date):
    end = end_of_day(day)
    assert paris_day(end) == day
    assert paris_day(end.astimezone(UTC) + timedelta(seconds=1)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("until", "grace", "settled"),
    [
        (date(2026, 12, 31), Grace.NONE, datetime(2027, 1, 8, 0, 30, tzinfo=PARIS)),
        (date(2026, 12, 31), Grace.END_OF_NEXT_MONTH, datetime(2027, 2, 8, 0, 30, tzinfo=PARIS)),
        (date(2027, 3, 25), Grace.NONE, datetime(2027, 4, 2, 1, 30, tzinfo=PARIS)),
    ],
    ids=["a week and the undo window", "after the grace", "seven times 24 hours"],
)
def test_nothing_changes_once_the_last_use_has_come_and_can_no_longer_be_taken_back(
    until: date, grace: Grace, settled: datetime
):
    assert nothing_changes_after(the_rules(validity=FixedDate(until), grace=grace)) == settled


@pytest.mark.parametrize(
    ("good", "bad", "field"),
    [
        ({"face_value_cents": 1}, {"face_value_cents": 0}, "face_value_cents"),
        ({"passes_per_booklet": 1}, {"passes_per_booklet": 0}, "passes_per_booklet"),
        ({"passes_per_booklet": 255}, {"passes_per_booklet": 256}, "passes_per_booklet"),
        (
            {"validity": FixedDate(date(2026, 1, 1))},
            {"validity": FixedDate(date(2025, 12, 31))},
            "validity",
        ),
        ({"services": frozenset(SERVICES)}, {"services": frozenset({"Cuisine"})}, "services"),
    ],
)
def test_the_bounds_of_a_campaign_that_works(good: Rules, bad: Rules, field: str):
    check(the_rules(**good))
    with pytest.raises(Invalid) as refused:
        check(the_rules(**bad))
    assert refused.value.field == field


NOON = datetime(2026, 11, 16, 12, 0, tzinfo=PARIS)


def moment(scanned: float, sent: float, *, contact: float = -48, offline: bool = True) -> float:
    """When the service took place, in hours from the arrival; the phone's times likewise."""
    hours = timedelta(hours=1)
    found = service_moment(
        scanned_at=NOON + scanned * hours,
        sent_at=NOON + sent * hours,
        received_at=NOON,
        last_contact_at=NOON + contact * hours,
        offline=offline,
    )
    return (found - NOON) / hours


def test_online_the_service_is_now_whatever_the_phone_says():
    assert moment(-10, 0, offline=False) == 0


@pytest.mark.parametrize("wrong_by", [-48, -1, 0, 1, 48])
def test_a_phone_whose_clock_is_wrong_is_corrected_by_its_own_sending_time(wrong_by: float):
    assert moment(-3 + wrong_by, wrong_by) == -3


def test_a_clock_turned_back_gains_nothing_beyond_the_last_contact():
    assert moment(-500, 0, contact=-20) == -20


def test_a_service_is_never_in_the_future():
    assert moment(5, 0) == 0
