"""Shapes of signed documents besides statements."""

from datetime import datetime
from typing import Literal

from voucher_service.http.body import Body
from voucher_service.http.fields import Id

DocumentKind = Literal[
    "call_for_funds", "reminder", "closing_statement", "credit_note", "debit_note"
]


class DocumentOut(Body):
    """A document's facts. A joint closing statement is addressed to all funders together."""

    number: str
    kind: DocumentKind
    campaign: Id
    funder: Id | None
    association: Id | None
    total_cents: int
    sha256: str
    issued_at: datetime


class DebitNoteIn(Body):
    """Of which campaign."""

    campaign: Id
