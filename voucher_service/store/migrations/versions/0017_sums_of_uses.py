"""Sums of uses and transfers up to a mark; nothing that cannot be made anew."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "sum_mark",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("last_redemption", Key, nullable=False),
        sa.Column("last_transfer", Key, nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sum_mark")),
    )
    op.create_table(
        "use_sum",
        sa.Column("mark_id", Key, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("uses", Key, nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["sum_mark.id"], name=op.f("fk_use_sum_mark_id")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_use_sum_campaign_id")
        ),
        sa.PrimaryKeyConstraint(
            "mark_id", "campaign_id", "side", "key", "month", name=op.f("pk_use_sum")
        ),
    )
    op.create_table(
        "account_sum",
        sa.Column("mark_id", Key, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("debited", Key, nullable=False),
        sa.Column("credited", Key, nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["sum_mark.id"], name=op.f("fk_account_sum_mark_id")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_account_sum_campaign_id")
        ),
        sa.PrimaryKeyConstraint(
            "mark_id", "campaign_id", "account", "kind", name=op.f("pk_account_sum")
        ),
    )
