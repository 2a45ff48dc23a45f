"""The shared vectors: this implementation gives every verdict that is written there."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.core import make_vectors
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import Keyring, KeyStatus, Opened, PublicKey
from voucher_service.core.typed_codes import TypedCodes, well_formed

VECTORS: dict[str, Any] = json.loads(make_vectors.FILE.read_text("utf-8"))
THEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def keyring() -> Keyring:
    return Keyring(
        PublicKey(
            bytes.fromhex(key["kid"]),
            key["alg"],
            bytes.fromhex(key["public"]),
            THEN,
            THEN,
            KeyStatus(key["status"]),
        )
        for key in VECTORS["keys"]
    )


def test_the_file_is_what_the_generator_makes():
    assert make_vectors.FILE.read_text("utf-8") == make_vectors.document()


def test_there_are_at_least_a_thousand():
    assert len(VECTORS["passes"]) + len(VECTORS["typed"]) >= 1000
    assert make_vectors.FILE.stat().st_size < 1_000_000


def test_every_good_pass_opens_and_says_what_it_says(keyring: Keyring):
    good = [case for case in VECTORS["passes"] if "opens" in case]
    assert len(good) > 80
    for case in good:
        opened = keyring.open(case["text"])
        assert isinstance(opened, Opened), case["name"]
        token = opened.token
        says = {
            "booklet": token.booklet_id.hex(),
            "number": token.number,
            "campaign": token.campaign,
            "cents": token.face_value_cents,
            "expires": token.expires_at,
        }
        assert says == case["opens"], case["name"]
        assert opened.key.status == case["status"], case["name"]
        assert (token.expires_at < VECTORS["now"]) == case["expired"], case["name"]


def test_every_bad_pass_opens_nothing_and_says_why(keyring: Keyring):
    bad = [case for case in VECTORS["passes"] if "reason" in case]
    assert len(bad) > 848
    for case in bad:
        answer = keyring.open(case["text"])
        assert isinstance(answer, Reason), case["name"]
        assert case["reason"] in {"any", answer.value}, case["name"]


def test_every_typed_code_is_read_or_refused():
    codes = TypedCodes(bytes.fromhex(VECTORS["typed_key"]))
    for case in VECTORS["typed"]:
        expected = tuple(case["reads"]) if case["reads"] else None
        assert codes.read(case["text"]) == expected, case["name"]
        assert well_formed(case["text"]) == (expected is not None), case["name"]
