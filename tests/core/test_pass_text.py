"""Tokens as digits and addresses, back again, and the QR code that they fit."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from tests.core.published import DIGITS, REFERENCE
from voucher_service.core.pass_text import LONGEST_TOKEN, segments, to_bytes, to_digits, to_url

BASE = "https://pass.example.org"


def test_the_published_token_takes_the_published_256_digits():
    assert to_digits(REFERENCE) == DIGITS
    assert len(DIGITS) == 256
    assert to_bytes(DIGITS) == REFERENCE


def test_the_address_ends_in_the_sign_that_keeps_the_rest_in_the_phone():
    assert segments(BASE, REFERENCE) == ("https://pass.example.org/p#", DIGITS)
    assert segments(BASE + "/", REFERENCE) == segments(BASE, REFERENCE)
    assert to_url(BASE, REFERENCE) == "https://pass.example.org/p#" + DIGITS


def test_the_code_fits_version_8_in_two_segments_and_only_12_in_one():
    two = segno.make([*segments(BASE, REFERENCE)], version=8, error="m", boost_error=False)  # type: ignore[arg-type]
    assert (two.version, two.error, two.symbol_size(border=0)) == (8, "M", (49, 49))
    assert segno.make(to_url(BASE, REFERENCE), error="m", boost_error=False).version == 12


def test_a_short_address_fits_version_9_at_level_q_and_a_long_one_10():
    short = segments("https://p.exemple.fr", REFERENCE)
    assert len(short[0]) == 23
    codes = [
        segno.make([address, DIGITS], error="q", boost_error=False).version  # type: ignore[arg-type]
        for address in (short[0][1:], segments(BASE, REFERENCE)[0])
    ]
    assert codes == [9, 10]


@pytest.mark.parametrize(
    "before",
    ["", "#", "https://pass.example.org/p#", "http://elsewhere.example/?a=1#", "a#b#", "\n "],
)
def test_only_what_follows_the_last_sign_counts(before: str):
    assert to_bytes(f"{before}{DIGITS} ") == REFERENCE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        DIGITS + "#",
        DIGITS[:-1],
        DIGITS + "0",
        "9" * 256,
        DIGITS[:-1] + "x",
        DIGITS[:-1] + "١",
        "-" + DIGITS[1:],
        DIGITS[:100] + "_" + DIGITS[101:],
        "0" * 100_000,
    ],
)
def test_a_text_that_is_no_token_gives_nothing(text: str):
    assert to_bytes(text) is None


def test_every_length_has_its_own_width():
    widths = {len(to_digits(bytes(size))) for size in range(1, LONGEST_TOKEN + 1)}
    assert len(widths) == LONGEST_TOKEN


def test_a_token_longer_than_any_of_ours_is_not_read():
    assert to_bytes(to_digits(bytes(LONGEST_TOKEN))) == bytes(LONGEST_TOKEN)
    assert to_bytes(to_digits(bytes(LONGEST_TOKEN + 1))) is None


@given(st.binary(min_size=1, max_size=LONGEST_TOKEN))
def test_bytes_and_digits_are_one_to_one(token: bytes):
    assert to_bytes(to_digits(token)) == token
    assert to_bytes(to_url("https://anything.example", token)) == token


@given(st.text(max_size=700) | st.text("0123456789# ", max_size=700))
def test_any_text_gets_an_answer_that_stands_for_its_digits(text: str):
    token = to_bytes(text)
    assert token is None or to_digits(token) == text.rpartition("#")[2].strip()
