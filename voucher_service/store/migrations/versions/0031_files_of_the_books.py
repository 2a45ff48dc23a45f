"""Files of the whole books: who asked, what was made, and its bytes for a while."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Bytes, Document, Instant, Key

revision = "0031"
down_revision = "0030"

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "books_request",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("asked", Document, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("job_id", Key, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("faults", Key, nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_books_request_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_request")),
    )
    op.create_index(
        "uq_books_request_open",
        "books_request",
        ["key"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_table(
        "books_file",
        sa.Column("request_id", Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", Key, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("parts", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["books_request.id"], name=op.f("fk_books_file_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "name", name=op.f("pk_books_file")),
    )
    op.create_table(
        "books_part",
        sa.Column("request_id", Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", Key, nullable=False),
        sa.Column("content", Bytes, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["books_request.id"], name=op.f("fk_books_part_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "name", "position", name=op.f("pk_books_part")),
    )
