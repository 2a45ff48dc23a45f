"""Find the uses that were taken back since a moment, for the deltas of phones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UNDONE = sa.text("undone_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_redemption_undone",
        "redemption",
        ["undone_at"],
        postgresql_where=UNDONE,
        sqlite_where=UNDONE,
    )
