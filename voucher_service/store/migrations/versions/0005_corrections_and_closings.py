"""Contests step by step, corrections, the end of campaigns, refunds, signed documents."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.migrations.guards import freeze
from voucher_service.store.types import Instant, Key

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "closing_alert",
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("days_before", Key, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_closing_alert_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "days_before", name=op.f("pk_closing_alert")),
    )
    op.create_table(
        "document",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=True),
        sa.Column("association_id", Key, nullable=True),
        sa.Column("total_cents", Key, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_document_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_document_campaign_id")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_document_funder_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_campaign_id"), "document", ["campaign_id"], unique=False)
    op.create_table(
        "refund",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", Instant, nullable=True),
        sa.Column("sent_at", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_reason", sa.String(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_refund_cents_positive")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_refund_campaign_id")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_refund_funder_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_refund")),
    )
    op.create_index(
        "uq_refund_open",
        "refund",
        ["campaign_id", "funder_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "carry_over",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_carry_over_cents_positive")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_carry_over_campaign_id")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_carry_over_funder_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["campaign_order.id"], name=op.f("fk_carry_over_order_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_carry_over")),
    )
    op.create_table(
        "closing",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("round", Key, nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("statement_number", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_closing_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_number"], ["document.number"], name=op.f("fk_closing_statement_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
        sa.UniqueConstraint("campaign_id", "round", name=op.f("uq_closing_campaign_id_round")),
        sa.UniqueConstraint("statement_number", name=op.f("uq_closing_statement_number")),
    )
    op.create_table(
        "document_file",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rendered_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["document.number"], name=op.f("fk_document_file_number")
        ),
        sa.PrimaryKeyConstraint("number", "media_type", name=op.f("pk_document_file")),
    )
    op.create_table(
        "closing_approval",
        sa.Column("closing_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["closing.id"], name=op.f("fk_closing_approval_closing_id")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_closing_approval_funder_id")
        ),
        sa.PrimaryKeyConstraint("closing_id", "funder_id", name=op.f("pk_closing_approval")),
    )
    op.create_table(
        "closing_choice",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("closing_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["closing.id"], name=op.f("fk_closing_choice_closing_id")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_closing_choice_funder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_choice")),
    )
    op.create_index(
        op.f("ix_closing_choice_closing_id"), "closing_choice", ["closing_id"], unique=False
    )
    op.create_table(
        "contest_step",
        sa.Column("contestation_id", Key, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contestation_id"], ["contestation.id"], name=op.f("fk_contest_step_contestation_id")
        ),
        sa.PrimaryKeyConstraint("contestation_id", "step", name=op.f("pk_contest_step")),
    )
    op.create_table(
        "correction",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("association_id", Key, nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("redemption_id", Key, nullable=True),
        sa.Column("contestation_id", Key, nullable=True),
        sa.Column("incident_id", Key, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("period_id", Key, nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_correction_cents_positive")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_correction_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_correction_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["contestation_id"], ["contestation.id"], name=op.f("fk_correction_contestation_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_correction_incident_id")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_correction_period_id")),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_correction_redemption_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_correction_redemption_id")),
    )
    op.create_index(
        op.f("ix_correction_association_id"), "correction", ["association_id"], unique=False
    )
    op.create_index(
        "ix_correction_open",
        "correction",
        ["association_id"],
        unique=False,
        postgresql_where=sa.text("period_id IS NULL"),
        sqlite_where=sa.text("period_id IS NULL"),
    )
    op.create_index(op.f("ix_correction_period_id"), "correction", ["period_id"], unique=False)
    contests_have_a_last_day_for_the_answer()
    freeze("contest_step", "closing_approval", "closing_choice", "carry_over")
    freeze("document", "document_file")


def contests_have_a_last_day_for_the_answer() -> None:
    """Those opened before may be decided at once."""
    op.add_column("contestation", sa.Column("answer_until", sa.Date(), nullable=True))
    op.execute("UPDATE contestation SET answer_until = date(opened_at)")
    with op.batch_alter_table("contestation") as batch:
        batch.alter_column("answer_until", existing_type=sa.Date(), nullable=False)
