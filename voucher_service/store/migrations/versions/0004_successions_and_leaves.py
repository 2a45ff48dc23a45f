"""Which transfer was altered since it was sealed; who ran the scheme before this house."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0004"
down_revision = "0003"

SQLITE_GUARD = """
CREATE TRIGGER succession_no_{verb} BEFORE {verb} ON succession
BEGIN SELECT RAISE(ABORT, 'succession rows are never changed: write a new one'); END"""

POSTGRESQL_GUARD = """
CREATE TRIGGER succession_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON succession
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def upgrade() -> None:
    op.add_column("seal_item", sa.Column("leaf", sa.LargeBinary(), nullable=True))
    op.create_table(
        "succession",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=True),
        sa.Column("manifest_sha256", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_GUARD)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_GUARD.format(verb=verb))
