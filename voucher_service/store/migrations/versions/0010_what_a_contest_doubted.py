"""Whether a statement had said a use already when it was contested."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Key

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("contestation") as batch:
        batch.add_column(sa.Column("period_id", Key, nullable=True))
        batch.create_foreign_key(op.f("fk_contestation_period_id"), "period", ["period_id"], ["id"])
    # Those of uses that were settled before they were contested.
    op.execute(
        "UPDATE contestation SET period_id = (SELECT period.id FROM redemption"
        " JOIN period ON period.id = redemption.period_id"
        " WHERE redemption.id = contestation.redemption_id"
        " AND period.closed_at <= contestation.opened_at)"
    )
