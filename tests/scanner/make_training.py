"""Makes the training passes: ``python -m tests.scanner.make_training``.

They are signed by a key that is made here and thrown away: nobody, this program included, can make
another pass under it. Each run makes other passes, and sheets printed before are then forgeries.
"""

import json
import secrets
from datetime import date
from typing import Any

from tests.support.source import ROOT
from voucher_service.core.attestation import base64url
from voucher_service.core.campaign import SERVICES, end_of_day
from voucher_service.core.pass_text import to_digits
from voucher_service.core.signing import TRAINING_KID, SigningKey, generate
from voucher_service.core.typed_codes import TypedCodes

FILE = ROOT / "merchants" / "scanner" / "training" / "training.json"

CAMPAIGN, CENTS = 0, 1000
FOREVER, LONG_AGO = date(2099, 12, 31), date(2020, 12, 31)

GOOD = "accepted"
#: What the phone says of each pass, and the booklet that it is of.
SHOWN = [
    *[(GOOD, 1)] * 5,
    ("already_redeemed_elsewhere", 1),
    ("blocked", 2),
    ("not_handed_over", 3),
    ("expired", 4),
    ("bad_signature", 5),
]

ABOUT = (
    "Passes to learn with: worth nothing, refused where money is. 'trust' is the list of keys and"
    " rules to read them with, 'booklets' those in hands, 'shows' what the phone says of a pass."
)


def document() -> dict[str, Any]:
    """A new set of passes, whose key is forgotten when this returns."""
    key, forger = generate(TRAINING_KID), generate(TRAINING_KID)
    typed = TypedCodes(secrets.token_bytes(32))
    ids = {booklet: secrets.token_bytes(6) for _, booklet in SHOWN}
    passes, numbers = [], dict.fromkeys(ids, 0)
    for shows, booklet in SHOWN:
        numbers[booklet] += 1
        number = numbers[booklet]
        signer = forger if shows == "bad_signature" else key
        until = LONG_AGO if shows == "expired" else FOREVER
        expires_at = int(end_of_day(until).timestamp())
        token = signer.seal(ids[booklet], number, CAMPAIGN, CENTS, expires_at)
        code = {"code": to_digits(token), "typed": typed.write(booklet, number)}
        passes.append({"shows": shows, "last_day": until.isoformat()} | code)
    booklets = [
        {"id": ids[1].hex(), "serial": "00000001", "usable": True, "spent": [6]},
        {"id": ids[2].hex(), "serial": "00000002", "usable": False, "spent": []},
        {"id": ids[4].hex(), "serial": "00000004", "usable": True, "spent": []},
    ]
    return {"about": ABOUT, "trust": trust(key), "booklets": booklets, "passes": passes}


def trust(key: SigningKey) -> dict[str, Any]:
    """A trust list that is always fresh: without its date, and signed by nobody."""
    public = {
        "kid": key.kid.hex(),
        "alg": "Ed25519",
        "public": base64url(key.public),
        "not_before": "2020-01-01T00:00:00+00:00",
        "not_after": "2099-12-31T23:59:59+00:00",
        "status": "active",
    }
    campaign = {
        "id": str(CAMPAIGN),
        "name": "Entraînement",
        "face_value_cents": CENTS,
        "passes_per_booklet": 10,
        "valid_from": "2020-01-01",
        "validity": {"rule": "fixed_date", "until": FOREVER.isoformat()},
        "grace": "none",
        "services": [],
        "territory": [],
        "undo_window_minutes": 30,
        "offline": {"passes_per_day": 20, "borne_by": "scheme"},
    }
    return {
        "site": {"id": "0", "name": "Entraînement", "code_insee": None},
        "keys": [public],
        "campaigns": [campaign],
        "services": list(SERVICES),
        "offline": {"passes_per_day": 20, "trust_hours": 72, "warn_hours": 24},
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(document(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
