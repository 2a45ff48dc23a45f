"""Our few kinds of CBOR: one form for each value, and an answer for any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.cbor import NotCanonical, Tagged, Value, decode, encode

DEEPEST = 4

values = st.recursive(
    st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=300),
    lambda inner: (
        st.lists(inner, max_size=30)
        | st.dictionaries(st.integers(-100_000, 100_000), inner, max_size=30)
        | st.builds(Tagged, st.integers(0, 70_000), inner)
    ),
    max_leaves=6,
)


def depth(value: Value) -> int:
    match value:
        case Tagged(_, inner):
            return 1 + depth(inner)
        case list():
            return 1 + max(map(depth, value), default=-1)
        case dict():
            return 1 + max(map(depth, value.values()), default=0)
        case _:
            return 0


# From the examples of RFC 8949, appendix A.
@pytest.mark.parametrize(
    ("value", "data"),
    [
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (1000000, "1a000f4240"),
        (18446744073709551615, "1bffffffffffffffff"),
        (-1, "20"),
        (-1000, "3903e7"),
        (-18446744073709551616, "3bffffffffffffffff"),
        (b"", "40"),
        (bytes([1, 2, 3, 4]), "4401020304"),
        ([], "80"),
        ([1, [2, 3], [4, 5]], "8301820203820405"),
        (list(range(1, 26)), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"),
        ({}, "a0"),
        ({1: 2, 3: 4}, "a201020304"),
        (Tagged(1, 1363896240), "c11a514b67b0"),
    ],
)
def test_the_examples_of_the_standard(value: Value, data: str):
    assert encode(value).hex() == data
    assert decode(bytes.fromhex(data)) == value


def test_keys_are_sorted_by_their_bytes():
    assert encode({-1: 0, 100: 0, 10: 0}).hex() == "a30a001864002000"


#: Each refused for one reason.
REFUSED = {
    "nothing": "",
    "a second value": "0000",
    "a long form of 0": "1800",
    "a long form of 23": "190017",
    "a long form of 255": "1a000000ff",
    "a long form of 32 bits": "1b00000000ffffffff",
    "a reserved length": "1c",
    "a number cut short": "1900",
    "a long form of a length": "5801ff",
    "bytes cut short": "4201",
    "an array cut short": "8201",
    "a map cut short": "a201020101",
    "keys not sorted": "a203040102",
    "a key twice": "a201020103",
    "a key that is no number": "a14000",
    "a long form of a tag": "d81200",
    "text": "6161",
    "false": "f4",
    "null": "f6",
    "a floating-point number": "f97c00",
    "an array without end": "9f00ff",
    "a map without end": "bf0000ff",
    "bytes in parts": "5f4100ff",
    "an end of nothing": "ff",
    "an array said to be huge": "9affffffff",
    "a map said to be huge": "bbffffffffffffffff",
    "bytes said to be huge": "5bffffffffffffffff",
    "arrays too deep": "81" * 5 + "00",
    "tags without end": "c1" * 100_000 + "00",
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_no_other_form_is_read(data: str):
    with pytest.raises(NotCanonical):
        decode(bytes.fromhex(data))


def test_more_than_64_bits_are_not_written():
    for number in (2**64, -(2**64) - 1):
        with pytest.raises(ValueError, match="64 bits"):
            encode(number)


@given(values)
def test_a_value_is_read_back_from_its_form_unless_it_is_too_deep(value: Value):
    data = encode(value)
    if depth(value) <= DEEPEST:
        assert decode(data) == value
    else:
        with pytest.raises(NotCanonical):
            decode(data)


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer_and_what_is_read_has_no_other_form(data: bytes):
    try:
        value = decode(data)
    except NotCanonical:
        return
    assert encode(value) == data
