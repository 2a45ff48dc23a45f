"""The twelve signs printed under a QR code, for a paired phone whose camera cannot read it.

Computed, never stored: the booklet's index and the pass number, scrambled by FF1 (NIST SP 800-38G)
under a secret key, then two check signs that catch slips of the hand. It proves nothing by itself:
whoever asks must be a paired phone, online, and its failures are counted.
"""

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U."""

TWEAK = b"pass-typed-1"
DATA, CHECKS = 10, 2
ROUNDS, BLOCK = 10, 16
"""Of FF1, and bytes of AES."""

INDEX_BITS, NUMBER_BITS = 42, 8
LONGEST = 40
"""Signs a typed text may have with its spaces and hyphens."""

_VALUES = {sign: value for value, sign in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}

# GF(32) with the primitive polynomial x^5 + x^2 + 1: powers of α, and their logarithms.
_ORDER = 31
_POWERS = [1]
while len(_POWERS) < _ORDER:
    _next = _POWERS[-1] << 1
    _POWERS.append(_next ^ 0b100101 if _next & 32 else _next)
_LOGS = {value: power for power, value in enumerate(_POWERS)}


def _times(a: int, b: int) -> int:
    return _POWERS[(_LOGS[a] + _LOGS[b]) % _ORDER] if a and b else 0


# The generator (x - α)(x - α²) = x² + G1·x + G0; minus is plus in GF(32).
_G1, _G0 = _POWERS[1] ^ _POWERS[2], _POWERS[3]


def _with_checks(data: Sequence[int]) -> list[int]:
    """The data followed by the remainder of data·x² by the generator."""
    high, low = 0, 0
    for symbol in data:
        lead = symbol ^ high
        high, low = low ^ _times(lead, _G1), _times(lead, _G0)
    return [*data, high, low]


def _symbols(text: str) -> list[int] | None:
    """The twelve values of a typed text whose check signs agree, or nothing."""
    if len(text) > LONGEST:
        return None
    kept = text.upper().replace(" ", "").replace("-", "")
    if len(kept) != DATA + CHECKS or any(sign not in _VALUES for sign in kept):
        return None
    symbols = [_VALUES[sign] for sign in kept]
    return symbols if _with_checks(symbols[:DATA]) == symbols else None


def well_formed(text: str) -> bool:
    """Whether a text is a typed code without a slip. Needs no key."""
    return _symbols(text) is not None


Block = Callable[[bytes], bytes]
"""AES of one block of 16 bytes."""


class FF1:
    """Format-preserving encryption FF1 of ``length`` digits of a radix (NIST SP 800-38G, 5.1).

    What does not depend on the digits is computed once. May be shared between threads.
    """

    def __init__(self, key: bytes, radix: int, tweak: bytes, length: int) -> None:
        self._cipher = Cipher(AES(key), ECB())  # noqa: S305 - single blocks, as FF1 is defined
        self._radix, self._length, self._u = radix, length, length // 2
        v = length - self._u
        self._moduli = radix**self._u, radix**v
        self._b = -(-(self._moduli[1] - 1).bit_length() // 8)
        self._d = 4 * -(-self._b // 4) + 4
        head = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([ROUNDS, self._u % 256])
        head += length.to_bytes(4, "big") + len(tweak).to_bytes(4, "big")
        fixed = head + tweak + bytes((-len(tweak) - self._b - 1) % BLOCK)
        whole = len(fixed) - len(fixed) % BLOCK
        self._start = _chained(self._cipher.encryptor().update, bytes(BLOCK), fixed[:whole])
        self._rest = fixed[whole:]

    def encrypt(self, digits: Sequence[int]) -> list[int]:
        """The digits scrambled."""
        # A context of this call's own: one that threads share must not be used by two at once.
        block = self._cipher.encryptor().update
        left, right = self._number(digits[: self._u]), self._number(digits[self._u :])
        for turn in range(ROUNDS):
            mixed = (left + self._round(block, turn, right)) % self._moduli[turn % 2]
            left, right = right, mixed
        return self._digits(left, self._u) + self._digits(right, self._length - self._u)

    def decrypt(self, digits: Sequence[int]) -> list[int]:
        """The digits put back."""
        block = self._cipher.encryptor().update
        left, right = self._number(digits[: self._u]), self._number(digits[self._u :])
        for turn in reversed(range(ROUNDS)):
            unmixed = (right - self._round(block, turn, left)) % self._moduli[turn % 2]
            left, right = unmixed, left
        return self._digits(left, self._u) + self._digits(right, self._length - self._u)

    def _round(self, block: Block, turn: int, half: int) -> int:
        """The round function: a CBC-MAC of the fixed part and one half, stretched to d bytes."""
        body = self._rest + bytes([turn]) + half.to_bytes(self._b, "big")
        mac = _chained(block, self._start, body)
        stretched = mac
        for j in range(1, -(-self._d // BLOCK)):
            stretched += block(_xor(mac, j.to_bytes(BLOCK, "big")))
        return int.from_bytes(stretched[: self._d], "big")

    def _number(self, digits: Sequence[int]) -> int:
        number = 0
        for digit in digits:
            number = number * self._radix + digit
        return number

    def _digits(self, number: int, count: int) -> list[int]:
        digits: list[int] = []
        for _ in range(count):
            number, digit = divmod(number, self._radix)
            digits.append(digit)
        return digits[::-1]


def _chained(block: Block, state: bytes, data: bytes) -> bytes:
    """The state of a CBC-MAC after some more whole blocks."""
    for place in range(0, len(data), BLOCK):
        state = block(_xor(state, data[place : place + BLOCK]))
    return state


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(BLOCK, "big")


class TypedCodes:
    """Typed codes under one secret key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._ff1 = FF1(key, len(ALPHABET), TWEAK, DATA)

    def write(self, index: int, number: int) -> str:
        """The code of a pass: its booklet's index (42 bits) and its number (0 to 255).

        Raises ``ValueError`` beyond: a number that wraps would be the code of another pass.
        """
        if index >> INDEX_BITS or number >> NUMBER_BITS:
            raise ValueError(f"no typed code for pass {number} of booklet {index}")
        plain = index << NUMBER_BITS | number
        digits = [plain >> 5 * (DATA - 1 - place) & 31 for place in range(DATA)]
        signs = "".join(ALPHABET[value] for value in _with_checks(self._ff1.encrypt(digits)))
        return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"

    def read(self, text: str) -> tuple[int, int] | None:
        """The (index, number) of a typed text, or nothing when it has a slip."""
        symbols = _symbols(text)
        if symbols is None:
            return None
        plain = 0
        for digit in self._ff1.decrypt(symbols[:DATA]):
            plain = plain << 5 | digit
        return plain >> NUMBER_BITS, plain & (1 << NUMBER_BITS) - 1
