"""Requests that were seen, and what they were answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session

TABLE = tables.IdempotencyKey


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a key: what was asked, and the answer if there is one."""

    fingerprint: str
    status: int | None
    body: str | None


def begin(
    session: Session, token: int, key: str, fingerprint: str, now: datetime, stale: datetime
) -> bool:
    """Take a key that is new, or whose request died without an answer."""
    if insert_once(
        session, TABLE, token_id=token, key=key, fingerprint=fingerprint, started_at=now
    ):
        return True
    return 1 == update_if(
        session,
        TABLE,
        TABLE.token_id == token,
        TABLE.key == key,
        TABLE.fingerprint == fingerprint,
        TABLE.status.is_(None),
        TABLE.started_at < stale,
        started_at=now,
    )


def known(session: Session, token: int, key: str) -> Known | None:
    """What a key stands for."""
    row = session.get(TABLE, (token, key))
    return Known(row.fingerprint, row.status, row.body) if row else None


def complete(session: Session, token: int, key: str, status: int, body: str) -> None:
    """Keep the answer, in the transaction of what it tells of."""
    update_if(session, TABLE, TABLE.token_id == token, TABLE.key == key, status=status, body=body)


def forget(session: Session, token: int, key: str) -> None:
    """Let a request that failed be sent again."""
    session.execute(
        delete(TABLE).where(TABLE.token_id == token, TABLE.key == key, TABLE.status.is_(None))
    )
