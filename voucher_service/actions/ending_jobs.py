"""Long work ends: its row says how, and people who left meanwhile are told.

Short work tells nobody: whoever asked for it is still looking at the page.
"""

from datetime import datetime, timedelta

from voucher_service.store import jobs, tables
from voucher_service.store.outbox import tell
from voucher_service.store.session import Session

WORTH_A_MAIL = timedelta(minutes=1)
"""From asking to the end: by then people have left the page. Our own figure."""

BY_PEOPLE = {jobs.ISSUE, jobs.PRINT, jobs.CLOSE, jobs.RAIL, jobs.CHECK, jobs.AUDIT, jobs.FEC}
"""What persons ask for; the rest is between programs."""


def end_job(
    session: Session, number: int, worker: str, state: str, note: str, now: datetime
) -> None:
    """Say how a job ended, ``done`` or ``failed``; nothing if another worker has taken it over."""
    if not jobs.end(session, number, worker, state, note):
        return
    job = session.get_one(tables.Job, number)
    if job.kind in BY_PEOPLE and now - job.created_at >= WORTH_A_MAIL:
        told = {"job": number, "kind": job.kind, "state": state}
        tell(session, "job_ended", told | _asker(session, job), now)


def _asker(session: Session, job: tables.Job) -> dict[str, str]:
    """The address of the person who asked, if it was a person who still has an account."""
    kind, _, key = str(job.arguments.get("actor", "")).partition(":")
    person = session.get(tables.Person, int(key)) if kind == "person" else None
    if person is None or person.disabled_at is not None:
        return {}
    return {"to": person.email, "language": person.language}
