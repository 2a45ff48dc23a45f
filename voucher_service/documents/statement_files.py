"""A statement as a file to keep: CSV or PDF, with what proves it. Keeps nothing itself."""

import json

from voucher_service.core.attestation import base64url
from voucher_service.documents.statement import Proof, to_csv, to_pdf
from voucher_service.store.queries.statements import Statement

CSV, PDF = "text/csv", "application/pdf"


def draw(statement: Statement, media_type: str, base_url: str) -> bytes:
    """The file of one media type; ``base_url`` is where anybody can check the statement."""
    document = json.loads(statement.document)
    if media_type == CSV:
        return to_csv(document)
    address = f"{base_url}/verify/{statement.number}"
    signature = base64url(statement.signature)
    return to_pdf(document, Proof(statement.sha256, signature, statement.kid, address))
