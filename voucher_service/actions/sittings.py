"""Signing in and out: a sitting begins with a new secret, and once ended never opens again.

The secret is the browser's cookie; only its hash is kept. Who may sign in is decided elsewhere.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from voucher_service.actions.pairing import secret_hash
from voucher_service.store import tables
from voucher_service.store.once import insert_row, update_if
from voucher_service.store.session import Session

TABLE = tables.Sitting


@dataclass(frozen=True, slots=True)
class Proofs:
    """How somebody showed who they are, and when; ``complete`` when nothing more is asked."""

    complete: bool
    second_factor: bool = False


def new_cookie() -> str:
    """256 bits of chance."""
    return secrets.token_urlsafe(32)


def begin(
    session: Session,
    person: int | None,
    proofs: Proofs,
    agent: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> str:
    """A new sitting; the cookie that opens it, which nobody can read again."""
    cookie = new_cookie()
    insert_row(
        session,
        TABLE,
        cookie_hash=secret_hash(cookie),
        person_id=person,
        begun_at=now,
        seen_at=now,
        signed_in_at=now if proofs.complete else None,
        proved_at=now if person else None,
        second_factor_at=now if proofs.second_factor else None,
        agent=agent,
        data=dict(data or {}),
    )
    if person and proofs.complete:
        update_if(session, tables.Person, tables.Person.id == person, last_active_at=now)
    return cookie


def renew(session: Session, sitting: int, cookie: str, proofs: Proofs, now: datetime) -> None:
    """More was proved: the same sitting under another cookie. A stolen one opens nothing."""
    changed: dict[str, Any] = {"cookie_hash": secret_hash(cookie), "seen_at": now, "proved_at": now}
    if proofs.complete:
        changed["signed_in_at"] = now
    if proofs.second_factor:
        changed["second_factor_at"] = now
    update_if(session, TABLE, TABLE.id == sitting, TABLE.ended_at.is_(None), **changed)


def see(session: Session, sitting: int, now: datetime) -> None:
    """Somebody came again: the sitting lasts longer."""
    update_if(session, TABLE, TABLE.id == sitting, TABLE.ended_at.is_(None), seen_at=now)


def remember(session: Session, sitting: int, data: Mapping[str, Any]) -> None:
    """Keep what a sign-in under way needs; what was kept before is forgotten."""
    update_if(session, TABLE, TABLE.id == sitting, data=dict(data))


def choose(session: Session, sitting: int, membership: int) -> None:
    """Work at this post's desk from now on."""
    update_if(session, TABLE, TABLE.id == sitting, membership_id=membership)


def end(session: Session, sitting: int, person: int, now: datetime) -> bool:
    """End one sitting of this person; whether there was one to end."""
    return 1 == update_if(
        session,
        TABLE,
        TABLE.id == sitting,
        TABLE.person_id == person,
        TABLE.ended_at.is_(None),
        ended_at=now,
    )


def end_all(session: Session, person: int, now: datetime, besides: int | None = None) -> int:
    """End every sitting of this person, besides one; how many."""
    kept = () if besides is None else (TABLE.id != besides,)
    return update_if(
        session, TABLE, TABLE.person_id == person, TABLE.ended_at.is_(None), *kept, ended_at=now
    )
