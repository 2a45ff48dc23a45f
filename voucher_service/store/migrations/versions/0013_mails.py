"""Mails: what the outbox tells, one for each person, and what could not be addressed."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0013"
down_revision = "0012"

NOT_ADDRESSED = sa.text("carried_at IS NULL AND trouble IS NULL")
NOT_SENT = sa.text("sent_at IS NULL AND given_up_at IS NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("trouble", sa.String(), nullable=True))
    # Until now nothing was carried: what is old by now is no news to send.
    op.execute("UPDATE outbox SET carried_at = created_at WHERE carried_at IS NULL")
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id"],
        postgresql_where=NOT_ADDRESSED,
        sqlite_where=NOT_ADDRESSED,
    )
    op.create_table(
        "mail",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("outbox_id", Key, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("tries", Key, nullable=False),
        sa.Column("sent_at", Instant, nullable=True),
        sa.Column("given_up_at", Instant, nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_mail_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("outbox_id", "address", name=op.f("uq_mail_outbox_id_address")),
    )
    op.create_index(
        "ix_mail_due_at",
        "mail",
        ["due_at"],
        postgresql_where=NOT_SENT,
        sqlite_where=NOT_SENT,
    )
