"""Checking a statement needs three files: no home, no database, no service."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import run
from tests.support.cast import STATEMENT_KEY
from voucher_service.core.attestation import base64url
from voucher_service.core.canonical import canonical

DOCUMENT = canonical(
    {"number": "RA-2026-000001", "kind": "association", "totals": {"net_cents": 4000}}
)


@dataclass
class Papers:
    """A statement as it was sent, its signature, and the public keys."""

    statement: Path
    signature: Path
    keys: Path

    def verify(self, status: int) -> str:
        result = run("verify", self.statement, "--keys", self.keys, "--signature", self.signature)
        assert result.exit_code == status, result.output
        return result.output


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Papers:
    monkeypatch.setenv("VOUCHER_HOME", str(tmp_path / "no home"))
    sent = Papers(tmp_path / "statement.json", tmp_path / "statement.sig", tmp_path / "keys.json")
    sent.statement.write_bytes(DOCUMENT)
    sent.signature.write_bytes(STATEMENT_KEY.sign(DOCUMENT))
    key = {"kid": STATEMENT_KEY.kid, "kty": "OKP", "crv": "Ed25519", "alg": "Ed25519"}
    keys = {"keys": [key | {"x": base64url(STATEMENT_KEY.public)}]}
    sent.keys.write_text(json.dumps(keys), encoding="utf-8")
    return sent


def test_a_statement_that_was_not_touched_is_what_was_signed(papers):
    said = papers.verify(0)
    assert "RA-2026-000001 is what key" in said
    assert not (papers.keys.parent / "no home").exists()


def test_every_altered_byte_of_a_statement_is_found(papers):
    for place in range(len(DOCUMENT)):
        altered = bytearray(DOCUMENT)
        altered[place] ^= 1
        papers.statement.write_bytes(altered)
        assert "NOT what was signed" in papers.verify(1)


def test_a_statement_cut_short_or_longer_is_found(papers):
    for altered in (DOCUMENT[:-1], DOCUMENT + b"\n", b""):
        papers.statement.write_bytes(altered)
        papers.verify(1)


def test_every_altered_byte_of_a_signature_is_found(papers):
    signature = STATEMENT_KEY.sign(DOCUMENT)
    for written in (signature, base64url(signature).encode()):
        for place in range(len(written)):
            altered = bytearray(written)
            altered[place] ^= 1
            papers.signature.write_bytes(altered)
            assert run(
                *("verify", papers.statement, "--keys", papers.keys),
                *("--signature", papers.signature),
            ).exit_code in {1, 2}


def test_a_file_that_was_only_formatted_anew_is_told_from_a_forgery(papers):
    papers.statement.write_text(json.dumps(json.loads(DOCUMENT), indent=2), encoding="utf-8")
    assert "formatted anew" in papers.verify(1)


@pytest.mark.parametrize("form", ["raw", "base64url", "json"])
def test_a_signature_may_be_bytes_text_or_json(papers, form):
    signature = STATEMENT_KEY.sign(DOCUMENT)
    facts = {"kid": STATEMENT_KEY.kid, "alg": "Ed25519", "signature": base64url(signature)}
    papers.signature.write_bytes(
        {
            "raw": signature,
            "base64url": base64url(signature).encode() + b"\n",
            "json": json.dumps(facts).encode(),
        }[form]
    )
    papers.verify(0)


def test_keys_may_be_a_trust_list(papers):
    key = {"kid": STATEMENT_KEY.kid, "alg": "Ed25519", "public": base64url(STATEMENT_KEY.public)}
    papers.keys.write_text(json.dumps({"keys": [key]}), encoding="utf-8")
    papers.verify(0)


def test_a_key_that_is_not_among_these_is_named(papers):
    facts = {"kid": "0000", "signature": base64url(STATEMENT_KEY.sign(DOCUMENT))}
    papers.signature.write_text(json.dumps(facts), encoding="utf-8")
    assert "names key 0000" in papers.verify(1)


def test_the_signature_is_looked_for_beside_the_statement(papers):
    assert run("verify", papers.statement, "--keys", papers.keys).exit_code == 0
    papers.signature.unlink()
    result = run("verify", papers.statement, "--keys", papers.keys)
    assert result.exit_code == 2
    assert "--signature" in result.stderr


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"not json", b'{"keys": 3}', b"\xff\xfe"])
def test_files_that_are_something_else_are_refused(papers, content):
    right = papers.keys.read_bytes()
    papers.keys.write_bytes(content)
    papers.verify(2)
    papers.keys.write_bytes(right)
    papers.signature.write_bytes(content)
    papers.verify(2)
