"""Payouts by Stripe Connect: recipients, batches that leave so, transfers."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "recipient",
        sa.Column("association_id", Key, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_recipient_association_id")
        ),
        sa.PrimaryKeyConstraint("association_id", name=op.f("pk_recipient")),
        sa.UniqueConstraint("account", name=op.f("uq_recipient_account")),
    )
    op.create_table(
        "rail_batch",
        sa.Column("batch_number", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("funded_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_number"], ["payout_batch.number"], name=op.f("fk_rail_batch_batch_number")
        ),
        sa.PrimaryKeyConstraint("batch_number", name=op.f("pk_rail_batch")),
    )
    op.create_table(
        "rail_transfer",
        sa.Column("end_to_end", sa.String(), nullable=False),
        sa.Column("transfer", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reversal", sa.String(), nullable=True),
        sa.Column("reversed_by", sa.String(), nullable=True),
        sa.Column("reversed_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["end_to_end"], ["payout.end_to_end"], name=op.f("fk_rail_transfer_end_to_end")
        ),
        sa.PrimaryKeyConstraint("end_to_end", name=op.f("pk_rail_transfer")),
        sa.UniqueConstraint("transfer", name=op.f("uq_rail_transfer_transfer")),
        sa.UniqueConstraint("reversal", name=op.f("uq_rail_transfer_reversal")),
    )
