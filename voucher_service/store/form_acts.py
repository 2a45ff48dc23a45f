"""What forms did: a key is taken by the first click, and the second one finds its answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session

TABLE = tables.FormAct


def begin(session: Session, person: int, key: str, fingerprint: str, now: datetime) -> bool:
    """Take a key in the transaction of what the form does. False when it was done already.

    A second click waits here until the first has committed, or takes the key if it failed.
    """
    return insert_once(
        session,
        TABLE,
        person_id=person,
        key=key,
        fingerprint=fingerprint,
        at=now,
        said_values={},
    )


def complete(
    session: Session,
    person: int,
    key: str,
    answer: str,
    said: str | None,
    values: Mapping[str, Any],
) -> None:
    """Keep the answer, in the same transaction."""
    update_if(
        session,
        TABLE,
        TABLE.person_id == person,
        TABLE.key == key,
        answer=answer,
        said=said,
        said_values=dict(values),
    )
