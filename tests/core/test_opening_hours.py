"""Opening hours: from the fields of a form to the national syntax, and back."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.errors import Invalid
from voucher_service.core.opening_hours import DAYS, read, write

CLOSED: list[tuple[time, time]] = []


def span(text: str) -> tuple[time, time]:
    begins, ends = text.split("-")
    return time.fromisoformat(begins), time.fromisoformat(ends)


MORNING, AFTERNOON = span("09:00-12:00"), span("14:00-17:30")


def test_days_with_the_same_hours_are_said_together():
    week = [[MORNING, AFTERNOON]] * 4 + [[MORNING], CLOSED, CLOSED]
    assert write(week) == "Mo-Th 09:00-12:00,14:00-17:30; Fr 09:00-12:00"
    assert read(write(week)) == week


def test_a_closed_week_says_nothing():
    assert write([CLOSED] * 7) == ""
    assert read("") == [CLOSED] * 7


def test_days_apart_with_the_same_hours_are_read_together():
    week = read("Mo,We-Th 9:00-12:00")
    assert week is not None
    assert [day for day, spans in zip(DAYS, week, strict=True) if spans] == ["Mo", "We", "Th"]


@pytest.mark.parametrize(
    "spans",
    [[span("12:00-09:00")], [AFTERNOON, MORNING], [MORNING, span("11:00-13:00")],
     [span("09:00-09:00")]],
)  # fmt: skip
def test_hours_follow_one_another(spans: list[tuple[time, time]]):
    with pytest.raises(Invalid, match="bad_hours") as refused:
        write([CLOSED, spans, *[CLOSED] * 5])
    assert refused.value.field == "hours_Tu"


@pytest.mark.parametrize(
    "text",
    ["24/7", "Mo-Fr 09:00-12:00; PH off", "Mo 08:00-09:00,10:00-11:00,12:00-13:00",
     "sur rendez-vous", "Fr-Mo 09:00-12:00", "Mo 09:00-24:00", "Mo 12:00-09:00",
     "Mo 09:00-12:00; Mo 14:00-17:00"],
)  # fmt: skip
def test_what_a_form_cannot_say_is_left_as_it_stands(text: str):
    assert read(text) is None


MOMENTS = st.lists(st.times(), min_size=4, max_size=4, unique=True).map(
    lambda given: sorted({moment.replace(second=0, microsecond=0) for moment in given})
)


def days(moments: list[time]) -> list[tuple[time, time]]:
    return [(moments[n], moments[n + 1]) for n in range(0, len(moments) - 1, 2)]


@given(st.lists(st.one_of(st.just(CLOSED), MOMENTS.map(days)), min_size=7, max_size=7))
def test_every_week_of_a_form_is_read_as_it_was_written(week: list[list[tuple[time, time]]]):
    assert read(write(week)) == week
