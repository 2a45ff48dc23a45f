"""Throws a million inputs at the decoders: ``python -m bench.fuzz_decoder [COUNT] [--seed N]``.

Random bytes, texts, digits, nearly typed codes, and mutated good passes. Says how many of each, how
fast, and which took longest. Fails on any exception, and on anything accepted that nobody made.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress

from tests.core import minting
from voucher_service.core import cbor
from voucher_service.core.pass_text import to_digits
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import Keyring, Opened
from voucher_service.core.typed_codes import ALPHABET, TypedCodes, well_formed

MILLION = 1_000_000
KEYRING, CODES = Keyring(minting.trust_list()), TypedCodes(minting.TYPED_KEY)
#: Passes that may open, and nothing else may.
GOOD = [minting.sealed(minting.ACTIVE), minting.sealed(minting.REVOKED), minting.ES256]
GOOD_DIGITS = {to_digits(token) for token in GOOD}

Input = bytes | str


def mutated(chance: random.Random) -> bytes:
    """A good pass with one to four small changes."""
    data = bytearray(chance.choice(GOOD))
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                data[place] = chance.randrange(256)
            case 2:
                data.insert(place, chance.randrange(256))
            case _:
                del data[place]
    return bytes(data)


def near_cbor(chance: random.Random) -> bytes:
    """Bytes that more often than not begin like what we read."""
    heads = (
        b"\xd2\x84\x83\xa0\xa1\xa2\xa3\x00\x18\x19\x1a\x1b\x20\x3a\x40\x47\x58\x59\x5f\x9f\xbf\xff"
    )
    return bytes(chance.choices(heads + bytes(range(256)), [20] * 22 + [1] * 256, k=60))


def text(chance: random.Random) -> str:
    """Signs from anywhere, surrogates left out as they are by every reader of UTF-8."""
    return "".join(chr(chance.randrange(0xD800)) for _ in range(chance.randrange(60)))


def digits(chance: random.Random) -> str:
    """The form of a pass with any content, behind an address or not, sometimes of a wrong width."""
    written = to_digits(chance.randbytes(chance.randint(1, 210)))
    before = chance.choice(["", "#", "https://pass.example.org/p#"])
    return before + written[chance.choice([0, 0, 0, 1]) :]


def typed(chance: random.Random) -> str:
    """A typed code with up to three slips of a hurried hand."""
    signs = list(CODES.write(chance.getrandbits(42), chance.getrandbits(8)))
    for _ in range(chance.randrange(4)):
        signs[chance.randrange(len(signs))] = chance.choice(ALPHABET + "oil- u")
    return "".join(signs) + "-" * chance.choice([0, 0, 0, 50])


KINDS: dict[str, Callable[[random.Random], Input]] = {
    "mutated": mutated,
    "bytes": lambda chance: chance.randbytes(chance.randrange(300)),
    "near CBOR": near_cbor,
    "digits": digits,
    "text": text,
    "typed": typed,
}


def wrong_bytes(given: bytes, answers: Counter[str]) -> Iterator[str]:
    """What the decoders get wrong about some bytes; their answers are counted."""
    answer = KEYRING.open_token(given)
    answers[str(answer if isinstance(answer, Reason) else "opened")] += 1
    if isinstance(answer, Opened) and given not in GOOD:
        yield "opened without having been signed"
    with suppress(cbor.NotCanonical):
        if cbor.encode(cbor.decode(given)) != given:
            yield "read from two forms"


def wrong_text(given: str, answers: Counter[str]) -> Iterator[str]:
    """The same about a text, read as a pass and as a typed code."""
    answer = KEYRING.open(given)
    if isinstance(answer, Opened) and given.rpartition("#")[2] not in GOOD_DIGITS:
        yield "opened without having been signed"
    pair = CODES.read(given)
    answers["typed code read"] += pair is not None
    if (pair is not None) != well_formed(given):
        yield "well formed with the key and not without, or the reverse"
    if pair and CODES.read(CODES.write(*pair)) != pair:
        yield "read as a pass that is written otherwise"


def timed(given: Input, answers: Counter[str]) -> tuple[list[str], float]:
    """What is wrong about one input, an exception included, and the seconds it took."""
    before = time.perf_counter()
    try:
        found = list(
            wrong_bytes(given, answers) if isinstance(given, bytes) else wrong_text(given, answers)
        )
    except Exception as error:  # noqa: BLE001 - any exception is the finding
        found = [f"raised {error!r}"]
    return found, time.perf_counter() - before


def main() -> int:
    """Run, say what was done, and fail if anything was wrong."""
    parser = argparse.ArgumentParser(prog="fuzz_decoder", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=MILLION)
    parser.add_argument("--seed", type=int, default=time.time_ns() % MILLION)
    asked = parser.parse_args()
    chance, kinds, answers = random.Random(asked.seed), Counter[str](), Counter[str]()
    slowest: tuple[float, str, Input] = (0.0, "none", "")
    spent, failures = 0.0, 0
    print(f"seed {asked.seed}", flush=True)
    for _ in range(asked.count):
        kind = chance.choice(list(KINDS))
        kinds[kind] += 1
        given = KINDS[kind](chance)
        found, took = timed(given, answers)
        spent += took
        if took > slowest[0]:
            # Once more: a first time may only mean that the machine was busy.
            took = min(took, timed(given, Counter())[1])
            slowest = max(slowest, (took, kind, given), key=lambda entry: entry[0])
        failures += len(found)
        for wrong in found:
            print(f"  {wrong}: {given!r}")
    rate = asked.count / (spent or 1)
    print(f"{asked.count:,} inputs, {spent:.0f} s in the decoders ({rate:,.0f}/s)")
    for counted in (kinds, answers):
        print("  " + ", ".join(f"{name} {number:,}" for name, number in counted.most_common()))
    print(f"  slowest {slowest[0] * 1000:.1f} ms, {slowest[1]}: {slowest[2]!r}")
    print(f"  wrong: {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
