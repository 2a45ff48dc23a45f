"""Checking a statement without us: the document, its signature and public keys are enough.

No database, no settings, no network.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from voucher_service.cli.console import answer, as_json, stop
from voucher_service.config import BadSettings
from voucher_service.core.attestation import base64url, from_base64url, verify
from voucher_service.core.canonical import canonical, sha256_hex

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

SIGNATURE_BYTES, KEY_BYTES = 64, 32


@dataclass(frozen=True, slots=True)
class Signature:
    """64 bytes, and the key that made them when the file says so."""

    value: bytes
    kid: str | None


@click.command("verify")
@click.argument("statement", type=FILE)
@click.option("--keys", type=FILE, required=True, help="Public keys: JWKS or a trust list.")
@click.option("--signature", type=FILE, help="By default STATEMENT.sig beside the statement.")
@as_json
def verify_statement(statement: Path, keys: Path, signature: Path | None, *, as_json: bool) -> None:
    """Check that a statement is what was signed, to the last byte."""
    document = statement.read_bytes()
    public = keys_in(keys)
    signed = _signature(signature or _beside(statement))
    kid = _signer(document, signed, public)
    digest = sha256_hex(document)
    if kid is None:
        answer({"valid": False, "sha256": digest}, [], as_json=True) if as_json else None
        stop(_why_not(document, signed, public))
    number = _number(document)
    answer(
        {"valid": True, "number": number, "kid": kid, "sha256": digest},
        f"Statement {number} is what key {kid} signed. SHA-256 {digest}",
        as_json=as_json,
    )


def keys_in(file: Path) -> dict[str, bytes]:
    """Public keys by their ids, from a file of JWKS or of a trust list."""
    return dict(_public_keys(_json(file)))


def _beside(statement: Path) -> Path:
    for path in (statement.with_name(f"{statement.name}.sig"), statement.with_suffix(".sig")):
        if path.is_file():
            return path
    raise BadSettings(f"No signature beside {statement}: name its file with --signature.")


def _signer(document: bytes, signed: Signature, public: Mapping[str, bytes]) -> str | None:
    """The key whose signature holds; only the named one when the signature names one."""
    for kid, key in public.items():
        if signed.kid in {None, kid} and verify(document, signed.value, key):
            return kid
    return None


def _why_not(document: bytes, signed: Signature, public: Mapping[str, bytes]) -> str:
    if signed.kid is not None and signed.kid not in public:
        return f"The signature names key {signed.kid}, which is not among these keys."
    try:
        unformatted = canonical(json.loads(document))
    except ValueError:
        unformatted = document
    if _signer(unformatted, signed, public):
        return (
            "The facts are those that were signed, but the file was formatted anew: get it again."
        )
    return "This is NOT what was signed: the statement, its signature or the keys were altered."


def _number(document: bytes) -> str:
    return str(json.loads(document)["number"])


def _json(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise BadSettings(f"{path} is not JSON.") from error


def _signature(path: Path) -> Signature:
    """A signature from a file: 64 raw bytes, base64url, or JSON that holds it."""
    content = path.read_bytes()
    if len(content) == SIGNATURE_BYTES:
        return Signature(content, None)
    try:
        found = json.loads(content)
    except ValueError:
        return Signature(_bytes(content.decode("ascii", "replace").strip(), path), None)
    if not isinstance(found, dict) or not isinstance(found.get("signature"), str):
        raise BadSettings(f"{path} holds no signature.")
    kid = found.get("kid")
    return Signature(_bytes(found["signature"], path), str(kid) if kid is not None else None)


def _bytes(text: str, path: Path) -> bytes:
    """Bytes from base64url; two texts never stand for the same bytes."""
    try:
        value = from_base64url(text)
    except ValueError as error:
        raise BadSettings(f"{path} holds no signature.") from error
    if len(value) != SIGNATURE_BYTES or base64url(value) != text:
        raise BadSettings(f"{path} holds no signature.")
    return value


def _public_keys(document: Any) -> Iterator[tuple[str, bytes]]:  # noqa: ANN401 - parsed JSON
    """Ed25519 keys by id, from JWKS or from a trust list."""
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise BadSettings("The file of keys holds none: give JWKS or a trust list.")
    for key in keys:
        text = key.get("x", key.get("public")) if isinstance(key, dict) else None
        if not isinstance(text, str) or key.get("alg", "Ed25519") != "Ed25519":
            continue
        try:
            public = from_base64url(text)
        except ValueError:
            continue
        if len(public) == KEY_BYTES:
            yield str(key.get("kid")), public
