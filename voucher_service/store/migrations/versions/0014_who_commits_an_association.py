"""Who commits an association, the charter it accepted, and where the people of its sites work."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Instant, Key

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("association") as batch:
        batch.add_column(sa.Column("representative", sa.String(), nullable=True))
    op.create_table(
        "charter_acceptance",
        sa.Column("association_id", Key, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_charter_acceptance_association_id"),
        ),
        sa.PrimaryKeyConstraint("association_id", "version", name=op.f("pk_charter_acceptance")),
    )
    for table, of in (("staff_site", "membership"), ("invitation_site", "invitation")):
        key = f"{of}_id"
        op.create_table(
            table,
            sa.Column(key, Key, nullable=False),
            sa.Column("site_id", Key, nullable=False),
            sa.ForeignKeyConstraint([key], [f"{of}.id"], name=op.f(f"fk_{table}_{key}")),
            sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f(f"fk_{table}_site_id")),
            sa.PrimaryKeyConstraint(key, "site_id", name=op.f(f"pk_{table}")),
        )
