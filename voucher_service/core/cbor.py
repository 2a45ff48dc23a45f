"""The few kinds of CBOR that a pass is made of, in their one deterministic form (RFC 8949, 4.2.1).

Whole numbers, byte strings, arrays, maps with whole-number keys, and tags; nothing else is
understood. The decoder is total: it gives a value or raises :class:`NotCanonical`, whatever the
bytes. It never looks at what the values mean.
"""

from dataclasses import dataclass
from typing import Union

Value = Union[int, bytes, list["Value"], dict[int, "Value"], "Tagged"]

_UNSIGNED, _NEGATIVE, _BYTES, _ARRAY, _MAP, _TAG = 0, 1, 2, 4, 5, 6
_DEEPEST = 4

_IMMEDIATE = 24
"""Arguments below this stand in the first byte; 24 to 27 say that 1, 2, 4 or 8 bytes follow."""
_EIGHT_BYTES = 27


class NotCanonical(ValueError):
    """These bytes are not the deterministic form of anything we write."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with a tag before it."""

    tag: int
    value: Value


def encode(value: Value) -> bytes:
    """The only byte form of a value; raises ``ValueError`` for a number of more than 64 bits."""
    match value:
        case Tagged(tag, inner):
            return _head(_TAG, tag) + encode(inner)
        case bytes():
            return _head(_BYTES, len(value)) + value
        case list():
            return _head(_ARRAY, len(value)) + b"".join(map(encode, value))
        case dict():
            pairs = sorted((encode(key), encode(item)) for key, item in value.items())
            return _head(_MAP, len(pairs)) + b"".join(key + item for key, item in pairs)
        case _:
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)


def _head(major: int, argument: int) -> bytes:
    if argument < _IMMEDIATE:
        return bytes([major << 5 | argument])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | code]) + argument.to_bytes(size, "big")
    raise ValueError("a number of CBOR has at most 64 bits")


def decode(data: bytes) -> Value:
    """The value whose only byte form is ``data``; raises :class:`NotCanonical`."""
    value, end = _read(data, 0, 0)
    # Encoding it again catches trailing bytes, long forms, unsorted and duplicate keys at once.
    if end != len(data) or encode(value) != data:
        raise NotCanonical
    return value


def _read(data: bytes, at: int, depth: int) -> tuple[Value, int]:
    if depth > _DEEPEST:
        raise NotCanonical
    major, argument, at = _read_head(data, at)
    match major:
        case 0:
            return argument, at
        case 1:
            return -1 - argument, at
        case 2:
            if at + argument > len(data):
                raise NotCanonical
            return data[at : at + argument], at + argument
        case 4:
            return _read_array(data, at, argument, depth)
        case 5:
            return _read_map(data, at, argument, depth)
        case 6:
            inner, at = _read(data, at, depth + 1)
            return Tagged(argument, inner), at
        case _:
            raise NotCanonical


def _read_head(data: bytes, at: int) -> tuple[int, int, int]:
    if at >= len(data):
        raise NotCanonical
    major, code = data[at] >> 5, data[at] & 31
    if code < _IMMEDIATE:
        return major, code, at + 1
    if code > _EIGHT_BYTES:
        raise NotCanonical
    end = at + 1 + (1 << code - _IMMEDIATE)
    if end > len(data):
        raise NotCanonical
    return major, int.from_bytes(data[at + 1 : end], "big"), end


def _read_array(data: bytes, at: int, count: int, depth: int) -> tuple[Value, int]:
    if count > len(data) - at:
        raise NotCanonical
    items: list[Value] = []
    for _ in range(count):
        item, at = _read(data, at, depth + 1)
        items.append(item)
    return items, at


def _read_map(data: bytes, at: int, count: int, depth: int) -> tuple[Value, int]:
    if 2 * count > len(data) - at:
        raise NotCanonical
    pairs: dict[int, Value] = {}
    for _ in range(count):
        key, at = _read(data, at, depth + 1)
        if not isinstance(key, int):
            raise NotCanonical
        pairs[key], at = _read(data, at, depth + 1)
    return pairs, at
