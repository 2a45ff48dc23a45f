"""A transfer by Stripe goes back in parts: each reversal is a row, made here or at Stripe."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "rail_reversal",
        sa.Column("reversal", sa.String(), nullable=False),
        sa.Column("end_to_end", sa.String(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_rail_reversal_cents_positive")),
        sa.ForeignKeyConstraint(
            ["end_to_end"], ["payout.end_to_end"], name=op.f("fk_rail_reversal_end_to_end")
        ),
        sa.PrimaryKeyConstraint("reversal", name=op.f("pk_rail_reversal")),
        sa.UniqueConstraint("end_to_end", "name", name=op.f("uq_rail_reversal_end_to_end_name")),
    )
    op.execute(
        "INSERT INTO rail_reversal (reversal, end_to_end, cents, name, actor, at)"
        " SELECT sent.reversal, sent.end_to_end, payout.cents, 'all',"
        " sent.reversed_by, sent.reversed_at FROM rail_transfer AS sent"
        " JOIN payout ON payout.end_to_end = sent.end_to_end"
        " WHERE sent.reversal IS NOT NULL"
    )
    with op.batch_alter_table("rail_transfer") as batch:
        batch.drop_constraint(op.f("uq_rail_transfer_reversal"), type_="unique")
        batch.drop_column("reversal")
        batch.drop_column("reversed_by")
        batch.drop_column("reversed_at")
