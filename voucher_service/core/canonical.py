"""One way to write a document as bytes, so that its hash and its signature mean something.

JSON in the canonical form of RFC 8785, restricted to what our documents hold: text, whole numbers
below 2**53, booleans, null, lists, and objects with ASCII names. Floats are refused: none of our
facts is one. This module never decides what a document says.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
"""What a canonical document may hold."""

_LARGEST = 2**53
"""Numbers of RFC 8785 are IEEE doubles: whole numbers are exact only below this."""


def canonical(document: Json) -> bytes:
    """The document's only byte form; raises ``ValueError`` on anything outside :data:`Json`."""
    _check(document)
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of some bytes, in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _check(value: object) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) >= _LARGEST:
                raise ValueError(f"{value} is not exact in JSON")
        case list():
            for item in value:
                _check(item)
        case dict():
            for name, item in value.items():
                # RFC 8785 sorts names by UTF-16 units: for ASCII that is Python's own order.
                if not (isinstance(name, str) and name.isascii()):
                    raise ValueError(f"{name!r} cannot name a field")
                _check(item)
        case _:
            raise ValueError(f"{type(value).__name__} cannot stand in a canonical document")
