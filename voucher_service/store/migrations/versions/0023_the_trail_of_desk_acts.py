"""Who did what at which desk."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.migrations.guards import freeze
from voucher_service.store.types import Instant, Key

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "desk_act",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("tenant_id", Key, nullable=True),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("led_to", sa.String(), nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_act")),
    )
    op.create_index(op.f("ix_desk_act_actor"), "desk_act", ["actor"])
    freeze("desk_act")
