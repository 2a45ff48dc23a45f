"""Files of places that were brought, the latest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.session import Session

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Brought:
    """A file, and what it did if it was taken over."""

    number: int
    name: str
    brought_at: datetime
    taken_at: datetime | None
    added: int
    changed: int


def files(session: Session, own: int | None) -> list[Brought]:
    """The latest files; those of an association, or the operator's."""
    table = tables.PlacesFile
    query = (
        select(table.id, table.name, table.brought_at, table.taken_at, table.added, table.changed)
        .where(table.association_id == own if own is not None else table.association_id.is_(None))
        .order_by(table.id.desc())
        .limit(SHOWN)
    )
    return [Brought(*row) for row in session.execute(query)]
