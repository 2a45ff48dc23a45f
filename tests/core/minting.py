"""The test keys behind the vectors, and passes made with them, as odd as a case needs."""

from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from voucher_service.core import cbor
from voucher_service.core.signing import (
    ALG,
    ALGORITHMS,
    CLAIMS,
    CTI,
    EXP,
    KID,
    SIGN1,
    KeyStatus,
    PublicKey,
    SigningKey,
)

NOW = datetime(2027, 1, 15, 12, 0, tzinfo=UTC)
BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
EXPIRES = 1893452399
BOOKLET = bytes.fromhex("0123456789ab")


def _ed25519(kid: str, seed: bytes) -> SigningKey:
    return SigningKey(bytes.fromhex(kid), Ed25519PrivateKey.from_private_bytes(seed))


ACTIVE = _ed25519("2601", bytes(range(32)))
RETIRED = _ed25519("2501", bytes(range(1, 33)))
REVOKED = _ed25519("2502", bytes(range(2, 34)))
STRANGER = _ed25519("9999", bytes(range(3, 35)))
P256: EllipticCurvePrivateKey = derive_private_key(int.from_bytes(bytes(range(4, 36))), SECP256R1())
P256_KID = bytes.fromhex("2602")
TYPED_KEY = bytes(range(32, 64))


def trust_list() -> list[PublicKey]:
    """The public keys behind the vectors."""
    point = P256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = [(ACTIVE, KeyStatus.ACTIVE), (RETIRED, KeyStatus.RETIRED), (REVOKED, KeyStatus.REVOKED)]
    ed25519 = [
        PublicKey(key.kid, "Ed25519", key.public, BEGINS, ENDS, status) for key, status in keys
    ]
    return [*ed25519, PublicKey(P256_KID, "ES256", point, BEGINS, ENDS, KeyStatus.ACTIVE)]


def sealed(key: SigningKey = ACTIVE, **odd: Any) -> bytes:
    """A pass well signed by a key, with an odd ``header``, ``claims`` or ``envelope``.

    Header and claims may be given as bytes, for forms that our encoder never writes.
    """
    protected = _encoded(odd.get("header", {ALG: ALGORITHMS["Ed25519"], KID: key.kid}))
    payload = _encoded(odd.get("claims", claims()))
    signature = key.private.sign(signed_bytes(protected, payload))
    envelope = odd.get("envelope", lambda parts: cbor.Tagged(SIGN1, parts))
    return cbor.encode(envelope([protected, {}, payload, signature]))


def _encoded(part: Any) -> bytes:
    return part if isinstance(part, bytes) else cbor.encode(part)


def signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """What a signature covers (RFC 9052, 4.4), written by other means than ours."""
    parts = [
        bytes([0x58, len(part)]) + part if len(part) > 23 else bytes([0x40 + len(part)]) + part
        for part in (protected, b"", payload)
    ]
    return b"\x84\x6aSignature1" + b"".join(parts)


def claims(**changed: Any) -> dict[int, Any]:
    """The claims of the reference pass, and what a case changes."""
    given = {"exp": EXPIRES, "cti": BOOKLET + b"\x07", "claim": [1, 17, 1000]} | changed
    return {EXP: given["exp"], CTI: given["cti"], CLAIMS: given["claim"]}


def es256_pass() -> bytes:
    """A pass signed with the other algorithm of the closed list (RFC 6979, so always the same)."""
    protected = cbor.encode({ALG: ALGORITHMS["ES256"], KID: P256_KID})
    payload = cbor.encode(claims())
    algorithm = ECDSA(SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(P256.sign(signed_bytes(protected, payload), algorithm))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return cbor.encode(cbor.Tagged(SIGN1, [protected, {}, payload, signature]))


REFERENCE, ES256 = sealed(), es256_pass()
