"""A pass as text: the address that its QR code holds, and what a reader makes of it.

``https://HOST/p#DIGITS``: the token's bytes as one decimal number of fixed width. Only what follows
``#`` counts, whatever the host. Knows nothing of what the bytes mean.
"""

import re
from functools import cache

USUAL_TOKEN = 106
"""Bytes of a pass, give or take one or two for large numbers."""

LONGEST_TOKEN = 200
"""Bytes. Anything much longer than usual is not one of ours."""

_DIGITS = re.compile(r"[0-9]{1,600}")


@cache
def _width(size: int) -> int:
    """How many digits a token of ``size`` bytes takes: those of 256**size - 1."""
    return len(str((1 << 8 * size) - 1))


_SIZES = {_width(size): size for size in range(1, LONGEST_TOKEN + 1)}


def to_digits(token: bytes) -> str:
    """A token as digits; the width tells its size."""
    return str(int.from_bytes(token, "big")).zfill(_width(len(token)))


def segments(base_url: str, token: bytes) -> tuple[str, str]:
    """The two segments of the QR code: the address in byte mode, the digits in numeric mode."""
    return f"{base_url.rstrip('/')}/p#", to_digits(token)


def to_url(base_url: str, token: bytes) -> str:
    """The full text of the QR code."""
    return "".join(segments(base_url, token))


def to_bytes(text: str) -> bytes | None:
    """The token in a read text, or nothing when there is none."""
    digits = text.rpartition("#")[2].strip()
    if not _DIGITS.fullmatch(digits):
        return None
    size = _SIZES.get(len(digits))
    number = int(digits)
    return number.to_bytes(size, "big") if size and number < 1 << 8 * size else None
