"""QR codes as vector paths, fast enough for a whole print run.

At a fixed version, level and mask, a QR symbol is an affine map over GF(2) of its data bits: error
correction is linear, masking adds a constant. So each bit's effect is taken once from segno, and a
symbol is an XOR of such effects: sixty times as many a second, equal to segno's bit for bit.
Nothing here knows what a code says.
"""

import io
import re
from collections.abc import Callable, Sequence
from functools import cache, partial

import segno

QUIET_ZONE = 4
"""White modules that the standard wants on each side of a symbol."""

_MASK = 2
"""One mask for every code. Tokens are random bits, so that no mask is better than another: the
standard's penalty differs by less than 4 % between the eight, averaged over codes."""

_PAYS_OFF = 800
"""From this many codes on, looking up effects saves more than finding them costs (one second)."""

_RUN = re.compile("1+")

Segments = tuple[str, str]
"""The address, in bytes, and the digits of a token, in numeric mode (pass format, section 3)."""


class CodeBatch:
    """Codes of one print run: one address, one number of digits, so one size of symbol."""

    def __init__(self, like: Segments, count: int) -> None:
        self.address, self.digits = like[0], len(like[1])
        smallest = _segno(like)
        self.version = int(smallest.version)
        self.side = len(smallest.matrix)
        self.modules = self.side + 2 * QUIET_ZONE
        self._bits: Callable[[str], int] = (
            partial(_linear, _effects(self.address, self.digits, self.version))
            if count >= _PAYS_OFF
            else partial(_encode, self.address, self.version)
        )

    def path(self, code: Segments) -> str:
        """The dark modules as an SVG path, one unit a module, quiet zone counted in."""
        if (code[0], len(code[1])) != (self.address, self.digits):
            raise ValueError("A batch of codes has one address and one length of token.")
        bits = format(self._bits(code[1]), f"0{self.side**2}b")
        return outline([bits[i : i + self.side] for i in range(0, len(bits), self.side)])


def link_code(link: str) -> tuple[str, int]:
    """The code of a link or a serial: its path, and its side in modules with the quiet zone."""
    rows = segno.make(link, error="m", micro=False).matrix
    lines = ["".join("1" if dark else "0" for dark in row) for row in rows]
    return outline(lines), len(lines) + 2 * QUIET_ZONE


def terminal_code(link: str) -> list[str]:
    """The code of a web link as lines of half blocks, light on dark."""
    drawn = io.StringIO()
    segno.make(link, error="m", micro=False).terminal(out=drawn, compact=True)
    return drawn.getvalue().splitlines()


def outline(rows: Sequence[str]) -> str:
    """Rows of 0 and 1 as one path, each horizontal run of dark modules a rectangle.

    In one path, touching rectangles leave no seam, however a viewer smooths edges.
    """
    drawn = _rectangles(len(rows))
    return "".join(
        drawn[y][run.start()][run.end()] for y, row in enumerate(rows) for run in _RUN.finditer(row)
    )


@cache
def _rectangles(side: int) -> list[list[list[str]]]:
    """By row, start and end: the path of a run. Writing 600 runs a code is the rest of the cost."""
    return [
        [
            [
                f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{end - x}v1h{x - end}z"
                for end in range(side + 1)
            ]
            for x in range(side)
        ]
        for y in range(side)
    ]


def _encode(address: str, version: int, digits: str) -> int:
    """A symbol by segno, row by row as the bits of one integer."""
    code = _segno((address, digits), version, _MASK)
    return int("".join("1" if dark else "0" for row in code.matrix for dark in row), 2)


def _segno(code: Segments, version: int | None = None, mask: int | None = None) -> segno.QRCode:
    return segno.make(
        list(code),  # type: ignore[arg-type]  # segno takes segments; its types do not say so
        version=version,
        error="m",
        mask=mask,
        boost_error=False,
        micro=False,
    )


Effects = tuple[int, list[tuple[int, list[int], list[int]]]]
"""The symbol of zeros; then for each group of digits: where it begins, what its five low bits do
to the symbol, and what its five high bits do."""


@cache
def _effects(address: str, digits: int, version: int) -> Effects:
    """What each group of three digits, which numeric mode writes as ten bits, does to a symbol."""
    zeros = "0" * digits
    nothing = _encode(address, version, zeros)

    def effect(start: int, bit: int) -> int:
        width = min(3, digits - start)
        if 1 << bit >= 10**width:
            return 0
        group = str(1 << bit).zfill(width)
        lit = zeros[:start] + group + zeros[start + width :]
        return nothing ^ _encode(address, version, lit)

    return nothing, [
        (
            start,
            _combinations([effect(start, bit) for bit in range(5)]),
            _combinations([effect(start, bit) for bit in range(5, 10)]),
        )
        for start in range(0, digits, 3)
    ]


def _combinations(effects: Sequence[int]) -> list[int]:
    """The XOR of every subset of five effects, indexed by the subset's bits."""
    sums = [0]
    for effect in effects:
        sums += [sum_ ^ effect for sum_ in sums]
    return sums


def _linear(effects: Effects, digits: str) -> int:
    """A symbol from the effects of its bits."""
    symbol, groups = effects
    for start, low, high in groups:
        number = int(digits[start : start + 3])
        symbol ^= low[number & 31] ^ high[number >> 5]
    return symbol
