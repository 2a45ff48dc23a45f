"""The first tables, and the triggers that keep money rows as they were written."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Document, Instant, Key

revision = "0001"
down_revision = None


#: Rows of these are written once: no update, no delete, on either engine.
FROZEN = ("transfer", "statement", "statement_approval", "rendering", "seal", "seal_item")

SQLITE_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} rows are never changed: write a new one'); END"""

POSTGRESQL_REFUSAL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% rows are never changed: write a new one', TG_TABLE_NAME; END $$"""

POSTGRESQL_GUARD = """
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def upgrade() -> None:
    op.create_table(
        "association",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=True),
        sa.Column("rna", sa.String(), nullable=True),
        sa.Column("legal_form", sa.String(), nullable=True),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("accreditation", sa.String(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.CheckConstraint(
            "siret IS NOT NULL OR rna IS NOT NULL", name=op.f("ck_association_identified")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association")),
        sa.UniqueConstraint("rna", name=op.f("uq_association_rna")),
        sa.UniqueConstraint("siret", name=op.f("uq_association_siret")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("face_value_cents", Key, nullable=False),
        sa.Column("passes_per_booklet", Key, nullable=False),
        sa.Column("minutes_per_pass", Key, nullable=True),
        sa.Column("funding", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("valid_months", Key, nullable=True),
        sa.Column("valid_latest", sa.Date(), nullable=True),
        sa.Column("grace", sa.String(), nullable=False),
        sa.Column("services", Document, nullable=False),
        sa.Column("territory", Document, nullable=False),
        sa.Column("undo_window_minutes", Key, nullable=False),
        sa.Column("offline_passes_per_day", Key, nullable=False),
        sa.Column("offline_borne_by", sa.String(), nullable=False),
        sa.Column("downstream_fee_bp", Key, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.CheckConstraint("face_value_cents > 0", name=op.f("ck_campaign_face_value_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "counter",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("value", Key, nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_counter")),
    )
    op.create_table(
        "distribution_point",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("commune", sa.String(), nullable=False),
        sa.Column("code_insee", sa.String(), nullable=True),
        sa.Column("adresse", sa.String(), nullable=True),
        sa.Column("code_postal", sa.String(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution_point")),
    )
    op.create_table(
        "funder",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder")),
        sa.UniqueConstraint("siret", name=op.f("uq_funder_siret")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("payload", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("carried_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "period",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("cutoff", Instant, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("label", name=op.f("uq_period_label")),
    )
    op.create_table(
        "seal",
        sa.Column("number", Key, autoincrement=False, nullable=False),
        sa.Column("transfers", Key, nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("sealed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seal")),
        sa.UniqueConstraint("hash", name=op.f("uq_seal_hash")),
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("alg", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", Instant, nullable=False),
        sa.Column("not_after", Instant, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("window", Key, nullable=False),
        sa.Column("tries", Key, nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name=op.f("pk_throttle")),
    )
    op.create_table(
        "token",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("tenant_id", Key, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_token_token_hash")),
    )
    op.create_table(
        "accreditation_step",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("association_id", Key, nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_accreditation_step_association_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_step")),
    )
    with op.batch_alter_table("accreditation_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_accreditation_step_association_id"), ["association_id"], unique=False
        )

    op.create_table(
        "approval",
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("association_id", Key, nullable=False),
        sa.Column("approved_at", Instant, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_approval_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_approval_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "association_id", name=op.f("pk_approval")),
    )
    op.create_table(
        "bank_account",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("association_id", Key, nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("replaced_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_bank_account_association_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    with op.batch_alter_table("bank_account", schema=None) as batch_op:
        batch_op.create_index(
            "uq_bank_account_current",
            ["association_id"],
            unique=True,
            postgresql_where=sa.text("replaced_at IS NULL"),
            sqlite_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "campaign_funder",
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("weight", Key, nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_campaign_funder_weight_positive")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_funder_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_campaign_funder_funder_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "funder_id", name=op.f("pk_campaign_funder")),
    )
    op.create_table(
        "campaign_order",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("booklets", Key, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("funded_at", Instant, nullable=True),
        sa.Column("first_booklet", Key, nullable=True),
        sa.CheckConstraint("booklets > 0", name=op.f("ck_campaign_order_booklets_positive")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_order_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_order")),
    )
    with op.batch_alter_table("campaign_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_order_campaign_id"), ["campaign_id"], unique=False
        )

    op.create_table(
        "idempotency_key",
        sa.Column("token_id", Key, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("status", Key, nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["token_id"], ["token.id"], name=op.f("fk_idempotency_key_token_id")
        ),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "job",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arguments", Document, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", Key, nullable=False),
        sa.Column("total", Key, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("claimed_until", Instant, nullable=True),
        sa.Column("token_id", Key, nullable=True),
        sa.ForeignKeyConstraint(["token_id"], ["token.id"], name=op.f("fk_job_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state", ["state", "id"], unique=False)

    op.create_table(
        "site",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("association_id", Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("adresse", sa.String(), nullable=False),
        sa.Column("code_postal", sa.String(), nullable=False),
        sa.Column("commune", sa.String(), nullable=False),
        sa.Column("code_insee", sa.String(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("services", Document, nullable=False),
        sa.Column("telephone", sa.String(), nullable=True),
        sa.Column("horaires", sa.String(), nullable=True),
        sa.Column("details", Document, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_site_association_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_site_association_id"), ["association_id"], unique=False
        )

    op.create_table(
        "statement",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period_id", Key, nullable=False),
        sa.Column("association_id", Key, nullable=True),
        sa.Column("funder_id", Key, nullable=True),
        sa.Column("campaign_id", Key, nullable=True),
        sa.Column("total_cents", Key, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_statement_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_statement_campaign_id")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_statement_funder_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_statement_period_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_statement")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(
            "uq_statement_association",
            ["period_id", "association_id"],
            unique=True,
            postgresql_where=sa.text("association_id IS NOT NULL"),
            sqlite_where=sa.text("association_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_statement_funder",
            ["period_id", "funder_id", "campaign_id"],
            unique=True,
            postgresql_where=sa.text("funder_id IS NOT NULL"),
            sqlite_where=sa.text("funder_id IS NOT NULL"),
        )

    op.create_table(
        "stock_movement",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("point_id", Key, nullable=False),
        sa.Column("first_booklet", Key, nullable=False),
        sa.Column("booklets", Key, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"], ["distribution_point.id"], name=op.f("fk_stock_movement_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_movement_point_id"), ["point_id"], unique=False)

    op.create_table(
        "transfer",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("debit", sa.String(), nullable=False),
        sa.Column("credit", sa.String(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reverses", sa.String(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_transfer_cents_positive")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_transfer_goes_somewhere")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_transfer_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("event", name=op.f("uq_transfer_event")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(
            "uq_transfer_reverses",
            ["reverses"],
            unique=True,
            postgresql_where=sa.text("reverses IS NOT NULL"),
            sqlite_where=sa.text("reverses IS NOT NULL"),
        )

    op.create_table(
        "unmet_request",
        sa.Column("point_id", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"], ["distribution_point.id"], name=op.f("fk_unmet_request_point_id")
        ),
        sa.PrimaryKeyConstraint("point_id", "day", name=op.f("pk_unmet_request")),
    )
    op.create_table(
        "booklet",
        sa.Column("id", Key, autoincrement=False, nullable=False),
        sa.Column("public_id", sa.LargeBinary(), nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("passes", Key, nullable=False),
        sa.Column("activated_at", Instant, nullable=True),
        sa.Column("point_id", Key, nullable=True),
        sa.Column("handed_over_at", Instant, nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("blocked_at", Instant, nullable=True),
        sa.Column("voided_at", Instant, nullable=True),
        sa.Column("replaces_id", Key, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_booklet_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["campaign_order.id"], name=op.f("fk_booklet_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["distribution_point.id"], name=op.f("fk_booklet_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["booklet.id"], name=op.f("fk_booklet_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booklet")),
        sa.UniqueConstraint("public_id", name=op.f("uq_booklet_public_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_booklet_replaces_id")),
    )
    with op.batch_alter_table("booklet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booklet_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_booklet_point_id"), ["point_id"], unique=False)

    op.create_table(
        "call",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("amount_cents", Key, nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_call_amount_positive")),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_call_funder_id")),
        sa.ForeignKeyConstraint(["order_id"], ["campaign_order.id"], name=op.f("fk_call_order_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_call")),
        sa.UniqueConstraint("order_id", "funder_id", name=op.f("uq_call_order_id_funder_id")),
    )
    op.create_table(
        "device",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("paired_at", Instant, nullable=False),
        sa.Column("last_contact_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_device_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_site_id"), ["site_id"], unique=False)

    op.create_table(
        "pairing",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_pairing_site_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_pairing")),
    )
    op.create_table(
        "payout",
        sa.Column("end_to_end", sa.String(), nullable=False),
        sa.Column("statement_number", sa.String(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("sent_at", Instant, nullable=False),
        sa.Column("settled_at", Instant, nullable=True),
        sa.Column("returned_at", Instant, nullable=True),
        sa.Column("return_reason", sa.String(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_payout_cents_positive")),
        sa.ForeignKeyConstraint(
            ["statement_number"], ["statement.number"], name=op.f("fk_payout_statement_number")
        ),
        sa.PrimaryKeyConstraint("end_to_end", name=op.f("pk_payout")),
    )
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payout_statement_number"), ["statement_number"], unique=False
        )

    op.create_table(
        "print_request",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("first_booklet", Key, nullable=False),
        sa.Column("booklets", Key, nullable=False),
        sa.Column("job_id", Key, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("expires_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_print_request_job_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["campaign_order.id"], name=op.f("fk_print_request_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_request")),
    )
    op.create_table(
        "promise",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("payment_order_number", sa.String(), nullable=False),
        sa.Column("amount_cents", Key, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_promise_funder_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["campaign_order.id"], name=op.f("fk_promise_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
        sa.UniqueConstraint(
            "order_id",
            "funder_id",
            "payment_order_number",
            name=op.f("uq_promise_order_id_funder_id_payment_order_number"),
        ),
    )
    op.create_table(
        "receipt",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("funder_id", Key, nullable=False),
        sa.Column("amount_cents", Key, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("reversed_at", Instant, nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_receipt_amount_positive")),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_receipt_funder_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["campaign_order.id"], name=op.f("fk_receipt_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint(
            "order_id",
            "funder_id",
            "reference",
            name=op.f("uq_receipt_order_id_funder_id_reference"),
        ),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_order_id"), ["order_id"], unique=False)

    op.create_table(
        "rendering",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rendered_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["number"], ["statement.number"], name=op.f("fk_rendering_number")),
        sa.PrimaryKeyConstraint("number", "media_type", name=op.f("pk_rendering")),
    )
    op.create_table(
        "seal_item",
        sa.Column("transfer_id", Key, nullable=False),
        sa.Column("seal_number", Key, nullable=False),
        sa.Column("position", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["seal.number"], name=op.f("fk_seal_item_seal_number")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.id"], name=op.f("fk_seal_item_transfer_id")
        ),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_seal_item")),
        sa.UniqueConstraint(
            "seal_number", "position", name=op.f("uq_seal_item_seal_number_position")
        ),
    )
    op.create_table(
        "statement_approval",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["statement.number"], name=op.f("fk_statement_approval_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_statement_approval")),
    )
    op.create_table(
        "booklet_event",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("booklet_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["booklet_id"], ["booklet.id"], name=op.f("fk_booklet_event_booklet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booklet_event")),
    )
    with op.batch_alter_table("booklet_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booklet_event_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_booklet_event_booklet_id"), ["booklet_id"], unique=False
        )

    op.create_table(
        "handover",
        sa.Column("booklet_id", Key, nullable=False),
        sa.Column("point_id", Key, nullable=False),
        sa.Column("newcomer", sa.Boolean(), nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["booklet_id"], ["booklet.id"], name=op.f("fk_handover_booklet_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["distribution_point.id"], name=op.f("fk_handover_point_id")
        ),
        sa.PrimaryKeyConstraint("booklet_id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_point_id"), ["point_id"], unique=False)

    op.create_table(
        "offline_day",
        sa.Column("device_id", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("passes", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_offline_day_device_id")
        ),
        sa.PrimaryKeyConstraint("device_id", "day", name=op.f("pk_offline_day")),
    )
    op.create_table(
        "redemption",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("booklet_id", Key, nullable=False),
        sa.Column("number", Key, nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("association_id", Key, nullable=False),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("device_id", Key, nullable=False),
        sa.Column("scan_id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("moment", Instant, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("undo_until", Instant, nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("cents", Key, nullable=False),
        sa.Column("undone_at", Instant, nullable=True),
        sa.Column("contested_at", Instant, nullable=True),
        sa.Column("period_id", Key, nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_redemption_cents_positive")),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_redemption_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["booklet_id"], ["booklet.id"], name=op.f("fk_redemption_booklet_id")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_redemption_campaign_id")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_redemption_device_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_redemption_period_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_redemption_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("device_id", "scan_id", name=op.f("uq_redemption_device_id_scan_id")),
    )
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.create_index(
            "ix_redemption_period",
            ["period_id", "association_id"],
            unique=False,
            postgresql_where=sa.text("period_id IS NOT NULL"),
            sqlite_where=sa.text("period_id IS NOT NULL"),
        )
        batch_op.create_index("ix_redemption_site", ["site_id", "id"], unique=False)
        batch_op.create_index(
            "uq_redemption_live_pass",
            ["booklet_id", "number"],
            unique=True,
            postgresql_where=sa.text("undone_at IS NULL"),
            sqlite_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "refusal",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("device_id", Key, nullable=False),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("scan_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("booklet_id", Key, nullable=True),
        sa.Column("number", Key, nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("moment", Instant, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["booklet_id"], ["booklet.id"], name=op.f("fk_refusal_booklet_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_refusal_device_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_refusal_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
        sa.UniqueConstraint(
            "device_id", "scan_id", "reason", name=op.f("uq_refusal_device_id_scan_id_reason")
        ),
    )
    with op.batch_alter_table("refusal", schema=None) as batch_op:
        batch_op.create_index("ix_refusal_device_at", ["device_id", "at"], unique=False)
        batch_op.create_index("ix_refusal_site_at", ["site_id", "at"], unique=False)

    op.create_table(
        "contestation",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("redemption_id", Key, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_contestation_redemption_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contestation")),
    )
    with op.batch_alter_table("contestation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contestation_redemption_id"), ["redemption_id"], unique=False
        )

    op.create_table(
        "undo",
        sa.Column("redemption_id", Key, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_undo_redemption_id")
        ),
        sa.PrimaryKeyConstraint("redemption_id", name=op.f("pk_undo")),
    )
    guard()


def guard() -> None:
    """Freeze the money rows."""
    if op.get_context().dialect.name == "sqlite":
        for table in FROZEN:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        return
    op.execute(POSTGRESQL_REFUSAL)
    for table in FROZEN:
        op.execute(POSTGRESQL_GUARD.format(table=table))
