"""Every document that left the house or came in, as the bytes that were frozen. Reads only.

Each has the name of a file for ever: whoever keeps the files may compare them with any later state
of the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from voucher_service.core.attestation import base64url
from voucher_service.core.canonical import Json, canonical
from voucher_service.core.sealing import Seal
from voucher_service.store import seals
from voucher_service.store.seals import Chain
from voucher_service.store.session import Session
from voucher_service.store.tables import Base

SUFFIX = {
    "application/pdf": "pdf",
    "text/csv": "csv",
    "application/xml": "xml",
    "application/json": "json",
}

SIGNED, DRAWN, BATCHES, BANK = (
    ("statement", "document", "fee_document"),
    ("rendering", "document_file", "fee_document_file"),
    ("payout_batch", "refund_batch"),
    "bank_message",
)
"""Tables that hold documents: signed ones, drawings of them, files to the bank and from it."""

NOT_DOCUMENTS = {
    ("booklet", "public_id"): "the identity inside passes",
    ("device", "token_hash"): "never leaves the house",
    ("pairing", "code_hash"): "never leaves the house",
    ("token", "token_hash"): "never leaves the house",
    ("person", "totp_sealed"): "a way into an account",
    ("person", "handle"): "a way into an account",
    ("passkey", "credential"): "a way into an account",
    ("passkey", "public_key"): "a way into an account",
    ("recovery_code", "code_hash"): "a way into an account",
    ("sitting", "cookie_hash"): "a way into an account",
    ("seal_item", "leaf"): "a hash of the sealed row, which is in the archive itself",
    ("fee_seal_item", "leaf"): "a hash of the sealed row, which is in the archive itself",
    ("signing_key", "public"): "in the list of keys",
    (
        "books_part",
        "content",
    ): "a file made of the books for whoever asked, forgotten after a while",
    ("kept_form", "browser_hash"): "a way back to a form, forgotten after an hour",
    ("kept_form", "sealed"): "what somebody typed and did not send, forgotten after an hour",
    ("places_file", "content"): "a draft that somebody brought, forgotten some weeks after",
}
"""Columns of bytes that are no documents, and why."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """One file: its name in an archive, and its bytes."""

    name: str
    content: bytes


def frozen(session: Session) -> Iterator[Frozen]:
    """Every frozen document, in the order of its kind and number."""
    for name in SIGNED:
        for row in _rows(session, name):
            path = _path("documents", row.number)
            yield Frozen(f"{path}.json", row.document)
            yield Frozen(f"{path}.json.sig", _signature(row))
    for name in DRAWN:
        for row in _rows(session, name):
            suffix = SUFFIX.get(row.media_type, "bin")
            yield Frozen(f"{_path('documents', row.number)}.{suffix}", row.content)
    for name in BATCHES:
        for row in _rows(session, name):
            path = _path("payments", row.number)
            yield Frozen(f"{path}.json", row.document)
            yield Frozen(f"{path}.xml", row.file)
    for row in _rows(session, BANK):
        yield Frozen(f"bank/{row.received_at.year}/{row.id:06d}-{row.sha256[:16]}", row.content)


SEALED = {"ledger": seals.SCHEME, "fee-ledger": seals.FEES}
"""The folder of each set of books."""


def sealed_ledgers(session: Session) -> Iterator[Frozen]:
    """The movements under each seal, as they were hashed, one a line; and the seal itself."""
    for folder, chain in SEALED.items():
        yield from _sealed(session, folder, chain)


def _sealed(session: Session, folder: str, chain: Chain) -> Iterator[Frozen]:
    for row in seals.links(session, chain):
        lines = [
            canonical(seals.content(chain, item)) + b"\n"
            for item in seals.sealed_by(session, chain, row.number)
            if item.id is not None
        ]
        link = Seal(row.number, row.transfers, row.cents, row.previous, row.root)
        facts: Json = {
            "number": link.number,
            "count": link.count,
            "cents": link.cents,
            "previous": link.previous,
            "root": link.root,
            "hash": row.hash,
        }
        yield Frozen(f"{folder}/{row.number:06d}.ndjson", b"".join(lines))
        yield Frozen(f"{folder}/{row.number:06d}.seal.json", canonical(facts))


def _rows(session: Session, name: str) -> Iterator[Any]:
    table: Table = Base.metadata.tables[name]
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=20)
    with session.execute(query) as rows:
        yield from rows


def _path(folder: str, number: str) -> str:
    """``documents/RA-2026/RA-2026-000001``."""
    series = number.rpartition("-")[0] or number
    return f"{folder}/{series}/{number}"


def _signature(row: Any) -> bytes:  # noqa: ANN401 - a row with its columns by name
    """What ``voucher-service verify`` finds beside a document."""
    return canonical(
        {
            "alg": "Ed25519",
            "kid": row.kid,
            "number": row.number,
            "sha256": row.sha256,
            "signature": base64url(row.signature),
        }
    )
