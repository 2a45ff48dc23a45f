"""The operator's own fees: documents, movements and payments apart from the scheme's."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Bytes, Instant, Key

revision = "0016"
down_revision = "0015"

SQLITE_GUARD = """
CREATE TRIGGER fee_transfer_no_{verb} BEFORE {verb} ON fee_transfer
BEGIN SELECT RAISE(ABORT, 'fee_transfer rows are never changed: write a new one'); END"""

POSTGRESQL_GUARD = """
CREATE TRIGGER fee_transfer_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON fee_transfer
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def upgrade() -> None:
    _documents()
    _movements()
    if op.get_context().dialect.name == "postgresql":
        op.execute(POSTGRESQL_GUARD)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_GUARD.format(verb=verb))


def _documents() -> None:
    op.create_table(
        "fee_document",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("corrects", sa.String(), nullable=True),
        sa.Column("net_cents", Key, nullable=False),
        sa.Column("vat_cents", Key, nullable=False),
        sa.Column("total_cents", Key, nullable=False),
        sa.Column("document", Bytes, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signature", Bytes, nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
        sa.CheckConstraint(
            "kind IN ('fee_invoice', 'fee_credit_note')", name=op.f("ck_fee_document_fees_only")
        ),
        sa.CheckConstraint(
            "net_cents > 0 AND vat_cents >= 0", name=op.f("ck_fee_document_cents_positive")
        ),
        sa.CheckConstraint(
            "total_cents = net_cents + vat_cents", name=op.f("ck_fee_document_adds_up")
        ),
        sa.ForeignKeyConstraint(
            ["corrects"], ["fee_document.number"], name=op.f("fk_fee_document_corrects")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_fee_document_funder_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_fee_document")),
    )
    op.create_index(op.f("ix_fee_document_funder_id"), "fee_document", ["funder_id"])
    op.create_index(op.f("ix_fee_document_corrects"), "fee_document", ["corrects"])
    op.create_table(
        "fee_document_file",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", Bytes, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rendered_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["fee_document.number"], name=op.f("fk_fee_document_file_number")
        ),
        sa.PrimaryKeyConstraint("number", "media_type", name=op.f("pk_fee_document_file")),
    )


def _movements() -> None:
    op.create_table(
        "fee_payment",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_fee_payment_cents_positive")),
        sa.ForeignKeyConstraint(
            ["number"], ["fee_document.number"], name=op.f("fk_fee_payment_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_payment")),
        sa.UniqueConstraint("number", "reference", name=op.f("uq_fee_payment_number_reference")),
    )
    op.create_table(
        "fee_transfer",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("debit", sa.String(), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_fee_transfer_cents_positive")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_fee_transfer_goes_somewhere")),
        sa.CheckConstraint(
            "debit LIKE 'fees:%' AND credit LIKE 'fees:%'", name=op.f("ck_fee_transfer_own_books")
        ),
        sa.ForeignKeyConstraint(
            ["reference"], ["fee_document.number"], name=op.f("fk_fee_transfer_reference")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_transfer")),
        sa.UniqueConstraint("event", name=op.f("uq_fee_transfer_event")),
    )
    op.create_index(op.f("ix_fee_transfer_reference"), "fee_transfer", ["reference"])
