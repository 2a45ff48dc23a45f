"""A form that was being filled in when a sitting ended waits an hour for the same person."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Bytes, Instant, Key

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "kept_form",
        sa.Column("browser_hash", Bytes, nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("kept_at", Instant, nullable=False),
        sa.Column("sealed", Bytes, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_form_person_id")),
        sa.PrimaryKeyConstraint("browser_hash", "page", "form", name=op.f("pk_kept_form")),
    )
    op.create_index(op.f("ix_kept_form_person_id"), "kept_form", ["person_id"])
