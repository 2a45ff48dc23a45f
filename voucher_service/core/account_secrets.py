"""What the accounts' key makes: secrets of links in mails, proofs of forms, sealed authenticators.

The key is 32 bytes that no database holds, so that a copy of the database opens no account. Each
use has a purpose, and what was made for one is worth nothing for another. Makes no randomness.
"""

import hmac
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from voucher_service.core.attestation import base64url

_LINK = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class AccountsKey:
    """The key, and what is made with it."""

    secret: bytes = field(repr=False)

    def link(self, purpose: str, number: int) -> str:
        """The text of a mail's link to the row of this number: nobody else can make it."""
        return f"{number}-{base64url(self._mac(f'link {purpose} {number}'))}"

    def number_in(self, purpose: str, text: str) -> int | None:
        """The number that a link names, if we made it for this purpose."""
        found = _LINK.fullmatch(text)
        if found is None:
            return None
        number = int(found[1])
        good = hmac.compare_digest(self.link(purpose, number).encode(), text.encode())
        return number if good else None

    def form_token(self, cookie: str) -> str:
        """What a form carries to show that it came from a page given to this browser."""
        return base64url(self._mac(f"form {cookie}"))

    def good_form_token(self, cookie: str, text: str) -> bool:
        """Whether a form came from a page of ours in this browser."""
        return hmac.compare_digest(self.form_token(cookie).encode(), text.encode())

    def next_cookie(self, cookie: str, form_key: str) -> str:
        """What follows a cookie when more was proved by a form.

        Made from both, so that a click too many does not lose the sitting that the first one
        raised; and whoever has only the cookie, and not that page, is not raised with it.
        """
        return base64url(self._mac(f"cookie {cookie} {form_key}"))

    def kept_cookie(self, cookie: str) -> str:
        """What finds again the forms that were being filled in when this cookie's sitting ended.

        Made from it, so that two forms sent at once are found by the same one.
        """
        return base64url(self._mac(f"kept {cookie}"))

    def recovery_hash(self, person: int, code: str) -> bytes:
        """How a recovery code is kept: nobody without the key can try codes on a copy."""
        return self._mac(f"recovery {person} {code}")

    def short_hash(self, text: str) -> str:
        """An address or a mail as a count of tries knows it."""
        return base64url(self._mac(f"tries {text}"))[:16]

    def sign(self, purpose: str, text: str) -> str:
        """A text of ours that goes through somebody's browser, with our sign before it."""
        return f"{base64url(self._mac(f'{purpose} {text}'))}.{text}"

    def signed(self, purpose: str, text: str) -> str | None:
        """The text that we signed for this purpose; nothing for any other."""
        told = text.partition(".")[2]
        good = hmac.compare_digest(self.sign(purpose, told).encode(), text.encode())
        return told if good else None

    def seal(self, secret: bytes, owner: bytes, nonce: bytes) -> bytes:
        """An authenticator's secret under this key; ``nonce`` is 12 fresh random bytes."""
        return _seal(self._box("authenticators"), secret, owner, nonce)

    def unseal(self, sealed: bytes, owner: bytes) -> bytes:
        """The secret again; raises ``ValueError`` when the key or the owner is another."""
        return _unseal(self._box("authenticators"), sealed, owner)

    def seal_form(self, told: bytes, cookie: str, owner: bytes, nonce: bytes) -> bytes:
        """What somebody typed, under this key and the cookie of their browser together."""
        return _seal(self._box(f"kept form {cookie}"), told, owner, nonce)

    def unseal_form(self, sealed: bytes, cookie: str, owner: bytes) -> bytes:
        """The same again; raises ``ValueError`` when the key, browser or owner is another."""
        return _unseal(self._box(f"kept form {cookie}"), sealed, owner)

    def _box(self, purpose: str) -> AESGCM:
        return AESGCM(self._mac(purpose))

    def _mac(self, purpose: str) -> bytes:
        return hmac.digest(self.secret, purpose.encode(), "sha256")


def _seal(box: AESGCM, secret: bytes, owner: bytes, nonce: bytes) -> bytes:
    return nonce + box.encrypt(nonce, secret, owner)


def _unseal(box: AESGCM, sealed: bytes, owner: bytes) -> bytes:
    try:
        return box.decrypt(sealed[:12], sealed[12:], owner)
    except InvalidTag as wrong:
        raise ValueError("sealed by another key, or for somebody else") from wrong
