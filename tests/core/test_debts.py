"""Debts part by part: the oldest is covered first, and much or old enough is asked for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.debts import NoteRule, Part, note_due, open_parts

DAY = date(2026, 12, 1)
RULE = NoteRule(from_cents=10_000, from_days=90)


def part(cents: int, age: int = 0) -> Part:
    on = DAY - timedelta(days=age)
    return Part(on, "cancelled", "doute", "00000001", 1, cents, cents)


def test_the_oldest_part_is_covered_first():
    parts = [part(1_000, 30), part(500, 20), part(700, 10)]
    assert [item.left_cents for item in open_parts(parts, 1_200)] == [300, 700]
    assert open_parts(parts, 2_200) == []


@given(st.lists(st.integers(1, 5_000), max_size=10), st.integers(0, 50_000))
def test_what_is_left_and_what_covers_add_up(amounts: list[int], covered: int):
    whole = sum(amounts)
    left = open_parts([part(cents) for cents in amounts], min(covered, whole))
    assert sum(item.left_cents for item in left) == whole - min(covered, whole)


@pytest.mark.parametrize(
    ("parts", "due"),
    [
        ([], False),
        ([part(9_999)], False),
        ([part(10_000)], True),
        ([part(6_000), part(4_000)], True),
        ([part(1, 89)], False),
        ([part(1, 90)], True),
    ],
)
def test_a_note_is_due_when_the_debt_is_large_or_old(parts: list[Part], due: bool):
    assert note_due(parts, RULE, DAY) is due
