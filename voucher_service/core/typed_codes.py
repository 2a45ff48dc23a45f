"""The twelve signs printed under a QR code, for a paired phone whose camera cannot read it.

Computed, never stored: the booklet's index and the pass number, scrambled by FF1 (NIST SP 800-38G)
under a secret key, then two check signs that catch slips of the hand. It proves nothing by itself:
whoever asks must be a paired phone, online, and its failures are counted.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U."""

TWEAK = b"pass-typed-1"
DATA, CHECKS = 10, 2
ROUNDS = 10
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
    kept = text.upper().replace(" ", "").replace("-", "")
    if len(kept) != DATA + CHECKS or any(sign not in _VALUES for sign in kept):
        return None
    symbols = [_VALUES[sign] for sign in kept]
    return symbols if _with_checks(symbols[:DATA]) == symbols else None


def well_formed(text: str) -> bool:
    """Whether a text is a typed code without a slip. Needs no key."""
    return len(text) <= LONGEST and _symbols(text) is not None


class FF1:
    """Format-preserving encryption FF1 over digits of a radix (NIST SP 800-38G, 5.1)."""

    def __init__(self, key: bytes, radix: int, tweak: bytes) -> None:
        self._radix, self._tweak = radix, tweak
        self._block = Cipher(AES(key), ECB())  # noqa: S305 - single blocks, as FF1 is defined
        self._chain = Cipher(AES(key), CBC(bytes(16)))

    def encrypt(self, digits: Sequence[int]) -> list[int]:
        """The digits scrambled."""
        u = len(digits) // 2
        left, right = self._number(digits[:u]), self._number(digits[u:])
        for turn in range(ROUNDS):
            size = u if turn % 2 == 0 else len(digits) - u
            mixed = (left + self._round(turn, len(digits), right)) % self._radix**size
            left, right = right, mixed
        return self._digits(left, u) + self._digits(right, len(digits) - u)

    def decrypt(self, digits: Sequence[int]) -> list[int]:
        """The digits put back."""
        u = len(digits) // 2
        left, right = self._number(digits[:u]), self._number(digits[u:])
        for turn in reversed(range(ROUNDS)):
            size = u if turn % 2 == 0 else len(digits) - u
            unmixed = (right - self._round(turn, len(digits), left)) % self._radix**size
            left, right = unmixed, left
        return self._digits(left, u) + self._digits(right, len(digits) - u)

    def _round(self, turn: int, length: int, half: int) -> int:
        """The round function: a CBC-MAC of the fixed head, the tweak and one half."""
        v = length - length // 2
        b = -(-((self._radix**v - 1).bit_length()) // 8)
        d = 4 * -(-b // 4) + 4
        head = bytes([1, 2, 1]) + self._radix.to_bytes(3, "big") + bytes([10, length // 2 % 256])
        head += length.to_bytes(4, "big") + len(self._tweak).to_bytes(4, "big")
        padding = bytes((-len(self._tweak) - b - 1) % 16)
        body = self._tweak + padding + bytes([turn]) + half.to_bytes(b, "big")
        encryptor = self._chain.encryptor()
        mac = encryptor.update(head + body)[-16:]
        return int.from_bytes(self._stretch(mac, d)[:d], "big")

    def _stretch(self, mac: bytes, size: int) -> bytes:
        stretched = mac
        for j in range(1, -(-size // 16)):
            block = int.from_bytes(mac, "big") ^ j
            stretched += self._block.encryptor().update(block.to_bytes(16, "big"))
        return stretched

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


class TypedCodes:
    """Typed codes under one secret key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._ff1 = FF1(key, len(ALPHABET), TWEAK)

    def write(self, index: int, number: int) -> str:
        """The code of a pass: its booklet's index (42 bits) and its number (1 to 255)."""
        plain = (index << 8) + number
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
        return plain >> 8, plain & 255
