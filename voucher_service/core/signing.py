"""The signed pass: sealing one with a private key, opening one with the public keys we trust.

A CBOR Web Token (RFC 8392) in a tagged COSE_Sign1 (RFC 9052). Anything not exactly of our shape
is refused, because a signature alone does not cover the tag and the unprotected map. The algorithm
belongs to the key, never to the pass. Whether a pass was spent is not known here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from voucher_service.core import cbor
from voucher_service.core.attestation import base64url
from voucher_service.core.pass_text import to_bytes
from voucher_service.core.reasons import Reason

SIGN1, ALG, KID, EXP, CTI, CLAIMS, VERSION = 18, 1, 4, 4, 7, -65537, 1
"""COSE_Sign1's tag; header labels alg, kid; claims exp, cti; our private claim; its version."""

ALGORITHMS = {"Ed25519": -19, "ES256": -7}
"""The closed list, by COSE number (RFC 9864, RFC 9053). Both signatures have 64 bytes."""

SIGNATURE_BYTES, BOOKLET_BYTES, KID_BYTES = 64, 6, 2

TRAINING_KID = bytes(KID_BYTES)
"""Of the passes that phones train with. No key of a service may bear it."""


class KeyStatus(StrEnum):
    """What a public key is trusted for. ``retired`` signs nothing new; its passes stay good."""

    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key of the trust list. ``public``: 32 raw bytes, or an uncompressed P-256 point.

    It may sign from ``not_before`` to ``not_after``; what it signed then stays verifiable.
    """

    kid: bytes
    alg: str
    public: bytes
    not_before: datetime
    not_after: datetime
    status: KeyStatus

    def may_sign(self, now: datetime) -> bool:
        """Whether new passes may bear this key."""
        return self.status is KeyStatus.ACTIVE and self.not_before <= now <= self.not_after


@dataclass(frozen=True, slots=True)
class PassToken:
    """What a pass says. ``expires_at`` is Unix time, the last valid second."""

    kid: bytes
    booklet_id: bytes
    number: int
    campaign: int
    face_value_cents: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A genuine pass, and the key that says so. A revoked key still opens: see its status."""

    token: PassToken
    key: PublicKey


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """What the signature covers: the Sig_structure of RFC 9052, 4.4, whose text is fixed."""
    head = b"\x84\x6aSignature1" + cbor.encode(protected) + b"\x40"
    return head + cbor.encode(payload)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that makes passes. Lives only in the process that prints."""

    kid: bytes
    private: Ed25519PrivateKey

    def seal(
        self,
        booklet_id: bytes,
        number: int,
        campaign: int,
        face_value_cents: int,
        expires_at: int,
    ) -> bytes:
        """The token of one pass. The same pass always gives the same bytes.

        Raises ``ValueError`` for what no reader would open: nobody finds out before it is on paper.
        """
        header: cbor.Value = {ALG: ALGORITHMS["Ed25519"], KID: self.kid}
        claims: cbor.Value = {
            EXP: expires_at,
            CTI: booklet_id + bytes([number]),
            CLAIMS: [VERSION, campaign, face_value_cents],
        }
        protected, payload = cbor.encode(header), cbor.encode(claims)
        if not (_kid_of(protected) and _claims_of(claims, self.kid)):
            raise ValueError(f"pass {number} of booklet {booklet_id.hex()} has not our shape")
        signature = self.private.sign(_signed_bytes(protected, payload))
        return cbor.encode(cbor.Tagged(SIGN1, [protected, {}, payload, signature]))

    @property
    def public(self) -> bytes:
        """Its public half, 32 raw bytes."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def to_encrypted_pem(self, passphrase: bytes) -> bytes:
        """PKCS#8, encrypted with a passphrase, for the file that keeps it outside the tree."""
        return self.private.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase)
        )

    @classmethod
    def from_encrypted_pem(cls, kid: bytes, pem: bytes, passphrase: bytes) -> "SigningKey":
        """The key in such a file; raises ``ValueError`` for a wrong passphrase or another kind."""
        try:
            private = load_pem_private_key(pem, passphrase)
        except TypeError as mismatch:  # the library's word for a passphrase too many or too few
            raise ValueError(str(mismatch)) from mismatch
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")  # noqa: TRY004 - a file's content, not a type
        return cls(kid, private)


def generate(kid: bytes) -> SigningKey:
    """A new random key."""
    return SigningKey(kid, Ed25519PrivateKey.generate())


class Keyring:
    """The public keys we trust, ready to verify with."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        self._keys = {key.kid: (key, _verifier(key)) for key in keys}

    def open(self, text: str) -> Opened | Reason:
        """The pass in a text, or why it is none: text, token, key, signature, in this order."""
        token = to_bytes(text)
        return Reason.UNREADABLE if token is None else self.open_token(token)

    def open_token(self, token: bytes) -> Opened | Reason:
        """The same from the bytes."""
        read = _read(token)
        if read is None:
            return Reason.UNREADABLE
        algorithm, claims, protected, payload, signature = read
        known = self._keys.get(claims.kid)
        if known is None:
            return Reason.UNKNOWN_KEY
        key, verifier = known
        if algorithm != ALGORITHMS[key.alg]:
            return Reason.BAD_SIGNATURE
        if not _verifies(verifier, signature, _signed_bytes(protected, payload)):
            return Reason.BAD_SIGNATURE
        return Opened(claims, key)


Verifier = Ed25519PublicKey | EllipticCurvePublicKey


def _verifier(key: PublicKey) -> Verifier:
    if key.alg == "Ed25519":
        return Ed25519PublicKey.from_public_bytes(key.public)
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key.public)


def _verifies(verifier: Verifier, signature: bytes, message: bytes) -> bool:
    try:
        if isinstance(verifier, Ed25519PublicKey):
            verifier.verify(signature, message)
        else:
            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            verifier.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _read(token: bytes) -> tuple[int, PassToken, bytes, bytes, bytes] | None:
    """(algorithm, claims, protected, payload, signature) of exactly our shape, or nothing."""
    try:
        match cbor.decode(token):
            case cbor.Tagged(
                tag,
                [bytes() as protected, {**unprotected}, bytes() as payload, bytes() as signature],
            ) if tag == SIGN1 and not unprotected and len(signature) == SIGNATURE_BYTES:
                kid, claims = _kid_of(protected), cbor.decode(payload)
            case _:
                return None
    except cbor.NotCanonical:
        return None
    known = _claims_of(claims, kid[1]) if kid else None
    return (kid[0], known, protected, payload, signature) if kid and known else None


@lru_cache(maxsize=256)
def _kid_of(protected: bytes) -> tuple[int, bytes] | None:
    """The (algorithm, kid) of a header. Every pass of a key bears the same one."""
    match cbor.decode(protected):
        case {1: int() as algorithm, 4: bytes() as kid, **rest} if (
            not rest and len(kid) == KID_BYTES and algorithm in ALGORITHMS.values()
        ):
            return algorithm, kid
        case _:
            return None


def _claims_of(claims: cbor.Value, kid: bytes) -> PassToken | None:
    match claims:
        case {
            4: int() as exp,
            7: bytes() as cti,
            -65537: [int() as version, int() as campaign, int() as cents],
            **rest,
        } if (
            not rest
            and version == VERSION
            and len(cti) == BOOKLET_BYTES + 1
            and min(exp, campaign, cents, cti[-1] - 1) >= 0
        ):
            return PassToken(kid, cti[:BOOKLET_BYTES], cti[-1], campaign, cents, exp)
        case _:
            return None


def to_jwk(key: PublicKey) -> dict[str, str]:
    """A public key as a JSON Web Key (RFC 8037, RFC 7518)."""
    common = {"kid": key.kid.hex(), "use": "sig", "status": key.status.value}
    if key.alg == "Ed25519":
        return common | {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "Ed25519",
            "x": base64url(key.public),
        }
    x, y = key.public[1:33], key.public[33:65]
    return common | {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "x": base64url(x),
        "y": base64url(y),
    }


def listed(key: PublicKey) -> dict[str, str]:
    """A public key as it stands in a trust list."""
    facts = {
        "kid": key.kid.hex(),
        "alg": key.alg,
        "public": base64url(key.public),
        "status": key.status.value,
    }
    return facts | period_of(key)


def period_of(key: PublicKey) -> dict[str, str]:
    """When a key may sign, as a trust list says it."""
    return {"not_before": key.not_before.isoformat(), "not_after": key.not_after.isoformat()}
