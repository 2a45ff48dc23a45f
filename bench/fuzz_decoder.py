"""Throws a million inputs at the decoders: ``python -m bench.fuzz_decoder [COUNT] [SEED]``.

Random bytes, texts, digits, and mutated good passes. Fails on any exception, and on any input
that opens without having been signed.
"""

import random
import sys
import time

from tests.core import make_vectors
from voucher_service.core.pass_text import to_digits
from voucher_service.core.signing import Keyring, Opened
from voucher_service.core.typed_codes import ALPHABET, TypedCodes

MILLION = 1_000_000


def mutated(chance: random.Random, good: bytes) -> bytes:
    """A good pass with one to four small changes."""
    data = bytearray(good)
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


def main() -> int:
    """Run, say what was done, and fail if anything opened that should not."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MILLION
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    chance = random.Random(seed)
    keyring = Keyring(make_vectors.trust_list())
    codes = TypedCodes(make_vectors.TYPED_KEY)
    good = make_vectors.REFERENCE
    kinds = dict.fromkeys(("mutated", "bytes", "digits", "text", "typed"), 0)
    wrong, slowest, started = 0, 0.0, time.perf_counter()
    for _ in range(count):
        kind = chance.choice(list(kinds))
        kinds[kind] += 1
        before = time.perf_counter()
        match kind:
            case "mutated":
                token = mutated(chance, good)
                opened = keyring.open_token(token)
                wrong += isinstance(opened, Opened) and token != good
            case "bytes":
                wrong += isinstance(
                    keyring.open_token(chance.randbytes(chance.randrange(200))), Opened
                )
            case "digits":
                digits = to_digits(chance.randbytes(chance.randint(1, 150)))
                wrong += isinstance(keyring.open(digits), Opened)
            case "text":
                text = "".join(
                    chr(chance.randrange(1, 0x3000)) for _ in range(chance.randrange(40))
                )
                wrong += isinstance(keyring.open(text), Opened)
            case _:
                codes.read("".join(chance.choice(ALPHABET + "OIL -u") for _ in range(12)))
        slowest = max(slowest, time.perf_counter() - before)
    seconds = time.perf_counter() - started
    print(f"seed {seed}: {count:,} inputs in {seconds:.0f} s ({count / seconds:,.0f}/s)")
    print("  " + ", ".join(f"{kind} {number:,}" for kind, number in kinds.items()))
    print(f"  opened without being signed: {wrong}; slowest input {slowest * 1000:.1f} ms")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
