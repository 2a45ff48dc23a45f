"""Shapes of signed documents besides statements."""

from datetime import datetime
from typing import Literal

from voucher_service.http.body import Body
from voucher_service.http.fields import Id

DocumentKind = Literal[
    "call_for_funds",
    "reminder",
    "closing_statement",
    "credit_note",
    "debit_note",
    "attestation",
    "self_billed_invoice",
]


class DocumentOut(Body):
    """A document's facts. A joint closing statement is addressed to all funders together.

    ``campaign`` is empty for what is about a statement, which may be of several.
    """

    number: str
    kind: DocumentKind
    campaign: Id | None
    funder: Id | None
    association: Id | None
    total_cents: int
    sha256: str
    issued_at: datetime


class DebitNoteIn(Body):
    """Of which campaign."""

    campaign: Id
