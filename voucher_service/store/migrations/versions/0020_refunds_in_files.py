"""Deposits go home in files for the bank, made by one person and let go by another."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Bytes, Instant, Key

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "refund_batch",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("execution_day", sa.Date(), nullable=False),
        sa.Column("total_cents", Key, nullable=False),
        sa.Column("document", Bytes, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("file", Bytes, nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Instant, nullable=True),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_refund_batch_total_positive")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_refund_batch")),
    )
    with op.batch_alter_table("refund") as batch:
        batch.add_column(sa.Column("batch_number", sa.String(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_refund_batch_number"), "refund_batch", ["batch_number"], ["number"]
        )
        batch.create_index(op.f("ix_refund_batch_number"), ["batch_number"])
