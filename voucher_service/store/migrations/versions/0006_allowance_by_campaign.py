"""A phone's allowance of kept passes is counted campaign by campaign, as phones count it."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Key

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    # Made anew: the counts of the last days only bound what phones may still send for those days.
    op.drop_table("offline_day")
    op.create_table(
        "offline_day",
        sa.Column("device_id", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("campaign_id", Key, nullable=False),
        sa.Column("passes", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_offline_day_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_offline_day_device_id")
        ),
        sa.PrimaryKeyConstraint("device_id", "day", "campaign_id", name=op.f("pk_offline_day")),
    )
