"""Where every booklet was, at any date: who had a parcel before, what was counted in it."""

import sqlalchemy as sa
from alembic import op

from voucher_service.store.types import Document, Instant, Key

revision = "0015"
down_revision = "0014"

POINT = "distribution_point.id"


def upgrade() -> None:
    with op.batch_alter_table("stock_movement") as batch:
        batch.alter_column("point_id", existing_type=Key, nullable=True)
        batch.add_column(sa.Column("from_point_id", Key, nullable=True))
        batch.add_column(sa.Column("reason", sa.String(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_stock_movement_from_point_id"),
            "distribution_point",
            ["from_point_id"],
            ["id"],
        )
        batch.create_index(op.f("ix_stock_movement_from_point_id"), ["from_point_id"])
        batch.create_check_constraint(
            op.f("ck_stock_movement_goes_somewhere"),
            "point_id IS NOT NULL OR from_point_id IS NOT NULL",
        )
    with op.batch_alter_table("booklet_event") as batch:
        batch.add_column(sa.Column("point_id", Key, nullable=True))
        batch.create_foreign_key(
            op.f("fk_booklet_event_point_id"), "distribution_point", ["point_id"], ["id"]
        )
        batch.create_index(op.f("ix_booklet_event_point_id"), ["point_id"])
    op.create_table(
        "delivery",
        sa.Column("movement_id", Key, nullable=False),
        sa.Column("counted", Key, nullable=False),
        sa.Column("first_booklet", Key, nullable=True),
        sa.Column("last_booklet", Key, nullable=True),
        sa.Column("missing", Document, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["stock_movement.id"], name=op.f("fk_delivery_movement_id")
        ),
        sa.PrimaryKeyConstraint("movement_id", name=op.f("pk_delivery")),
    )
    _remember()


def _remember() -> None:
    """What earlier rows did to stocks, as far as they tell."""
    op.execute(
        "UPDATE booklet_event SET point_id = (SELECT handover.point_id FROM handover"
        " WHERE handover.booklet_id = booklet_event.booklet_id) WHERE kind = 'handed_over'"
    )
    op.execute(
        "UPDATE booklet_event SET point_id = (SELECT booklet.point_id FROM booklet"
        " WHERE booklet.id = booklet_event.booklet_id"
        " AND (booklet.handed_over_at IS NULL OR booklet.handed_over_at > booklet_event.at)"
        " AND (booklet_event.kind <> 'voided' OR booklet.blocked_at IS NULL))"
        " WHERE kind IN ('blocked', 'unblocked', 'voided')"
    )
    # Whoever received exactly these booklets, or a larger parcel with them, had them before.
    op.execute(
        "UPDATE stock_movement SET from_point_id = (SELECT earlier.point_id"
        " FROM stock_movement AS earlier WHERE earlier.id < stock_movement.id"
        " AND earlier.first_booklet <= stock_movement.first_booklet"
        " AND earlier.first_booklet + earlier.booklets"
        " >= stock_movement.first_booklet + stock_movement.booklets"
        " ORDER BY earlier.id DESC LIMIT 1)"
    )
