"""Files of places, reports of wrong sites, and the books at the end of each month."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Bytes, Document, Instant, Key

revision = "0019"
down_revision = "0018"

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "places_file",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", Bytes, nullable=True),
        sa.Column("association_id", Key, nullable=True),
        sa.Column("leaves_out_others", sa.Boolean(), nullable=False),
        sa.Column("brought_by", sa.String(), nullable=False),
        sa.Column("brought_at", Instant, nullable=False),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column("taken_at", Instant, nullable=True),
        sa.Column("added", Key, nullable=False),
        sa.Column("changed", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_places_file_association_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places_file")),
    )
    op.create_table(
        "site_report",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("times", Key, nullable=False),
        sa.Column("first_at", Instant, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_report_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_report")),
    )
    op.create_index(
        "uq_site_report_open",
        "site_report",
        ["site_id", "topic"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_table(
        "books_month",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        sa.Column("figures", Document, nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_books_month")),
    )
