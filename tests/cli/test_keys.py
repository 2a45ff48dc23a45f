import json
import stat
from datetime import UTC, datetime

import pytest

from tests.cli.conftest import PASSPHRASE
from tests.support.cast import PASS_KEY, STATEMENT_KEY
from voucher_service.core.attestation import base64url, from_base64url
from voucher_service.core.signing import KeyStatus, SigningKey
from voucher_service.store import trust


def test_a_new_key_is_kept_encrypted_and_its_public_half_is_trusted(sqlite_house):
    made = sqlite_house.facts("keys", "new", "--kid", "2699")
    path = sqlite_house.path / "keys" / "pass-2699.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in path.read_bytes()
    private = SigningKey.from_encrypted_pem(b"\x26\x99", path.read_bytes(), PASSPHRASE.encode())
    [trusted] = [
        key
        for key in trust.keys(sqlite_house.world.session, "pass")
        if key.kid.hex() == made["kid"]
    ]
    assert (trusted.public, trusted.status) == (private.public, KeyStatus.ACTIVE)


def test_a_key_id_is_the_year_and_the_next_free_number(sqlite_house):
    year = f"{datetime.now(UTC).year % 100:02d}"
    taken = 1 if year == "26" else 0  # the cast's own key is 2601
    assert sqlite_house.facts("keys", "new")["kid"] == f"{year}{taken + 1:02d}"
    assert sqlite_house.facts("keys", "new")["kid"] == f"{year}{taken + 2:02d}"


def test_a_key_signs_from_its_first_day_through_its_last(sqlite_house):
    made = sqlite_house.facts(
        "keys", "new", "--kid", "2650", "--from", "2026-07-01", "--until", "2027-06-30"
    )
    assert made["not_before"] == "2026-07-01T00:00:00+02:00"
    assert made["not_after"] == "2027-06-30T23:59:59+02:00"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--kid", "26"), "four digits"),
        (("--kid", "26 1"), "four digits"),
        (("--kid", "ZZZZ"), "four digits"),
        (("--kid", "2601"), "used before"),
        (("--kid", "0000"), "training passes"),
        (("--kid", "2602", "--from", "2027-01-01", "--until", "2026-01-01"), "ends after"),
        (("--from", "soon"), "Invalid value"),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_nothing_is_written(sqlite_house, arguments, says):
    before = len(trust.keys(sqlite_house.world.session, "pass"))
    assert says in sqlite_house.refused("keys", "new", *arguments)
    assert len(trust.keys(sqlite_house.world.session, "pass")) == before
    assert len(list((sqlite_house.path / "keys").iterdir())) == 1


def test_without_a_terminal_the_passphrase_comes_from_its_file(sqlite_house, monkeypatch):
    monkeypatch.delenv("VOUCHER_PASSPHRASE_FILE")
    assert "VOUCHER_PASSPHRASE_FILE" in sqlite_house.refused("keys", "new")


@pytest.mark.parametrize(("content", "says"), [("short", "12 signs"), ("", "12 signs")])
def test_a_weak_passphrase_is_refused(sqlite_house, content, says):
    (sqlite_house.path / "passphrase").write_text(content, encoding="utf-8")
    assert says in sqlite_house.refused("keys", "new")
    assert len(list((sqlite_house.path / "keys").iterdir())) == 1


def test_a_missing_passphrase_file_is_named(sqlite_house):
    (sqlite_house.path / "passphrase").unlink()
    assert "passphrase" in sqlite_house.refused("keys", "new")


def test_a_key_is_retired_then_revoked_and_never_comes_back(sqlite_house):
    sqlite_house.done("keys", "retire", "2601")
    sqlite_house.done("keys", "revoke", "2601", "--yes")
    assert "no longer" in sqlite_house.refused("keys", "retire", "2601")
    assert "no key" in sqlite_house.refused("keys", "retire", "9999")
    [line] = [line for line in sqlite_house.done("keys", "list").splitlines() if "2601" in line]
    assert "revoked" in line


def test_the_trust_list_holds_public_halves_and_nothing_else(sqlite_house):
    listed = json.loads(sqlite_house.done("keys", "export"))["keys"]
    assert {key["kid"]: from_base64url(key["public"]) for key in listed} == {
        PASS_KEY.kid.hex(): PASS_KEY.public,
        STATEMENT_KEY.kid: STATEMENT_KEY.public,
    }


def test_jwks_are_written_to_a_new_file(sqlite_house):
    out = sqlite_house.path / "jwks.json"
    arguments = ("keys", "export", "--format", "jwks", "--purpose", "pass", "--out", out)
    sqlite_house.done(*arguments)
    [key] = json.loads(out.read_text(encoding="utf-8"))["keys"]
    assert (key["kty"], key["crv"], key["x"]) == ("OKP", "Ed25519", base64url(PASS_KEY.public))
    assert "exists" in sqlite_house.refused(*arguments)
