"""Our numbers on bank lines: structured with check digits, or lost in re-cut text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from voucher_service.core.references import (
    creditor_reference,
    is_creditor_reference,
    numbers_in,
    squeezed,
)

LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=21)


@given(LETTERS.filter(squeezed))
def test_a_reference_is_one_that_everybody_else_accepts(number: str):
    reference = creditor_reference(number)
    assert iso11649.is_valid(reference)
    assert is_creditor_reference(reference)
    assert reference[4:] == squeezed(number)


def test_a_reference_is_read_with_the_spaces_people_put_in_it():
    assert is_creditor_reference("RF18 5390 0754 7034")
    assert is_creditor_reference("rf18 539007547034")


@pytest.mark.parametrize("wrong", ["RF19539007547034", "RF18", "AF2026000012", "", "RFAB123"])
def test_a_wrong_digit_is_no_reference(wrong: str):
    assert not is_creditor_reference(wrong)
    assert not iso11649.is_valid(wrong)


@pytest.mark.parametrize("number", ["", "---", "X" * 22])
def test_what_cannot_be_a_reference_makes_none(number: str):
    with pytest.raises(ValueError, match="makes no creditor reference"):
        creditor_reference(number)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("VIR RA-2026-000012 MERCI", ["RA-2026-000012"]),
        ("VIRT RA 2026 0000 13", ["RA-2026-000013"]),
        ("vir ra-2026-000\n120", ["RA-2026-000120"]),
        ("RA-2026-000012-2", ["RA-2026-000012"]),
        ("RA-2026-000012/RF-2026-000013 RA2026000012", ["RA-2026-000012", "RF-2026-000013"]),
        ("RF18AF2026000012", []),  # of another series
        ("RA-2026-00001", []),
        ("RA-1926-000012", []),
        ("", []),
    ],
)
def test_a_number_is_found_whatever_a_bank_did_to_the_line(text: str, found: list[str]):
    assert numbers_in(text, "RA", "RF") == found
