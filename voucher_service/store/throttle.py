"""Counting tries in a window of time: one upsert, shared by every worker."""

from sqlalchemy import text

from voucher_service.store.session import Session

COUNT = text(
    'INSERT INTO throttle ("key", "window", tries) VALUES (:key, :window, 1)'
    ' ON CONFLICT ("key", "window") DO UPDATE SET tries = throttle.tries + 1 RETURNING tries'
)
FORGET = text('DELETE FROM throttle WHERE "key" = :key AND "window" < :window')


def count(session: Session, key: str, window: int) -> int:
    """One more try; how many that makes in this window. Older windows are forgotten."""
    session.execute(FORGET, {"key": key, "window": window})
    return int(session.execute(COUNT, {"key": key, "window": window}).scalar_one())
