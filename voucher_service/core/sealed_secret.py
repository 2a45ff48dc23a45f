"""A secret locked with a passphrase, to travel: scrypt and AES-256-GCM, with fixed parameters.

Nothing of the file says how hard the passphrase is to try, so no file can make it easier. This
module makes no randomness and keeps nothing.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

COST, BLOCK, PARALLEL = 2**16, 8, 1
"""Of scrypt: 64 MiB and a fraction of a second a try (RFC 7914)."""

SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32

PURPOSE = b"pass-numerique secret, version 1"


def lock(secret: bytes, passphrase: bytes, salt: bytes, nonce: bytes) -> bytes:
    """The secret under a passphrase. ``salt`` and ``nonce`` are fresh, random, and kept with it."""
    return AESGCM(_key(passphrase, salt)).encrypt(nonce, secret, PURPOSE)


def unlock(locked: bytes, passphrase: bytes, salt: bytes, nonce: bytes) -> bytes:
    """The secret behind :func:`lock`; raises ``ValueError`` where the passphrase is another."""
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, locked, PURPOSE)
    except InvalidTag as wrong:
        raise ValueError("this passphrase does not open it") from wrong


def _key(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt, KEY_BYTES, COST, BLOCK, PARALLEL).derive(passphrase)
