"""Typed codes: the published ones, NIST's samples of FF1, and every slip of the hand."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.typed_codes import ALPHABET, FF1, TypedCodes, well_formed

CODES = TypedCodes(bytes(range(32, 64)))

#: NIST's sample key for AES-256.
NIST = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94")
DIGITS36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("radix", "tweak", "plain", "secret"),
    [
        (10, b"", "0123456789", "6657667009"),
        (10, bytes.fromhex("39383736353433323130"), "0123456789", "1001623463"),
        (
            36,
            bytes.fromhex("3737373770717273373737"),
            "0123456789abcdefghi",
            "xs8a0azh2avyalyzuwd",
        ),
    ],
)
def test_ff1_gives_nists_published_samples(radix: int, tweak: bytes, plain: str, secret: str):
    cipher = FF1(NIST, radix, tweak, len(plain))
    scrambled = cipher.encrypt([DIGITS36.index(sign) for sign in plain])
    assert "".join(DIGITS36[digit] for digit in scrambled) == secret
    assert cipher.decrypt(scrambled) == [DIGITS36.index(sign) for sign in plain]


@pytest.mark.parametrize(
    ("index", "number", "code"),
    [
        (1, 1, "XNWC-FESF-EYY1"),
        (1, 2, "PZE3-Z8CR-4SBC"),
        (12345, 5, "G6PQ-WX5W-PYFY"),
        (2**42 - 1, 255, "0DZQ-D85B-968A"),
    ],
)
def test_the_published_codes(index: int, number: int, code: str):
    assert CODES.write(index, number) == code
    assert CODES.read(code) == (index, number)


@given(st.integers(0, 2**42 - 1), st.integers(0, 255))
def test_what_is_written_is_read(index: int, number: int):
    assert CODES.read(CODES.write(index, number)) == (index, number)


@given(st.integers(0, 2**42 - 1), st.integers(0, 11), st.integers(1, 31))
def test_one_wrong_sign_is_always_seen(index: int, place: int, shift: int):
    code = CODES.write(index, 1).replace("-", "")
    wrong = ALPHABET[(ALPHABET.index(code[place]) + shift) % 32]
    assert not well_formed(code[:place] + wrong + code[place + 1 :])


@given(st.integers(0, 2**42 - 1), st.integers(0, 10))
def test_two_neighbours_swapped_are_always_seen(index: int, place: int):
    code = CODES.write(index, 1).replace("-", "")
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or not well_formed(swapped)


@given(st.text(max_size=50) | st.text(ALPHABET + "oilOIL- u", min_size=8, max_size=60))
def test_any_text_gets_an_answer(text: str):
    assert (CODES.read(text) is not None) == well_formed(text)


def test_a_text_of_any_length_is_refused_in_the_same_way_with_and_without_the_key():
    hidden = "-" * 100 + CODES.write(1, 1)
    assert not well_formed(hidden)
    assert CODES.read(hidden) is None


@pytest.mark.parametrize(("index", "number"), [(2**42, 1), (1, 256), (-1, 1), (1, -1)])
def test_what_would_wrap_into_the_code_of_another_pass_is_not_written(index: int, number: int):
    with pytest.raises(ValueError, match="no typed code"):
        CODES.write(index, number)


def test_the_passes_of_many_booklets_have_as_many_codes():
    assert len({CODES.write(index, number) for index in range(500) for number in range(10)}) == 5000


def test_threads_may_share_one_key():
    with ThreadPoolExecutor(4) as threads:
        read = threads.map(lambda index: CODES.read(CODES.write(index, 7)), range(2000))
        assert list(read) == [(index, 7) for index in range(2000)]


def test_another_key_reads_something_else():
    assert TypedCodes(bytes(32)).read(CODES.write(1, 1)) != (1, 1)
