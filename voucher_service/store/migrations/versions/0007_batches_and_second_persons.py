"""Payout batches, and bank accounts that a second person confirms.

Accounts entered before are proposals from now on: nothing is paid to one that nobody confirmed.
"""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.migrations.guards import freeze
from voucher_service.store.types import Bytes, Instant, Key

revision = "0007"
down_revision = "0006"

CURRENT = sa.text("confirmed_at IS NOT NULL AND replaced_at IS NULL")
PROPOSED = sa.text("confirmed_at IS NULL AND replaced_at IS NULL")
LIVE = sa.text("withdrawn_at IS NULL AND rejected_at IS NULL AND returned_at IS NULL")


def upgrade() -> None:
    _batches()
    _payouts()
    _accounts()


def _batches() -> None:
    op.create_table(
        "payout_batch",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("period_id", Key, nullable=False),
        sa.Column("execution_day", sa.Date(), nullable=False),
        sa.Column("total_cents", Key, nullable=False),
        sa.Column("document", Bytes, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("file", Bytes, nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_payout_batch_total_positive")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_payout_batch_period_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_payout_batch")),
    )
    op.create_index("ix_payout_batch_period_id", "payout_batch", ["period_id"])
    op.create_table(
        "payout_batch_decision",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["payout_batch.number"], name=op.f("fk_payout_batch_decision_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_payout_batch_decision")),
    )
    freeze("payout_batch", "payout_batch_decision")


def _payouts() -> None:
    with op.batch_alter_table("payout") as payout:
        payout.add_column(sa.Column("batch_number", sa.String(), nullable=True))
        payout.add_column(sa.Column("bank_account_id", Key, nullable=True))
        payout.add_column(sa.Column("planned_at", Instant, nullable=True))
        payout.add_column(sa.Column("withdrawn_at", Instant, nullable=True))
        payout.add_column(sa.Column("rejected_at", Instant, nullable=True))
    op.execute("UPDATE payout SET planned_at = sent_at")
    with op.batch_alter_table("payout") as payout:
        payout.alter_column("planned_at", nullable=False)
        payout.alter_column("sent_at", nullable=True)
        payout.create_foreign_key(
            op.f("fk_payout_batch_number"), "payout_batch", ["batch_number"], ["number"]
        )
        payout.create_foreign_key(
            op.f("fk_payout_bank_account_id"), "bank_account", ["bank_account_id"], ["id"]
        )
    op.create_index("ix_payout_batch_number", "payout", ["batch_number"])
    op.create_index(
        "uq_payout_live",
        "payout",
        ["statement_number"],
        unique=True,
        postgresql_where=LIVE,
        sqlite_where=LIVE,
    )


def _accounts() -> None:
    op.drop_index("uq_bank_account_current", "bank_account")
    for column in (
        sa.Column("town", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=False, server_default="unknown"),
        sa.Column("confirmed_at", Instant, nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("usable_from", Instant, nullable=True),
        sa.Column("blocked_at", Instant, nullable=True),
        sa.Column("blocked_reason", sa.String(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
    ):
        op.add_column("bank_account", column)
    for name, condition in (
        ("uq_bank_account_current", CURRENT),
        ("uq_bank_account_proposed", PROPOSED),
    ):
        op.create_index(
            name,
            "bank_account",
            ["association_id"],
            unique=True,
            postgresql_where=condition,
            sqlite_where=condition,
        )
