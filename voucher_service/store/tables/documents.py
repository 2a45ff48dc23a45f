"""Signed documents that no period issues: closing statements, credit notes, notes of debt.

Bytes with their hash and signature, never changed and never made again.
"""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment
from voucher_service.store.types import Bytes


class Document(Base):
    """A frozen document in a series without holes."""

    __tablename__ = "document"

    number: Mapped[str] = mapped_column(primary_key=True)
    #: call_for_funds, reminder, closing_statement, credit_note, debit_note, attestation or
    #: self_billed_invoice.
    kind: Mapped[str]
    #: Empty where it is about a statement, which may be of several.
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    #: Whom it is addressed to. Neither: all funders of the campaign together.
    funder_id: Mapped[int | None] = mapped_column(ForeignKey("funder.id"))
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"))
    #: What it asks, gives back, or says in sum.
    total_cents: Mapped[int]
    #: Canonical JSON: the document itself.
    document: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str]
    signature: Mapped[bytes] = mapped_column(Bytes)
    kid: Mapped[str]
    issued_at: Mapped[Moment]


class DocumentFile(Base):
    """A document as PDF or CSV, kept as bytes and never made again."""

    __tablename__ = "document_file"

    number: Mapped[str] = mapped_column(ForeignKey("document.number"), primary_key=True)
    media_type: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str]
    rendered_at: Mapped[Moment]
