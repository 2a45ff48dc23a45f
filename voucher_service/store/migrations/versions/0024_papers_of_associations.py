"""Attestations of public sites, and invoices in the name of associations that gave a mandate."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    with op.batch_alter_table("document") as batch:
        batch.alter_column("campaign_id", existing_type=Key, nullable=True)
    op.create_table(
        "billing_mandate",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("association_id", Key, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("contest_days", Key, nullable=False),
        sa.Column("vat_bp", Key, nullable=False),
        sa.Column("vat_number", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.CheckConstraint(
            "contest_days > 0", name=op.f("ck_billing_mandate_contest_days_positive")
        ),
        sa.CheckConstraint("vat_bp >= 0", name=op.f("ck_billing_mandate_vat_not_negative")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_billing_mandate_association_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_mandate")),
    )
    current = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_billing_mandate_current",
        "billing_mandate",
        ["association_id"],
        unique=True,
        postgresql_where=current,
        sqlite_where=current,
    )
    op.create_table(
        "self_billed",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("statement_number", sa.String(), nullable=False),
        sa.Column("mandate_id", Key, nullable=False),
        sa.Column("contest_until", sa.Date(), nullable=False),
        sa.Column("contest_reason", sa.String(), nullable=True),
        sa.Column("contested_by", sa.String(), nullable=True),
        sa.Column("contested_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["number"], ["document.number"], name=op.f("fk_self_billed_number")
        ),
        sa.ForeignKeyConstraint(
            ["statement_number"], ["statement.number"], name=op.f("fk_self_billed_statement_number")
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["billing_mandate.id"], name=op.f("fk_self_billed_mandate_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_self_billed")),
        sa.UniqueConstraint("statement_number", name=op.f("uq_self_billed_statement_number")),
    )
    op.create_table(
        "attestation",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("statement_number", sa.String(), nullable=False),
        sa.Column("site_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["document.number"], name=op.f("fk_attestation_number")
        ),
        sa.ForeignKeyConstraint(
            ["statement_number"], ["statement.number"], name=op.f("fk_attestation_statement_number")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_attestation_site_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_attestation")),
        sa.UniqueConstraint(
            "statement_number", "site_id", name=op.f("uq_attestation_statement_number_site_id")
        ),
    )
