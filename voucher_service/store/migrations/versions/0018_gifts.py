"""Gifts by Checkout, what Stripe says of them, and orders of whole passes."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.migrations.guards import freeze
from voucher_service.store.types import Instant, Key

revision = "0018"
down_revision = "0017"


def key(name: str, to: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    op.add_column(
        "campaign_order",
        sa.Column("missing_passes", Key, nullable=False, server_default=sa.text("0")),
    )
    op.create_table(
        "gift_opening",
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        key("campaign_id", "campaign", "gift_opening"),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_gift_opening")),
    )
    op.create_table(
        "gift_round",
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("parent_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        key("campaign_id", "campaign", "gift_round"),
        key("parent_id", "campaign", "gift_round"),
        key("funder_id", "funder", "gift_round"),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_gift_round")),
        sa.UniqueConstraint(
            "parent_id", "funder_id", name=op.f("uq_gift_round_parent_id_funder_id")
        ),
    )
    op.create_table(
        "gift",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("round_id", Key, nullable=True),
        sa.Column("funder_id", Key, nullable=True),
        sa.Column("order_id", Key, nullable=True),
        sa.Column("cents", Key, nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("name", "mail", "engagement", "language", "actor")
        ),
        sa.Column("at", Instant, nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("completed_at", Instant, nullable=True),
        sa.Column("paid_at", Instant, nullable=True),
        sa.Column("passes", Key, nullable=True),
        sa.Column("funded_at", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_gift_cents_positive")),
        key("campaign_id", "campaign", "gift"),
        key("round_id", "campaign", "gift"),
        key("funder_id", "funder", "gift"),
        key("order_id", "campaign_order", "gift"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift")),
        sa.UniqueConstraint("session_id", name=op.f("uq_gift_session_id")),
    )
    op.create_index("ix_gift_campaign_id", "gift", ["campaign_id"])
    op.create_index("ix_gift_round_id", "gift", ["round_id"])
    op.create_table(
        "gift_receipt",
        sa.Column("receipt_id", Key, nullable=False),
        sa.Column("gift_id", Key, nullable=False),
        key("receipt_id", "receipt", "gift_receipt"),
        key("gift_id", "gift", "gift_receipt"),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_gift_receipt")),
    )
    op.create_index("ix_gift_receipt_gift_id", "gift_receipt", ["gift_id"])
    op.create_table(
        "stripe_event",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("id", "type", "object_id", "sha256", "came_by")
        ),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("acted_at", Instant, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_event")),
    )
    op.create_table(
        "stripe_transaction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("gift_id", Key, nullable=True),
        sa.Column("campaign_id", Key, nullable=True),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("cents", Key, nullable=False),
        sa.Column("fee_cents", Key, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("payout", sa.String(), nullable=True),
        sa.Column("occurred_at", Instant, nullable=False),
        sa.Column("taken_at", Instant, nullable=False),
        key("gift_id", "gift", "stripe_transaction"),
        key("campaign_id", "campaign", "stripe_transaction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_transaction")),
    )
    op.create_index("ix_stripe_transaction_gift_id", "stripe_transaction", ["gift_id"])
    op.create_index("ix_stripe_transaction_payout", "stripe_transaction", ["payout"])
    op.create_table(
        "stripe_payout",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("trace", sa.String(), nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("arrived_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_payout")),
    )
    freeze("gift_receipt")
