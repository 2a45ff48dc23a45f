"""Files of the bank, statements, lines, and what each line is."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.migrations.guards import freeze
from voucher_service.store.types import Bytes, Instant, Key

revision = "0008"
down_revision = "0007"

OPEN = sa.text("matched_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "bank_message",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("content", Bytes, nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_message")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_message_sha256")),
    )
    op.create_table(
        "bank_statement",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("message_id", Key, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("number", Key, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("opening_day", sa.Date(), nullable=False),
        sa.Column("opening_cents", Key, nullable=False),
        sa.Column("closing_day", sa.Date(), nullable=False),
        sa.Column("closing_cents", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["bank_message.id"], name=op.f("fk_bank_statement_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("account", "number", name=op.f("uq_bank_statement_account_number")),
        sa.UniqueConstraint(
            "account",
            "reference",
            "closing_day",
            name=op.f("uq_bank_statement_account_reference_closing_day"),
        ),
    )
    op.create_index("ix_bank_statement_message_id", "bank_statement", ["message_id"])
    op.create_table(
        "bank_line",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("message_id", Key, nullable=False),
        sa.Column("statement_id", Key, nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in (
                "direction",
                "bank_reference",
                "end_to_end",
                "batch",
                "creditor_reference",
                "text",
                "name",
                "iban",
                "return_reason",
            )
        ),
        sa.Column("matched_at", Instant, nullable=True),
        sa.Column("matched_by", sa.String(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_bank_line_cents_positive")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["bank_message.id"], name=op.f("fk_bank_line_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("identity", name=op.f("uq_bank_line_identity")),
    )
    op.create_index("ix_bank_line_message_id", "bank_line", ["message_id"])
    op.create_index("ix_bank_line_statement_id", "bank_line", ["statement_id"])
    op.create_index(
        "ix_bank_line_open", "bank_line", ["id"], postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_table(
        "bank_match",
        sa.Column("line_id", Key, nullable=False),
        sa.Column("position", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_bank_match_cents_positive")),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_bank_match_line_id")),
        sa.PrimaryKeyConstraint("line_id", "position", name=op.f("pk_bank_match")),
    )
    freeze("bank_message", "bank_statement", "bank_match")
