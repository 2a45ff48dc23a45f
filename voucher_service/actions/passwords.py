"""Passwords: kept as argon2id, tried in the same time whether or not the account exists."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from voucher_service.core.passwords import MOST

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's figures: about 30 ms, so that signing in holds nobody up."""

_NOBODY = _HASHER.hash("an account that does not exist")


def hashed(password: str) -> str:
    """How a password is kept."""
    return _HASHER.hash(_composed(password))


def is_password(kept: str | None, password: str) -> bool:
    """Whether it is the password. Without one, the work is done all the same: nobody can tell."""
    try:
        _HASHER.verify(kept or _NOBODY, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def _composed(password: str) -> str:
    """The same letters typed on another system are the same password (RFC 8265).

    What is longer than any password may be is cut: composing takes the square of the number of
    marks on one letter, and anybody may send a quarter of a million.
    """
    return unicodedata.normalize("NFC", password[: MOST + 1])
