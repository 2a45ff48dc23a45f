"""Events of Stripe: kept by their id, once, whoever delivers them and however often.

Nothing is acted on here. An event that this product knows is left to a job, written in the same
transaction; any other is kept and left alone.
"""

from datetime import datetime

from voucher_service.store import jobs, tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session

WEBHOOK, LIST = "webhook", "list"
IGNORED = "ignored"


def hear(
    session: Session,
    event: tuple[str, str, str, str],
    came_by: str,
    now: datetime,
    *,
    known: bool,
) -> bool:
    """Keep an event (id, type, what it is about, hash of its body). False when it came before.

    ``known``: whether something is to be done about events of its type.
    """
    name, kind, about, sha256 = event
    new = insert_once(
        session,
        tables.StripeEvent,
        id=name,
        type=kind,
        object_id=about,
        sha256=sha256,
        came_by=came_by,
        received_at=now,
        acted_at=None if known else now,
        outcome=None if known else IGNORED,
    )
    if new and known:
        jobs.enqueue(session, jobs.STRIPE, {"event": name}, 1, None, now)
    return new
