"""The days of a campaign's end, and the figures of its last inventory."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.support.cast import the_rules
from voucher_service.core.campaign import PARIS, FixedDate, MonthsAfterHandover
from voucher_service.core.ending import Booklets, Passes, alert_due, calendar

DAYS = calendar(the_rules(validity=FixedDate(date(2021, 12, 31))))


def test_09_alerts_the_grace_and_the_day_of_the_closing_statement():
    assert [(alert.days_before, alert.on) for alert in DAYS.alerts] == [
        (30, date(2021, 12, 1)),
        (15, date(2021, 12, 16)),
        (7, date(2021, 12, 24)),
    ]
    assert DAYS.last_day == date(2021, 12, 31)
    assert DAYS.grace_until == date(2022, 1, 31)
    assert DAYS.uploads_until == date(2022, 2, 7)
    assert DAYS.nothing_changes_after == datetime(2022, 2, 8, 0, 30, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("today", "days_before"),
    [
        (date(2021, 11, 30), None),
        (date(2021, 12, 1), 30),
        (date(2021, 12, 15), 30),
        (date(2021, 12, 16), 15),
        (date(2021, 12, 24), 7),
        (date(2021, 12, 31), 7),
        (date(2022, 1, 1), None),
    ],
)
def test_the_alert_of_a_day_is_the_last_one_whose_day_has_come(
    today: date, days_before: int | None
):
    alert = alert_due(DAYS, today)
    assert (alert and alert.days_before) == days_before


def test_validity_from_the_hand_over_ends_with_its_ceiling():
    rules = the_rules(validity=MonthsAfterHandover(12, date(2027, 6, 30)))
    assert calendar(rules).last_day == date(2027, 6, 30)
    assert calendar(rules).alerts[0].on == date(2027, 6, 30) - timedelta(days=30)


def test_10_two_thousand_booklets_of_which_fourteen_hundred_were_given():
    passes = Passes(issued=10_000, handed_over=7_000, used=5_180)
    assert (passes.unused, passes.never_handed_over, passes.handed_over_unused) == (
        4_820,
        3_000,
        1_820,
    )
    assert (passes.use_rate_bp, passes.use_rate_handed_over_bp) == (5_180, 7_400)
    assert Booklets(2_000, 1_400, 1_036).not_handed_over == 600


def test_rates_are_rounded_half_up_and_nothing_of_nothing_is_nothing():
    third = Passes(3, 3, 1)
    assert (third.use_rate_bp, replace(third, used=2).use_rate_bp) == (3_333, 6_667)
    assert Passes(0, 0, 0).use_rate_bp == 0
    assert Passes(20_000, 20_000, 1).use_rate_bp == 1
