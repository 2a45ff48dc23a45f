"""One way to write a document as bytes, so that its hash means something.

JSON in the canonical form of RFC 8785, restricted to what our documents hold: text, whole numbers
below 2**53, booleans, null, lists and objects. Floats are refused: none of our facts is one.
This module never decides what a document says.
"""

import hashlib
import json

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What a canonical document may hold."""

_LARGEST = 2**53
"""RFC 8785 numbers are IEEE doubles: whole numbers are exact only below this."""


def canonical(document: Json) -> bytes:
    """The document's only byte form; raises ``ValueError`` on anything outside :data:`Json`."""
    return _write(document).encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of some bytes, in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _write(value: Json) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int():
            if abs(value) >= _LARGEST:
                raise ValueError(f"{value} is not exact in JSON")
            return str(value)
        case list():
            return "[" + ",".join(_write(item) for item in value) + "]"
        case dict():
            # RFC 8785 sorts names by their UTF-16 code units.
            names = sorted(value, key=lambda name: name.encode("utf-16-be"))
            return "{" + ",".join(f"{_write(name)}:{_write(value[name])}" for name in names) + "}"
        case _:
            raise ValueError(f"{type(value).__name__} cannot stand in a canonical document")
