"""Makes ``keys/vectors.json``: ``python -m tests.core.make_vectors``. Same bytes every time."""

import json
from datetime import UTC, datetime
from pathlib import Path
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
from voucher_service.core.pass_text import to_digits
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
from voucher_service.core.typed_codes import ALPHABET, TypedCodes

FILE = Path(__file__).parents[2] / "keys" / "vectors.json"

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


Odd = dict[str, Any]


def sealed(key: SigningKey = ACTIVE, **odd: Any) -> bytes:
    """A pass well signed by a key, with an odd ``header``, ``claims`` or ``envelope``."""
    protected = cbor.encode(odd.get("header", {ALG: ALGORITHMS["Ed25519"], KID: key.kid}))
    payload = cbor.encode(odd.get("claims", claims()))
    signature = key.private.sign(signed_bytes(protected, payload))
    envelope = odd.get("envelope", lambda parts: cbor.Tagged(SIGN1, parts))
    return cbor.encode(envelope([protected, {}, payload, signature]))


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
    protected, payload = (
        cbor.encode({ALG: ALGORITHMS["ES256"], KID: P256_KID}),
        cbor.encode(claims()),
    )
    algorithm = ECDSA(SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(P256.sign(signed_bytes(protected, payload), algorithm))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return cbor.encode(cbor.Tagged(SIGN1, [protected, {}, payload, signature]))


REFERENCE = sealed()


def good_passes() -> list[Odd]:
    """Passes that open, whatever the register then says of them."""
    cases = [
        ("the reference pass", REFERENCE, "active", EXPIRES, (BOOKLET, 7, 17, 1000)),
        (
            "of a retired key: still good",
            sealed(RETIRED),
            "retired",
            EXPIRES,
            (BOOKLET, 7, 17, 1000),
        ),
        (
            "of a revoked key: see its status",
            sealed(REVOKED),
            "revoked",
            EXPIRES,
            (BOOKLET, 7, 17, 1000),
        ),
        ("signed with ES256", es256_pass(), "active", EXPIRES, (BOOKLET, 7, 17, 1000)),
    ]
    past = int(NOW.timestamp()) - 1
    for name, exp in (("ended a second ago", past), ("ends this second", past + 1)):
        cases.append((name, sealed(claims=claims(exp=exp)), "active", exp, (BOOKLET, 7, 17, 1000)))
    for number in (1, 24, 255):
        for campaign, cents in ((1, 500), (23, 1000), (24, 1), (70_000, 10_000_000)):
            odd = claims(cti=BOOKLET + bytes([number]), claim=[1, campaign, cents])
            what = (BOOKLET, number, campaign, cents)
            name = f"pass {number} of campaign {campaign} worth {cents}"
            cases.append((name, sealed(claims=odd), "active", EXPIRES, what))
    for turn in range(64):
        booklet = bytes((turn * 37 + place * 11) % 256 for place in range(6))
        what = (booklet, turn % 10 + 1, 17, 1000)
        odd = claims(cti=booklet + bytes([turn % 10 + 1]))
        cases.append((f"another booklet, {turn}", sealed(claims=odd), "active", EXPIRES, what))
    return [_opens(*case) for case in cases]


def _opens(
    name: str, token: bytes, status: str, exp: int, what: tuple[bytes, int, int, int]
) -> Odd:
    booklet, number, campaign, cents = what
    opens = {
        "booklet": booklet.hex(),
        "number": number,
        "campaign": campaign,
        "cents": cents,
        "expires": exp,
    }
    expired = exp < int(NOW.timestamp())
    return {
        "name": name,
        "text": to_digits(token),
        "opens": opens,
        "status": status,
        "expired": expired,
    }


def bad_passes() -> list[Odd]:
    """Everything that must open nothing, with the reason."""
    cases = [(name, to_digits(token), "unreadable") for name, token in odd_shapes()]
    cases += [(name, text, "unreadable") for name, text in odd_texts()]
    cases += [
        ("of a key nobody trusts", to_digits(sealed(STRANGER)), "unknown_key"),
        ("a good pass under a revoked key's id", to_digits(_rekeyed(REVOKED.kid)), "bad_signature"),
        ("Ed25519 said to be ES256", to_digits(_said_to_be(ALGORITHMS["ES256"])), "bad_signature"),
        ("an ES256 key whose header says Ed25519", to_digits(_rekeyed(P256_KID)), "bad_signature"),
    ]
    return [{"name": name, "text": text, "reason": reason} for name, text, reason in cases]


def _rekeyed(kid: bytes) -> bytes:
    """The reference pass under another key's id, with the reference's own signature."""
    return sealed(ACTIVE, header={ALG: ALGORITHMS["Ed25519"], KID: kid})


def _said_to_be(algorithm: int) -> bytes:
    return sealed(ACTIVE, header={ALG: algorithm, KID: ACTIVE.kid})


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


def mutants() -> list[Odd]:
    """Every one-bit mutant of the reference pass. None opens."""
    whole = int.from_bytes(REFERENCE, "big")
    cases = []
    for bit in range(8 * len(REFERENCE)):
        token = (whole ^ 1 << bit).to_bytes(len(REFERENCE), "big")
        cases.append({"name": f"bit {bit} turned", "text": to_digits(token), "reason": "any"})
    return cases


def addresses() -> list[Odd]:
    """The same pass behind any address, or none."""
    digits = to_digits(REFERENCE)
    texts = [
        f"https://pass.example.org/p#{digits}",
        f"http://elsewhere.example/#{digits}",
        f"#{digits}",
        f" {digits} ",
        f"https://x/#a#{digits}",
    ]
    return [good_passes()[0] | {"name": f"as {text[:24]}…", "text": text} for text in texts]


def typed_codes() -> list[Odd]:
    """Typed codes, their tolerated spellings, and slips of the hand."""
    codes = TypedCodes(TYPED_KEY)
    pairs = [(1, 1), (1, 2), (12345, 5), (2**42 - 1, 255)]
    pairs += [(index * index + 1, index % 10 + 1) for index in range(60)]
    cases: list[Odd] = [_reads(codes.write(*pair), pair, "as printed") for pair in pairs]
    code = codes.write(1, 1)
    cases.append(_reads(code.lower(), (1, 1), "small letters"))
    cases.append(_reads(code.replace("-", " "), (1, 1), "spaces"))
    cases.append(_reads(code.replace("-", ""), (1, 1), "no hyphen"))
    cases.append(_reads(code.replace("1", "I"), (1, 1), "I for 1"))
    cases.append(_reads(code.replace("1", "l"), (1, 1), "l for 1"))
    kept = code.replace("-", "")
    for place, sign in enumerate(kept):
        other = ALPHABET[(ALPHABET.index(sign) + 5) % 32]
        wrong = kept[:place] + other + kept[place + 1 :]
        cases.append({"name": f"sign {place + 1} wrong", "text": wrong, "reads": None})
    for place in range(11):
        swapped = kept[:place] + kept[place + 1] + kept[place] + kept[place + 2 :]
        if swapped != kept:
            cases.append(
                {
                    "name": f"signs {place + 1} and {place + 2} swapped",
                    "text": swapped,
                    "reads": None,
                }
            )
    for name, text in (
        ("U", "U" + kept[1:]),
        ("eleven signs", kept[:-1]),
        ("thirteen signs", kept + "0"),
        ("nothing", ""),
        ("accents", "É" + kept[1:]),
    ):
        cases.append({"name": name, "text": text, "reads": None})
    return cases


def _reads(text: str, pair: tuple[int, int], name: str) -> Odd:
    return {"name": name, "text": text, "reads": list(pair)}


def document() -> str:
    """The file, one vector a line."""
    keys = [
        {"kid": key.kid.hex(), "alg": key.alg, "public": key.public.hex(), "status": key.status}
        for key in trust_list()
    ]
    passes = [*good_passes(), *addresses(), *bad_passes(), *mutants()]
    head = {"format": 1, "now": int(NOW.timestamp()), "typed_key": TYPED_KEY.hex(), "keys": keys}
    lines = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{lines},\n"passes": [\n{_lines(passes)}],\n"typed": [\n{_lines(typed_codes())}]}}\n'


def _lines(cases: list[Odd]) -> str:
    return ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
