"""A funder finds its own statement right, beside the approval that lets associations be paid."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "statement_agreement",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["statement.number"], name=op.f("fk_statement_agreement_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_statement_agreement")),
    )
