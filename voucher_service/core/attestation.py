"""Signing what leaves the house: statements, trust lists, snapshots. Ed25519 over a SHA-256.

The statement key is online and signs documents only; it can never make a pass (``core.signing``).
Whoever has the document, the signature and the public key can check without us.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


@dataclass(frozen=True, slots=True)
class StatementKey:
    """The service's online signing key. ``kid`` names it in the trust list."""

    kid: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """Its public half, 32 raw bytes."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def secret(self) -> bytes:
        """Its private half, 32 raw bytes, for the file that keeps it outside the tree."""
        return self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())

    def sign(self, document: bytes) -> bytes:
        """The signature, 64 bytes, of the document's SHA-256."""
        return self.private.sign(hashlib.sha256(document).digest())


def statement_key(secret: bytes) -> StatementKey:
    """The key behind 32 secret bytes. Its kid is the start of its public half's SHA-256."""
    private = Ed25519PrivateKey.from_private_bytes(secret)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return StatementKey(hashlib.sha256(public).hexdigest()[:16], private)


def verify(document: bytes, signature: bytes, public: bytes) -> bool:
    """Whether a document was signed by the holder of a public key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, hashlib.sha256(document).digest())
    except (InvalidSignature, ValueError):
        return False
    return True


def base64url(data: bytes) -> str:
    """Bytes as JSON web documents write them."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes behind :func:`base64url`; raises ``ValueError``."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
