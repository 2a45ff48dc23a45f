"""Files of the whole books: asked for once at a time, made by a job, kept in pieces for a while."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select

from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session

KEPT = timedelta(days=90)
"""How long the bytes of a file wait to be fetched. Whoever comes later asks for it again."""

R = tables.BooksRequest
F = tables.BooksFile
P = tables.BooksPart


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made: its bytes come piece by piece."""

    name: str
    media_type: str
    pieces: Iterable[bytes]


def begin(
    session: Session, kind: str, key: str, asked: dict[str, Any], actor: str, now: datetime
) -> bool:
    """Write down that a file is asked for. False when the same one is being made already."""
    over = select(tables.Job.id).where(tables.Job.state.in_(("failed", "done")))
    update_if(session, R, R.key == key, R.ended_at.is_(None), R.job_id.in_(over), ended_at=now)
    return insert_once(session, R, kind=kind, key=key, asked=asked, actor=actor, asked_at=now)


def newest(session: Session, key: str) -> int:
    """The request that asked for this last."""
    query = select(R.id).where(R.key == key).order_by(R.id.desc()).limit(1)
    return session.scalars(query).one()


def give_job(session: Session, number: int, job: int) -> None:
    """Say which job makes the files of a request."""
    update_if(session, R, R.id == number, job_id=job)


def keep(
    session: Session, number: int, made: Sequence[Made], faults: int | None, now: datetime
) -> bool:
    """Keep what was made. False when another worker was first: its files stay."""
    if not update_if(session, R, R.id == number, R.ended_at.is_(None), ended_at=now, faults=faults):
        return False
    for file in made:
        _keep(session, number, file)
    return True


def _keep(session: Session, number: int, file: Made) -> None:
    digest, size, parts = sha256(), 0, 0
    own = {"request_id": number, "name": file.name}
    for piece in file.pieces:
        session.execute(insert(P).values(**own, position=parts, content=piece))
        digest.update(piece)
        size, parts = size + len(piece), parts + 1
    session.execute(
        insert(F).values(
            **own,
            media_type=file.media_type,
            bytes=size,
            sha256=digest.hexdigest(),
            parts=parts,
        )
    )


def forget(session: Session, now: datetime) -> int:
    """Drop the bytes of files that waited longer than :data:`KEPT`; how many files."""
    old = select(R.id).where(R.ended_at < now - KEPT)
    gone = delete(P).where(P.request_id.in_(old)).returning(P.request_id, P.name)
    return len({(row.request_id, row.name) for row in session.execute(gone)})
