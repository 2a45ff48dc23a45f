"""Makes ``keys/vectors.json``: ``python -m tests.core.make_vectors``. Same bytes every time."""

import json
from pathlib import Path
from typing import Any

from tests.core.minting import (
    BOOKLET,
    ES256,
    EXPIRES,
    NOW,
    REFERENCE,
    RETIRED,
    REVOKED,
    TYPED_KEY,
    claims,
    sealed,
    trust_list,
)
from tests.core.odd_passes import (
    P256_ORDER,
    odd_claims,
    odd_envelopes,
    odd_headers,
    odd_shapes,
    odd_signatures,
    odd_texts,
)
from voucher_service.core.pass_text import to_digits
from voucher_service.core.typed_codes import ALPHABET, TypedCodes

FILE = Path(__file__).parents[2] / "keys" / "vectors.json"

Case = dict[str, Any]

ABOUT = (
    "Verdicts that every reader of passes must give. Trust 'keys'; it is 'now' (Unix time)."
    " passes: 'text' as read from the QR code; it 'opens' with what it says, the 'status' of its"
    " key and whether it is 'expired', or it opens nothing, for a 'reason' ('any': whichever)."
    " typed: 'text' as typed; under 'typed_key' it 'reads' [index, number], or null when the check"
    " signs, which need no key, refuse it. Test keys: never trust them elsewhere."
)

#: What the reference pass says besides its last second.
SAYS = (BOOKLET, 7, 17, 1000)


def good_passes() -> list[Case]:
    """Passes that open, whatever the register then says of them."""
    # A pass is known by its booklet and number, never by its text: no harm in a second spelling.
    twin = P256_ORDER - int.from_bytes(ES256[-32:], "big")
    cases = [
        ("the reference pass", REFERENCE, "active", EXPIRES, SAYS),
        ("of a retired key: still good", sealed(RETIRED), "retired", EXPIRES, SAYS),
        ("of a revoked key: see its status", sealed(REVOKED), "revoked", EXPIRES, SAYS),
        ("signed with ES256", ES256, "active", EXPIRES, SAYS),
        ("ES256, twin", ES256[:-32] + twin.to_bytes(32, "big"), "active", EXPIRES, SAYS),
    ]
    past = int(NOW.timestamp()) - 1
    for name, exp in (("ended a second ago", past), ("ends this second", past + 1)):
        cases.append((name, sealed(claims=claims(exp=exp)), "active", exp, SAYS))
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
) -> Case:
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


def bad_passes() -> list[Case]:
    """Everything that must open nothing, with the reason."""
    shapes = odd_shapes() + odd_headers() + odd_claims() + odd_envelopes()
    cases = [(name, to_digits(token), "unreadable") for name, token in shapes]
    cases += [(name, text, "unreadable") for name, text in odd_texts()]
    cases += [(name, to_digits(token), reason) for name, token, reason in odd_signatures()]
    return [{"name": name, "text": text, "reason": reason} for name, text, reason in cases]


def mutants() -> list[Case]:
    """Every one-bit mutant of the reference pass. None opens."""
    whole = int.from_bytes(REFERENCE, "big")
    cases = []
    for bit in range(8 * len(REFERENCE)):
        token = (whole ^ 1 << bit).to_bytes(len(REFERENCE), "big")
        cases.append({"name": f"bit {bit} turned", "text": to_digits(token), "reason": "any"})
    return cases


def addresses() -> list[Case]:
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


def typed_codes() -> list[Case]:
    """Typed codes, their tolerated spellings, and slips of the hand."""
    codes = TypedCodes(TYPED_KEY)
    pairs = [(1, 1), (1, 2), (12345, 5), (2**42 - 1, 255)]
    pairs += [(index * index + 1, index % 10 + 1) for index in range(60)]
    cases: list[Case] = [_reads(codes.write(*pair), pair, "as printed") for pair in pairs]
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
        ("full-width signs", "".join(chr(ord(sign) + 0xFEE0) for sign in kept)),
        ("underscores", code.replace("-", "_")),
        ("hidden behind hyphens", "-" * 100 + code),
    ):
        cases.append({"name": name, "text": text, "reads": None})
    return cases


def _reads(text: str, pair: tuple[int, int], name: str) -> Case:
    return {"name": name, "text": text, "reads": list(pair)}


def document() -> str:
    """The file, one vector a line."""
    keys = [
        {"kid": key.kid.hex(), "alg": key.alg, "public": key.public.hex(), "status": key.status}
        for key in trust_list()
    ]
    passes = [*good_passes(), *addresses(), *bad_passes(), *mutants()]
    head = {
        "about": ABOUT,
        "format": 1,
        "now": int(NOW.timestamp()),
        "typed_key": TYPED_KEY.hex(),
        "keys": keys,
    }
    lines = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{lines},\n"passes": [\n{_lines(passes)}],\n"typed": [\n{_lines(typed_codes())}]}}\n'


def _lines(cases: list[Case]) -> str:
    return ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
