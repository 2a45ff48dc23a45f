"""An association says that its statement is wrong, line by line, and the operator answers."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "statement_dispute",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("statement_number", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("booklet_id", Key, nullable=True),
        sa.Column("number", Key, nullable=True),
        sa.Column("correction", Key, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("incident_id", Key, nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["statement_number"],
            ["statement.number"],
            name=op.f("fk_statement_dispute_statement_number"),
        ),
        sa.ForeignKeyConstraint(
            ["booklet_id"], ["booklet.id"], name=op.f("fk_statement_dispute_booklet_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_statement_dispute_incident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_dispute")),
        sa.UniqueConstraint(
            "statement_number", "about", name=op.f("uq_statement_dispute_statement_number_about")
        ),
    )
