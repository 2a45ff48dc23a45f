"""How incidents end, and the bank's name of a correction's line."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("incident", sa.Column("outcome", sa.String(), nullable=True))
    op.execute("UPDATE incident SET outcome = 'dismissed' WHERE closed_at IS NOT NULL")
    op.add_column("correction", sa.Column("reference", sa.String(), nullable=True))
    op.create_index("uq_correction_reference", "correction", ["kind", "reference"], unique=True)
