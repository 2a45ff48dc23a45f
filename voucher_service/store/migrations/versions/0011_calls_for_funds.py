"""Calls for funds as papers: what public funders ask to find on them, and reminders."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Key

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("funder") as batch:
        for name in ("street", "postcode", "town", "service_code"):
            batch.add_column(sa.Column(name, sa.String(), nullable=True))
        for name in ("needs_engagement", "needs_service_code"):
            batch.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    with op.batch_alter_table("call") as batch:
        batch.add_column(sa.Column("engagement_number", sa.String(), nullable=True))
        batch.add_column(sa.Column("service_code", sa.String(), nullable=True))
    op.create_table(
        "reminder",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("call_number", sa.String(), nullable=False),
        sa.Column("level", Key, nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_number"], ["call.number"], name=op.f("fk_reminder_call_number")
        ),
        sa.ForeignKeyConstraint(["number"], ["document.number"], name=op.f("fk_reminder_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reminder")),
        sa.UniqueConstraint("call_number", "level", name=op.f("uq_reminder_call_number_level")),
    )
