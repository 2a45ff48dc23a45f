"""What a password must not be. Length is what protects; rules about signs only annoy.

NIST SP 800-63B and ANSSI: at least twelve signs, none of the common ones, nothing of the account.
"""

import re
from collections.abc import Collection, Iterable

LEAST, MOST = 12, 256

FEW_SIGNS = 5
"""A password of so few different signs is a pattern."""

SHORT_WORD = 4

_BARE = re.compile(r"[^a-zà-ÿ]+")


def weakness(password: str, about: Iterable[str], common: Collection[str]) -> str | None:
    """Why a password is refused, as a word; nothing when it is good.

    ``about`` is what others know of the account (name, mail address), ``common`` the passwords that
    are tried first, in small letters.
    """
    if not LEAST <= len(password) <= MOST:
        return "password_length"
    small = password.lower()
    if len(set(small)) < FEW_SIGNS or small in common or _is_dressed_up(small, common):
        return "password_common"
    if any(part in small for part in _parts(about)):
        return "password_personal"
    return None


def _is_dressed_up(small: str, common: Collection[str]) -> bool:
    """Whether it is a common one, repeated or with figures and signs around it."""
    bare = _BARE.sub("", small)
    halves = (small[: len(small) // 2], bare, bare[: len(bare) // 2])
    repeated = small == halves[0] * 2 or (bare and bare == halves[2] * 2)
    return bool(
        (bare in common and len(bare) * 2 >= len(small))
        or (repeated and (halves[0] in common or halves[2] in common))
    )


def _parts(about: Iterable[str]) -> Iterable[str]:
    for text in about:
        for part in re.split(r"[^\w]+", text.lower().partition("@")[0]):
            if len(part) > SHORT_WORD:
                yield part
