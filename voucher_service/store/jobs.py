"""Long work, remembered as rows. A row is claimed for a while; a dead worker's claim runs out.

Whatever runs a job must be safe to run twice: a claim is a courtesy, not a lock.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from voucher_service.store import tables
from voucher_service.store.once import insert_row, update_if
from voucher_service.store.session import Session

ISSUE, PRINT, CLOSE, STRIPE = "issue", "print", "close", "stripe"
RAIL, CHECK = "rail", "check"
AUDIT, FEC = "audit", "fec"

LEASE = timedelta(seconds=60)


def enqueue(
    session: Session,
    kind: str,
    arguments: dict[str, Any],
    total: int,
    token: int | None,
    now: datetime,
) -> int:
    """Remember some long work; gives the job's number."""
    return insert_row(
        session,
        tables.Job,
        kind=kind,
        arguments=arguments,
        state="queued",
        done=0,
        total=total,
        note="",
        created_at=now,
        token_id=token,
    )


def set_arguments(session: Session, job: int, arguments: dict[str, Any]) -> None:
    """Complete the arguments of a job that is not committed yet."""
    update_if(session, tables.Job, tables.Job.id == job, arguments=arguments)


def claim(
    session: Session, kinds: tuple[str, ...], worker: str, now: datetime
) -> tables.Job | None:
    """Take the oldest job of these kinds that nobody is doing, if there is one."""
    job = tables.Job
    abandoned = and_(job.state == "running", job.claimed_until < now)
    free = and_(job.kind.in_(kinds), or_(job.state == "queued", abandoned))
    for number in session.scalars(select(job.id).where(free).order_by(job.id).limit(5)).all():
        claimed = update_if(
            session,
            job,
            job.id == number,
            free,
            state="running",
            worker=worker,
            claimed_until=now + LEASE,
        )
        if claimed:
            return session.get(job, number)
    return None


def keep(session: Session, number: int, worker: str, done: int, total: int, now: datetime) -> bool:
    """Report progress and keep the claim; False when another worker has taken over."""
    job = tables.Job
    return 1 == update_if(
        session,
        job,
        job.id == number,
        job.worker == worker,
        job.state == "running",
        done=done,
        total=total,
        claimed_until=now + LEASE,
    )


def end(session: Session, number: int, worker: str, state: str, note: str) -> bool:
    """Say how a job ended: done or failed. False when another worker has taken over."""
    job = tables.Job
    return 1 == update_if(
        session,
        job,
        job.id == number,
        job.worker == worker,
        state=state,
        note=note,
        claimed_until=None,
    )
