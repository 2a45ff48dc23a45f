"""Who a provider's identity belongs to here: one person."""

from datetime import datetime

from sqlalchemy import delete

from voucher_service.store import tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session

TABLE = tables.Identity


def owner(session: Session, provider: str, subject: str) -> int | None:
    """Whose identity this is."""
    row = session.get(TABLE, (provider, subject))
    return row.person_id if row else None


def link(session: Session, provider: str, subject: str, person: int, now: datetime) -> bool:
    """Tie an identity to a person; false when it is somebody's already."""
    return insert_once(
        session, TABLE, provider=provider, subject=subject, person_id=person, linked_at=now
    )


def forget(session: Session, person: int) -> int:
    """No identity is this person's any more; how many were."""
    gone = delete(TABLE).where(TABLE.person_id == person).returning(TABLE.subject)
    return len(session.execute(gone).all())
