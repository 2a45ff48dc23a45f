"""Reports of wrong sites while they are made: an open one of the same kind is counted up."""

from datetime import datetime

from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session

R = tables.SiteReport


def add(session: Session, site: int, topic: str, words: str | None, now: datetime) -> bool:
    """Keep a report; False when one of this kind was open, and was counted up."""
    if insert_once(
        session,
        R,
        site_id=site,
        topic=topic,
        words=words,
        times=1,
        first_at=now,
        last_at=now,
    ):
        return True
    update_if(
        session,
        R,
        R.site_id == site,
        R.topic == topic,
        R.ended_at.is_(None),
        times=R.times + 1,
        last_at=now,
    )
    return False
