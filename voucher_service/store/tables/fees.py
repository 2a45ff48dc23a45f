"""The operator's own books: fee invoices and credit notes, their movements, what was paid.

Apart from the scheme's tables on purpose: fees and face value share no row, no account and no
document, and whoever takes the scheme over does not take these.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes


class FeeDocument(Base):
    """A fee invoice or its credit note, frozen, in a series without holes."""

    __tablename__ = "fee_document"
    __table_args__ = (
        CheckConstraint("kind IN ('fee_invoice', 'fee_credit_note')", name="fees_only"),
        CheckConstraint("net_cents > 0 AND vat_cents >= 0", name="cents_positive"),
        CheckConstraint("total_cents = net_cents + vat_cents", name="adds_up"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    #: fee_invoice or fee_credit_note.
    kind: Mapped[str]
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"), index=True)
    #: The invoice that a credit note takes back from.
    corrects: Mapped[str | None] = mapped_column(ForeignKey("fee_document.number"), index=True)
    #: Without VAT, the VAT, and with it. Positive on a credit note too.
    net_cents: Mapped[int]
    vat_cents: Mapped[int]
    total_cents: Mapped[int]
    #: Canonical JSON: the document itself.
    document: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str]
    signature: Mapped[bytes] = mapped_column(Bytes)
    kid: Mapped[str]
    issued_at: Mapped[Moment]


class FeeDocumentFile(Base):
    """A fee document as PDF, CSV or XML, kept as bytes and never made again."""

    __tablename__ = "fee_document_file"

    number: Mapped[str] = mapped_column(ForeignKey("fee_document.number"), primary_key=True)
    media_type: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str]
    rendered_at: Mapped[Moment]


class FeePayment(Base):
    """Money that came for an invoice on the operator's own account."""

    __tablename__ = "fee_payment"
    __table_args__ = (
        UniqueConstraint("number", "reference"),
        CheckConstraint("cents > 0", name="cents_positive"),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(ForeignKey("fee_document.number"))
    cents: Mapped[int]
    received_on: Mapped[date]
    #: What the operator's bank calls this line.
    reference: Mapped[str]
    recorded_at: Mapped[Moment]


class FeeTransfer(Base):
    """Cents between two accounts of these books. Inserted, never changed: a trigger refuses it."""

    __tablename__ = "fee_transfer"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        CheckConstraint("debit <> credit", name="goes_somewhere"),
        CheckConstraint("debit LIKE 'fees:%' AND credit LIKE 'fees:%'", name="own_books"),
    )

    id: Mapped[PrimaryKey]
    #: The business key: the same event cannot be written twice.
    event: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    debit: Mapped[str]
    credit: Mapped[str]
    cents: Mapped[int]
    #: The day it counts for.
    value_date: Mapped[date]
    recorded_at: Mapped[Moment]
    #: The document behind it.
    reference: Mapped[str] = mapped_column(ForeignKey("fee_document.number"), index=True)


class FeeSeal(Base):
    """One link of the chain over these movements; the scheme's ledger has its own."""

    __tablename__ = "fee_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transfers: Mapped[int]
    cents: Mapped[int]
    previous: Mapped[str]
    root: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    sealed_at: Mapped[Moment]


class FeeSealItem(Base):
    """Which seal covers a movement."""

    __tablename__ = "fee_seal_item"
    __table_args__ = (UniqueConstraint("seal_number", "position"),)

    transfer_id: Mapped[int] = mapped_column(ForeignKey("fee_transfer.id"), primary_key=True)
    seal_number: Mapped[int] = mapped_column(ForeignKey("fee_seal.number"))
    position: Mapped[int]
    #: The hash of the movement as it was sealed: it tells which one was altered since.
    leaf: Mapped[bytes] = mapped_column(Bytes)
