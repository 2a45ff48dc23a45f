"""The days on which euro transfers are settled between banks.

TARGET is closed on Saturdays, Sundays and six days a year (European Central Bank, long-term
calendar). Holidays of one country alone do not close it. The module knows no clock.
"""

from datetime import date, timedelta

SATURDAY = 5

FIXED_CLOSING_DAYS = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
"""New Year, Labour Day, Christmas and the day after: (month, day)."""


def is_target_day(day: date) -> bool:
    """Whether banks settle euro transfers on this day."""
    easter = easter_sunday(day.year)
    moving = {easter - timedelta(days=2), easter + timedelta(days=1)}  # Good Friday, Easter Monday
    closed = (day.month, day.day) in FIXED_CLOSING_DAYS or day in moving
    return day.weekday() < SATURDAY and not closed


def next_target_day(day: date) -> date:
    """The first settlement day after this one."""
    day += timedelta(days=1)
    while not is_target_day(day):
        day += timedelta(days=1)
    return day


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar, by the method of Meeus, Jones and Butcher."""
    century, rest = divmod(year, 100)
    moon = year % 19
    leap_centuries, rest_of_centuries = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * moon + century - leap_centuries - shift + 15) % 30
    leap_years, rest_of_years = divmod(rest, 4)
    weekday = (32 + 2 * rest_of_centuries + 2 * leap_years - epact - rest_of_years) % 7
    correction = (moon + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
