"""Turning facts into a signed document: canonical JSON, its hash, its signature. Keeps nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from voucher_service.core.attestation import StatementKey
from voucher_service.core.canonical import Json, canonical, sha256_hex
from voucher_service.core.documents import PayTo
from voucher_service.core.statements import Party


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who issues documents, with what key, and the ring-fenced account that they are paid on."""

    issuer: Party
    key: StatementKey
    pay_to: PayTo | None = None


def frozen(signatory: Signatory, document: Mapping[str, Json]) -> dict[str, bytes | str]:
    """The columns of a frozen document: its bytes, and what proves them."""
    content = canonical(dict(document))
    return {
        "document": content,
        "sha256": sha256_hex(content),
        "signature": signatory.key.sign(content),
        "kid": signatory.key.kid,
    }
