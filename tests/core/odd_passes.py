"""Passes that must open nothing: of another shape, of another form, badly signed, or no pass.

All but the badly signed ones bear a signature that holds: only the shape can betray them.
"""

from tests.core.minting import (
    ACTIVE,
    BOOKLET,
    ES256,
    EXPIRES,
    P256_KID,
    REFERENCE,
    RETIRED,
    REVOKED,
    STRANGER,
    claims,
    sealed,
)
from voucher_service.core import cbor
from voucher_service.core.pass_text import to_digits
from voucher_service.core.signing import ALG, ALGORITHMS, CLAIMS, CTI, EXP, KID


def odd_shapes() -> list[tuple[str, bytes]]:
    """Well signed, and not exactly our shape."""
    eddsa = {ALG: -8, KID: ACTIVE.kid}
    return [
        ("no tag", sealed(envelope=lambda parts: parts)),
        ("another tag", sealed(envelope=lambda parts: cbor.Tagged(17, parts))),
        ("a tag around the tag", sealed(envelope=lambda p: cbor.Tagged(61, cbor.Tagged(18, p)))),
        ("three elements", sealed(envelope=lambda parts: cbor.Tagged(18, parts[:3]))),
        ("five elements", sealed(envelope=lambda parts: cbor.Tagged(18, [*parts, 0]))),
        (
            "something unprotected",
            sealed(envelope=lambda p: cbor.Tagged(18, [p[0], {1: 1}, *p[2:]])),
        ),
        (
            "a signature of 63 bytes",
            sealed(envelope=lambda p: cbor.Tagged(18, [*p[:3], p[3][:63]])),
        ),
        (
            "a signature of 65 bytes",
            sealed(envelope=lambda p: cbor.Tagged(18, [*p[:3], p[3] + b"0"])),
        ),
        ("the deprecated algorithm number", sealed(header=eddsa)),
        ("no algorithm", sealed(header={KID: ACTIVE.kid})),
        ("no key id", sealed(header={ALG: -19})),
        ("a key id of three bytes", sealed(header={ALG: -19, KID: b"\x26\x01\x00"})),
        ("a third header", sealed(header={ALG: -19, KID: ACTIVE.kid, 5: b"0"})),
        ("no expiry", sealed(claims={CTI: BOOKLET + b"\x07", CLAIMS: [1, 17, 1000]})),
        ("no id", sealed(claims={EXP: EXPIRES, CLAIMS: [1, 17, 1000]})),
        ("no claim of ours", sealed(claims={EXP: EXPIRES, CTI: BOOKLET + b"\x07"})),
        ("one more claim", sealed(claims=claims() | {5: 1})),
        ("a newer version", sealed(claims=claims(claim=[2, 17, 1000]))),
        ("two numbers in our claim", sealed(claims=claims(claim=[1, 17]))),
        ("four numbers in our claim", sealed(claims=claims(claim=[1, 17, 1000, 0]))),
        ("a negative value", sealed(claims=claims(claim=[1, 17, -1000]))),
        ("a negative campaign", sealed(claims=claims(claim=[1, -1, 1000]))),
        ("a negative expiry", sealed(claims=claims(exp=-1))),
        ("pass number zero", sealed(claims=claims(cti=BOOKLET + b"\x00"))),
        ("an id of six bytes", sealed(claims=claims(cti=BOOKLET))),
        ("an id of eight bytes", sealed(claims=claims(cti=BOOKLET + b"\x07\x07"))),
        ("claims that are no map", sealed(claims=[1, 2, 3])),
        ("a trailing byte", REFERENCE + b"\x00"),
        ("a missing byte", REFERENCE[:-1]),
        ("a longer form of the array's length", b"\xd2\x98\x04" + REFERENCE[2:]),
        ("a longer form of the tag", b"\xd8\x12" + REFERENCE[1:]),
        ("an array without end", b"\xd2\x9f" + REFERENCE[2:] + b"\xff"),
        ("empty map, one byte", b"\xa0"),
        ("deep arrays", b"\x81" * 100 + b"\x00"),
        ("an array said to be huge", b"\xd2\x9a\xff\xff\xff\xff"),
        ("bytes said to be huge", b"\xd2\x84\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
    ]


# The pieces of the reference pass, for writing them in forms that our encoder has not.
_ALG, _KID = b"\x01\x32", b"\x04\x42\x26\x01"
_EXP, _CTI = b"\x04\x1a\x70\xdb\xca\x6f", b"\x07\x47" + BOOKLET + b"\x07"
_OURS, _VALUES = b"\x3a\x00\x01\x00\x00", b"\x83\x01\x11\x19\x03\xe8"
_TAG, _HEADER, _NONE = REFERENCE[:2], REFERENCE[2:10], REFERENCE[10:11]
_PAYLOAD, _SIGNATURE = REFERENCE[11:40], REFERENCE[40:]


def odd_headers() -> list[tuple[str, bytes]]:
    """Nearly the same header, not in its one form."""
    headers = {
        "the header in another order": b"\xa2" + _KID + _ALG,
        "the algorithm in a longer form": b"\xa2\x01\x38\x12" + _KID,
        "the key id in a longer form": b"\xa2" + _ALG + b"\x04\x58\x02\x26\x01",
        "the key id as text": b"\xa2" + _ALG + b"\x04\x62\x26\x01",
        "the algorithm twice": b"\xa3" + _ALG + _ALG + _KID,
        "a byte after the header": b"\xa2" + _ALG + _KID + b"\x00",
        "a header of no bytes": b"",
        "a header without end": b"\xbf" + _ALG + _KID + b"\xff",
    }
    return [(name, sealed(header=header)) for name, header in headers.items()]


def odd_claims() -> list[tuple[str, bytes]]:
    """Nearly the same claims, not in their one form."""
    given = {
        "the claims in another order": b"\xa3" + _CTI + _EXP + _OURS + _VALUES,
        "the expiry twice": b"\xa4" + _EXP + _EXP + _CTI + _OURS + _VALUES,
        "a byte after the claims": b"\xa3" + _EXP + _CTI + _OURS + _VALUES + b"\x00",
        "claims without end": b"\xbf" + _EXP + _CTI + _OURS + _VALUES + b"\xff",
        "a claim named in words": b"\xa4" + _EXP + _CTI + _OURS + _VALUES + b"\x61a\x00",
        "the id as text": b"\xa3" + _EXP + b"\x07\x67abcdefg" + _OURS + _VALUES,
        "the id as a number": b"\xa3" + _EXP + b"\x07\x07" + _OURS + _VALUES,
    }
    expiries = {
        "in eight bytes": b"\x1b" + bytes(4) + _EXP[2:],
        "as a floating-point number": b"\xfb\x41\xdc\x36\xf2\x9b\xc0\x00\x00",
        "as bytes": b"\x44" + _EXP[2:],
        "as text": b"\x6a1893452399",
        "as a tagged time": b"\xc1" + _EXP[1:],
        "as null": b"\xf6",
        "of 65 bits": b"\xc2\x49\x01" + bytes(8),
    }
    values = {
        "our claim as a number": b"\x01",
        "our claim as a map": b"\xa1\x01\x11",
        "our claim without end": b"\x9f\x01\x11\x19\x03\xe8\xff",
        "the version in a longer form": b"\x83\x18\x01\x11\x19\x03\xe8",
        "the value in a longer form": b"\x83\x01\x11\x1a\x00\x00\x03\xe8",
        "the value as a floating-point number": b"\x83\x01\x11\xf9\x63\xd0",
        "the value as true": b"\x83\x01\x11\xf5",
        "the value as bytes": b"\x83\x01\x11\x42\x03\xe8",
        "the campaign as null": b"\x83\x01\xf6\x19\x03\xe8",
    }
    for how, expiry in expiries.items():
        given[f"the expiry {how}"] = b"\xa3\x04" + expiry + _CTI + _OURS + _VALUES
    for how, value in values.items():
        given[how] = b"\xa3" + _EXP + _CTI + _OURS + value
    return [(name, sealed(claims=payload)) for name, payload in given.items()]


def odd_envelopes() -> list[tuple[str, bytes]]:
    """The reference pass, wrapped in other bytes. A signature alone would accept most of them."""
    longer = b"\x59\x00" + _PAYLOAD[1:]
    in_parts = b"\x5f\x58\x20" + _SIGNATURE[2:34] + b"\x58\x20" + _SIGNATURE[34:] + b"\xff"
    return [
        ("unprotected as an array", _TAG + _HEADER + b"\x80" + _PAYLOAD + _SIGNATURE),
        ("unprotected as null", _TAG + _HEADER + b"\xf6" + _PAYLOAD + _SIGNATURE),
        ("unprotected without end", _TAG + _HEADER + b"\xbf\xff" + _PAYLOAD + _SIGNATURE),
        ("the header not wrapped in bytes", _TAG + _HEADER[1:] + _NONE + _PAYLOAD + _SIGNATURE),
        ("the claims not wrapped in bytes", _TAG + _HEADER + _NONE + _PAYLOAD[2:] + _SIGNATURE),
        ("no payload", _TAG + _HEADER + _NONE + b"\xf6" + _SIGNATURE),
        ("the payload in a longer form", _TAG + _HEADER + _NONE + longer + _SIGNATURE),
        ("the signature in two parts", _TAG + _HEADER + _NONE + _PAYLOAD + in_parts),
        ("the signature as text", _TAG + _HEADER + _NONE + _PAYLOAD + b"\x78\x40" + b"a" * 64),
        ("the pass twice", REFERENCE + REFERENCE),
        ("a pass wrapped in bytes", cbor.encode(REFERENCE)),
    ]


ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def odd_signatures() -> list[tuple[str, bytes, str]]:
    """Of exactly our shape, and not signed by whom they say: name, token, reason."""
    body, signature = REFERENCE[:-64], REFERENCE[-64:]
    beyond = int.from_bytes(signature[32:], "little") + ED25519_ORDER
    payload = cbor.encode(claims())
    es256_body, order = ES256[:-64], P256_ORDER.to_bytes(32, "big")
    bad = [
        ("a signature of zeros", body + bytes(64)),
        ("the halves of the signature swapped", body + signature[32:] + signature[:32]),
        ("the signature's number beyond the order", _ending(body, signature, beyond)),
        ("another pass's signature", body + sealed(claims=claims(cti=BOOKLET + b"\x08"))[-64:]),
        ("the claims alone signed, without context", body + ACTIVE.private.sign(payload)),
        ("a signature of zeros, ES256", es256_body + bytes(64)),
        ("a signature of the order twice, ES256", es256_body + order + order),
        ("the halves swapped, ES256", es256_body + ES256[-32:] + ES256[-64:-32]),
        ("one bit turned, ES256", ES256[:-1] + bytes([ES256[-1] ^ 1])),
        ("an Ed25519 signature under ES256", es256_body + signature),
        ("an ES256 signature under Ed25519", body + ES256[-64:]),
        ("a good pass under a revoked key's id", _rekeyed(REVOKED.kid)),
        ("a good pass under a retired key's id", _rekeyed(RETIRED.kid)),
        ("an ES256 key whose header says Ed25519", _rekeyed(P256_KID)),
        ("Ed25519 said to be ES256", sealed(header={ALG: ALGORITHMS["ES256"], KID: ACTIVE.kid})),
    ]
    return [
        *((name, token, "bad_signature") for name, token in bad),
        ("of a key nobody trusts", sealed(STRANGER), "unknown_key"),
        ("of a key nobody trusts, badly signed", sealed(STRANGER)[:-64] + bytes(64), "unknown_key"),
    ]


def _ending(body: bytes, signature: bytes, number: int) -> bytes:
    return body + signature[:32] + number.to_bytes(32, "little")


def _rekeyed(kid: bytes) -> bytes:
    """The reference pass under another key's id, signed by the reference's own key."""
    return sealed(ACTIVE, header={ALG: ALGORITHMS["Ed25519"], KID: kid})


def odd_texts() -> list[tuple[str, str]]:
    """Texts that hold no token of ours."""
    digits = to_digits(REFERENCE)
    return [
        ("nothing", ""),
        ("a word", "bonjour"),
        ("an address without a code", "https://pass.example.org/p"),
        ("an address with an empty code", "https://pass.example.org/p#"),
        ("a code before the sign", f"https://pass.example.org/{digits}#"),
        ("a letter in the digits", digits[:-1] + "x"),
        ("a full-width digit", digits[:-1] + "１"),
        ("an Arabic digit", digits[:-1] + "١"),
        ("one digit less", digits[:-1]),
        ("one digit more", digits + "0"),
        ("a number too large for its width", "9" * len(digits)),
        ("a sign", "+" + digits[1:]),
        ("a space inside", digits[:100] + " " + digits[101:]),
        ("very long", "1" * 10_000),
    ]
