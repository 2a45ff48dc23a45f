"""Codes of authenticator apps: six digits that change each half minute (RFC 6238, SHA-1).

SHA-1 is what every app knows, and is not what the safety rests on here. Reads no clock.
"""

import base64
import hmac
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

SECRET_BYTES = 20
DIGITS = 6
STEP_SECONDS = 30


def step_of(at: datetime) -> int:
    """The number of the half minute."""
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """What an app shows in that half minute."""
    return HOTP(secret, DIGITS, SHA1()).generate(step).decode()  # noqa: S303 - see above


def matching_step(secret: bytes, code: str, now: datetime, used: int | None) -> int | None:
    """The half minute whose code was given: this one, or one beside it for clocks that differ.

    ``used`` is the last one that let somebody in: it and earlier ones do so no more.
    """
    middle = step_of(now)
    for step in (middle, middle - 1, middle + 1):
        fresh = used is None or step > used
        if fresh and hmac.compare_digest(code_of(secret, step).encode(), code.encode()):
            return step
    return None


def written(secret: bytes) -> str:
    """The secret as apps take it: base 32."""
    return base64.b32encode(secret).decode().rstrip("=")


def typed_secret(secret: bytes) -> str:
    """The secret as a person types it, in fours."""
    text = written(secret)
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
