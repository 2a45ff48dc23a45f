"""Passes used twice without network, and refusals that sites dispute."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("association_id", Key, nullable=False),
        sa.Column("refusal_id", Key, nullable=True),
        sa.Column("redemption_id", Key, nullable=True),
        sa.Column("cents", Key, nullable=False),
        sa.Column("borne_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_incident_cents_positive")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_incident_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_incident_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_incident_redemption_id")
        ),
        sa.ForeignKeyConstraint(
            ["refusal_id"], ["refusal.id"], name=op.f("fk_incident_refusal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("event", name=op.f("uq_incident_event")),
    )
    op.create_index("ix_incident_association_id", "incident", ["association_id"])
    op.create_index("ix_incident_refusal_id", "incident", ["refusal_id"])
    op.create_table(
        "dispute",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("refusal_id", Key, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["refusal_id"], ["refusal.id"], name=op.f("fk_dispute_refusal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("refusal_id", name=op.f("uq_dispute_refusal_id")),
    )
