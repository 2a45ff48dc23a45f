"""What one site redeemed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from voucher_service.store import load, tables
from voucher_service.store.session import Session

State = Literal["live", "contested", "undone", "settled"]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a site."""

    id: int
    scan_id: str
    serial: str
    number: int
    cents: int
    service: str
    moment: datetime
    offline: bool
    undo_until: datetime
    state: State


def page(
    session: Session, site: int, since: datetime | None, after: int | None, limit: int
) -> list[Use]:
    """A site's uses in the order in which they were written."""
    table = tables.Redemption
    query = select(table).where(table.site_id == site, table.id > (after or 0))
    if since is not None:
        query = query.where(table.recorded_at >= since)
    return [
        Use(
            row.id,
            row.scan_id,
            load.serial(row.booklet_id),
            row.number,
            row.cents,
            row.service,
            row.moment,
            row.offline,
            row.undo_until,
            _state(row),
        )
        for row in session.scalars(query.order_by(table.id).limit(limit))
    ]


def _state(row: tables.Redemption) -> State:
    if row.undone_at is not None:
        return "undone"
    if row.period_id is not None:
        return "settled"
    return "contested" if row.contested_at is not None else "live"
