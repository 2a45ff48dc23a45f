"""Counting tries in a window of time: one upsert, shared by every worker."""

from sqlalchemy import text

from voucher_service.store.session import Session

COUNT = text(
    'INSERT INTO throttle ("key", "window", tries) VALUES (:key, :window, 1)'
    ' ON CONFLICT ("key", "window") DO UPDATE SET tries = throttle.tries + 1 RETURNING tries'
)
FORGET = text('DELETE FROM throttle WHERE "key" = :key AND "window" < :window')


def count(session: Session, key: str, ends: int) -> int:
    """One more try in the window that ends in that second; how many that makes.

    Earlier windows are forgotten.
    """
    session.execute(FORGET, {"key": key, "window": ends})
    return int(session.execute(COUNT, {"key": key, "window": ends}).scalar_one())
