from datetime import UTC, date, datetime

import pytest

from voucher_service.documents import french


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "0,00\xa0€"),
        (123_456_789, "1\xa0234\xa0567,89\xa0€"),
        (-5, "−0,05\xa0€"),
    ],
)
def test_an_amount_has_no_break_spaces_and_a_comma(cents, written):
    assert french.euros(cents) == written


def test_an_hour_is_said_as_people_say_it():
    assert french.hour(datetime(2026, 11, 28, 9, 0, tzinfo=UTC)) == "9\xa0h"
    assert french.hour(datetime(2026, 11, 28, 14, 5, tzinfo=UTC)) == "14\xa0h\xa005"


@pytest.mark.parametrize(
    ("cents", "paper", "letter"),
    [
        (1000, "10\xa0€", "10\xa0euros"),
        (750, "7,50\xa0€", "7,50\xa0euros"),
        (100, "1\xa0€", "1\xa0euro"),
    ],
)
def test_a_face_value_shows_cents_only_where_there_are_some(cents, paper, letter):
    assert (french.face_value(cents), french.in_euros(cents)) == (paper, letter)


def test_the_first_of_a_month_is_premier():
    assert french.long_date(date(2027, 1, 1)) == "1er\xa0janvier\xa02027"
    assert french.long_date(date(2027, 12, 31)) == "31\xa0décembre\xa02027"


@pytest.mark.parametrize(
    ("label", "written"),
    [("2026-11", "novembre\xa02026"), ("2026-13", "2026-13"), ("clôture", "clôture")],
)
def test_a_monthly_period_is_named_by_its_month(label, written):
    assert french.month(label) == written


@pytest.mark.parametrize(
    ("basis_points", "written"),
    [(0, "0\xa0%"), (150, "1,5\xa0%"), (1000, "10\xa0%"), (5, "0,05\xa0%")],
)
def test_a_rate_is_written_in_percent(basis_points, written):
    assert french.percent(basis_points) == written


def test_a_list_ends_with_et():
    assert french.listing(["a"]) == "a"
    assert french.listing(["a", "b", "c"]) == "a, b et c"
