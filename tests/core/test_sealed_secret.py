"""A secret under a passphrase opens with that passphrase and nothing else."""

import pytest

from voucher_service.core.sealed_secret import lock, unlock

SECRET, SALT, NONCE = bytes(range(32)), bytes(16), bytes(12)


def test_only_the_passphrase_opens_it():
    locked = lock(SECRET, b"correct horse", SALT, NONCE)
    assert SECRET not in locked
    assert unlock(locked, b"correct horse", SALT, NONCE) == SECRET
    for other in (
        (locked, b"correct house", SALT, NONCE),
        (locked[:-1] + bytes([locked[-1] ^ 1]), b"correct horse", SALT, NONCE),
        (locked, b"correct horse", bytes([1] * 16), NONCE),
    ):
        with pytest.raises(ValueError, match="does not open"):
            unlock(*other)
