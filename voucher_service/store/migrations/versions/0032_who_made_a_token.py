"""A token of the house that another one made acts as that one: two of them are not four eyes."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Key

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    with op.batch_alter_table("token") as batch:
        batch.add_column(sa.Column("maker_id", Key, nullable=True))
        batch.create_foreign_key(op.f("fk_token_maker_id"), "token", ["maker_id"], ["id"])
