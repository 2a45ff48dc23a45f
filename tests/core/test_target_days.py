"""Euro transfers are settled on working days of the whole area, not of one country."""

from datetime import date, timedelta

import pytest

from voucher_service.core.target_days import easter_sunday, is_target_day, next_target_day

EASTERS = {
    2024: date(2024, 3, 31),
    2025: date(2025, 4, 20),
    2026: date(2026, 4, 5),
    2027: date(2027, 3, 28),
    2038: date(2038, 4, 25),  # the latest day it can be
    2285: date(2285, 3, 22),  # the earliest
}


@pytest.mark.parametrize("day", EASTERS.values())
def test_easter_is_where_the_calendar_puts_it(day: date):
    assert easter_sunday(day.year) == day


#: As the European Central Bank lists them for 2026 and 2027, Saturdays and Sundays apart.
CLOSED = ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2027-01-01"]
CLOSED += ["2027-03-26", "2027-03-29"]


def test_banks_are_closed_on_the_days_of_the_central_bank_s_list_and_no_other():
    days = [date(2026, 1, 1) + timedelta(days=count) for count in range(365 + 90)]
    closed = [day.isoformat() for day in days if day.weekday() < 5 and not is_target_day(day)]
    assert closed == CLOSED


def test_a_french_holiday_closes_no_bank():
    assert is_target_day(date(2026, 7, 14))
    assert is_target_day(date(2026, 11, 11))


@pytest.mark.parametrize(
    ("day", "settled"),
    [
        (date(2026, 12, 2), date(2026, 12, 3)),  # Wednesday
        (date(2026, 12, 4), date(2026, 12, 7)),  # Friday
        (date(2026, 12, 24), date(2026, 12, 28)),  # Christmas, and the Saturday after it
        (date(2026, 4, 2), date(2026, 4, 7)),  # before Good Friday
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_a_transfer_of_today_is_settled_on_the_next_open_day(day: date, settled: date):
    assert next_target_day(day) == settled
