"""People with accounts: their posts, invitations, ways in, and where they are signed in."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Document, Instant, Key

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", Key, nullable=True),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("last_active_at", Instant, nullable=True),
        sa.Column("disabled_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("handle", name=op.f("uq_person_handle")),
    )
    op.create_table(
        "form_act",
        sa.Column("person_id", Key, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("said_values", Document, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_form_act_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_form_act")),
    )
    op.create_table(
        "identity",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("linked_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id")),
        sa.PrimaryKeyConstraint("provider", "subject", name=op.f("pk_identity")),
    )
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"])
    op.create_table(
        "invitation",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("tenant_id", Key, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("invited_at", Instant, nullable=False),
        sa.Column("invited_by", sa.String(), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("accepted_at", Instant, nullable=True),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("withdrawn_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_email"), "invitation", ["email"])
    op.create_table(
        "mail_link",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_link")),
    )
    op.create_index(op.f("ix_mail_link_person_id"), "mail_link", ["person_id"])
    op.create_table(
        "membership",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("tenant_id", Key, nullable=True),
        sa.Column("given_at", Instant, nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        "uq_membership_of_scheme",
        "membership",
        ["person_id", "post"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND tenant_id IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL AND tenant_id IS NULL"),
    )
    op.create_index(
        "uq_membership_of_tenant",
        "membership",
        ["person_id", "post", "tenant_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", Key, nullable=False),
        sa.Column("transports", Document, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    op.create_table(
        "recovery_code",
        sa.Column("person_id", Key, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "sitting",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("begun_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("signed_in_at", Instant, nullable=True),
        sa.Column("proved_at", Instant, nullable=True),
        sa.Column("second_factor_at", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("membership_id", Key, nullable=True),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("data", Document, nullable=False),
        sa.CheckConstraint(
            "signed_in_at IS NULL OR person_id IS NOT NULL", name=op.f("ck_sitting_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_sitting_membership_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sitting_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("cookie_hash", name=op.f("uq_sitting_cookie_hash")),
    )
    op.create_index(op.f("ix_sitting_person_id"), "sitting", ["person_id"])
    with op.batch_alter_table("token") as batch:
        batch.add_column(sa.Column("person_id", Key, nullable=True))
        batch.create_foreign_key(op.f("fk_token_person_id"), "person", ["person_id"], ["id"])
