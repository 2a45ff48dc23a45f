"""What a bank line was said to be by mistake, who took it back, and why."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0022"
down_revision = "0021"

SQLITE_GUARD = """
CREATE TRIGGER bank_undone_no_{verb} BEFORE {verb} ON bank_undone
BEGIN SELECT RAISE(ABORT, 'bank_undone rows are never changed: write a new one'); END"""

POSTGRESQL_GUARD = """
CREATE TRIGGER bank_undone_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_undone
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def upgrade() -> None:
    op.create_table(
        "bank_undone",
        sa.Column("line_id", Key, nullable=False),
        sa.Column("position", Key, nullable=False),
        sa.Column("said_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("undone_by", sa.String(), nullable=False),
        sa.Column("undone_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id", "position"],
            ["bank_match.line_id", "bank_match.position"],
            name=op.f("fk_bank_undone_line_id"),
        ),
        sa.PrimaryKeyConstraint("line_id", "position", name=op.f("pk_bank_undone")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(POSTGRESQL_GUARD)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_GUARD.format(verb=verb))
