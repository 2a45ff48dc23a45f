"""Reading on the phone, sign by sign: it makes of anything what the service makes of it."""

import random
from typing import Any

from tests.core.minting import REFERENCE
from voucher_service.core.cbor import NotCanonical, Tagged, Value, decode, encode
from voucher_service.core.pass_text import to_bytes, to_digits
from voucher_service.core.typed_codes import ALPHABET, TypedCodes, well_formed

AFTER_THE_HASH = """
const { afterHash } = await import("/scanner/pass/pass_text.js");
const { grouped, normalize } = await import("/scanner/pass/typed_codes.js");
return [it.texts.map(afterHash), it.typed.map(grouped), it.typed.map(normalize)];
"""


def test_only_what_follows_the_last_hash_counts_and_typed_signs_are_grouped_as_printed(run):
    texts = {"https://x.example/p#255": "255", "#1#002": "002", " 000 ": "000", "no": "no"}
    typed = {
        "": ("", ""),
        "xnwc": ("XNWC", "XNWC"),
        "xnwc fesf-ey": ("XNWC-FESF-EY", "XNWCFESFEY"),
        "oil0-0000-0000": ("0110-0000-0000", "011000000000"),
    }
    after, grouped, kept = run(AFTER_THE_HASH, {"texts": list(texts), "typed": list(typed)})
    assert after == list(texts.values())
    assert list(zip(grouped, kept, strict=True)) == list(typed.values())


DIGITS = """
const { toBytes } = await import("/scanner/pass/pass_text.js");
return it.map((text) => { const bytes = toBytes(text); return bytes && Array.from(bytes); });
"""


def test_every_width_of_digits_has_its_bytes_and_no_number_too_large_has_any(run):
    texts = [sign * width for width in range(490) for sign in "019"]
    texts += [to_digits(bytes([255]) * size) for size in (1, 2, 106, 200, 201)]
    texts += [to_digits(bytes(size)) for size in (1, 2, 106, 200, 201)]
    said = [bytes(one) if one is not None else None for one in run(DIGITS, texts)]
    assert said == [to_bytes(text) for text in texts]
    assert sum(one is not None for one in said) > 200


CBOR = """
const { NotCbor, Tagged, decode } = await import("/scanner/pass/cbor.js");
const shown = (value) => {
  if (value instanceof Uint8Array) return { bytes: Array.from(value) };
  if (value instanceof Tagged) return { tag: value.tag, value: shown(value.value) };
  if (value instanceof Map) return { map: [...value].map((pair) => pair.map(shown)) };
  return Array.isArray(value) ? value.map(shown) : value;
};
return it.map((bytes) => {
  try {
    return [shown(decode(Uint8Array.from(bytes)))];
  } catch (error) {
    return error instanceof NotCbor ? null : String(error);
  }
});
"""


def shown(value: Value) -> Any:
    match value:
        case Tagged(tag, inner):
            return {"tag": tag, "value": shown(inner)}
        case bytes():
            return {"bytes": list(value)}
        case dict():
            return {"map": [[key, shown(item)] for key, item in value.items()]}
        case list():
            return [shown(item) for item in value]
        case _:
            return value


def by_the_service(data: bytes) -> Any:
    """The value in a list, or nothing. A phone refuses numbers that it cannot hold exactly."""
    try:
        value = decode(data)
    except NotCanonical:
        return None
    return None if _beyond(value) else [shown(value)]


def _beyond(value: Value) -> bool:
    match value:
        case Tagged(tag, inner):
            return tag >= 2**53 or _beyond(inner)
        case bytes():
            return False
        case dict():
            return any(_beyond(one) for pair in value.items() for one in pair)
        case list():
            return any(map(_beyond, value))
        case _:
            return not -(2**53) <= value < 2**53


NUMBERS = [n + around for n in (0, 24, 2**8, 2**16, 2**32, 2**53, 2**64) for around in (-1, 0, 1)]


def strings_of_bytes() -> list[bytes]:
    """Good ones of every kind and depth, each cut, prolonged and altered; always the same."""
    chance = random.Random(20261127)
    numbers = [encode(n) for n in (*NUMBERS, *(-1 - n for n in NUMBERS)) if -(2**64) <= n < 2**64]
    sized = [encode(bytes(size)) for size in (0, 1, 23, 24, 255, 256)]
    sized += [encode(list(range(size))) for size in (0, 1, 23, 24, 25)]
    sized += [encode({key: key for key in range(size)}) for size in (0, 1, 23, 24, 25)]
    nested = [
        opening * depth + end
        for opening in (b"\x81", b"\xd2", b"\xa1\x01")
        for depth in range(1, 7)
        for end in (b"\x00", b"\x40", b"\x80")
    ]
    keyed = [encode({key: 1, other: 2}) for key in (1, 24, -1, -25) for other in (2, 300, -2)]
    keyed += [
        b"\xa2\x02\x00\x01\x00",
        b"\xa2\x20\x00\x01\x00",
        b"\xa1\x40\x00",
        b"\xa2\x01\x00\x01\x00",
    ]
    heads = [bytes([head]) + tail for head in range(256) for tail in (b"", b"\x00", bytes(9))]
    good = [*numbers, *sized, *nested, *keyed, REFERENCE]
    return [*heads, *good, *(_altered(chance, one) for one in good for _ in range(12))]


def _altered(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data))
    match chance.randrange(4):
        case 0:
            return data[:at]
        case 1:
            return data + data[:at]
        case 2:
            return data[:at] + bytes([chance.randrange(256)]) + data[at:]
        case _:
            return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def test_any_bytes_are_the_same_value_on_both_sides_or_none(run):
    data = strings_of_bytes()
    said = run(CBOR, [list(one) for one in data])
    for one, value in zip(data, said, strict=True):
        assert value == by_the_service(one), one.hex()
    assert 300 < sum(value is not None for value in said) < len(said) - 300


BYTE_STRING = """
const { byteString } = await import("/scanner/pass/cbor.js");
return Array.from({ length: 256 }, (_, size) => Array.from(byteString(new Uint8Array(size))));
"""


def test_a_string_of_bytes_is_written_in_its_one_form(run):
    assert [bytes(one) for one in run(BYTE_STRING)] == [encode(bytes(size)) for size in range(256)]


TYPED = """
const { wellFormed } = await import("/scanner/pass/typed_codes.js");
return it.map(wellFormed);
"""


def test_slips_of_the_hand_are_seen_by_both(run):
    chance = random.Random(20261127)
    codes = TypedCodes(bytes(range(32, 64)))
    typed = ["".join(chance.choices(ALPHABET, k=12)) for _ in range(3000)]
    for index in range(200):
        code = codes.write(index, index % 10 + 1)
        spoilt = list(code)
        for _ in range(index % 3):
            spoilt[chance.randrange(14)] = chance.choice(ALPHABET + "OILU -")
        typed += [code, "".join(spoilt), " " * (index % 30) + code]
    said = run(TYPED, typed)
    assert said == [well_formed(text) for text in typed]
    assert 400 < sum(said) < 1000
