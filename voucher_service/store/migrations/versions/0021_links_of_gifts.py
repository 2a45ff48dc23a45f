"""The link that leads somebody who was asked for money to Stripe's page."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    with op.batch_alter_table("gift") as batch:
        batch.add_column(sa.Column("link", sa.String(), nullable=True))
        batch.create_unique_constraint(op.f("uq_gift_link"), ["link"])
