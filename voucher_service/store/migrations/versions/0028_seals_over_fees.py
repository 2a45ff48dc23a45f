"""Seals over the operator's own fees; the next one covers all that is there already."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Bytes, Instant, Key

revision = "0028"
down_revision = "0027"

FROZEN = ("fee_seal", "fee_seal_item")

SQLITE_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} rows are never changed: write a new one'); END"""

POSTGRESQL_GUARD = """
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def upgrade() -> None:
    op.create_table(
        "fee_seal",
        sa.Column("number", Key, autoincrement=False, nullable=False),
        sa.Column("transfers", Key, nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("sealed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_fee_seal")),
        sa.UniqueConstraint("hash", name=op.f("uq_fee_seal_hash")),
    )
    op.create_table(
        "fee_seal_item",
        sa.Column("transfer_id", Key, nullable=False),
        sa.Column("seal_number", Key, nullable=False),
        sa.Column("position", Key, nullable=False),
        sa.Column("leaf", Bytes, nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["fee_seal.number"], name=op.f("fk_fee_seal_item_seal_number")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["fee_transfer.id"], name=op.f("fk_fee_seal_item_transfer_id")
        ),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_fee_seal_item")),
        sa.UniqueConstraint(
            "seal_number", "position", name=op.f("uq_fee_seal_item_seal_number_position")
        ),
    )
    for table in FROZEN:
        if op.get_context().dialect.name == "postgresql":
            op.execute(POSTGRESQL_GUARD.format(table=table))
        else:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
