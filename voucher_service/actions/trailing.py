"""The trail of desk acts: written in the transaction of the act, so that both are or neither is."""

from dataclasses import asdict, dataclass
from datetime import datetime

from voucher_service.store import tables
from voucher_service.store.once import insert_row
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did in a post: whose desk, which form, to what, and where it led (paths)."""

    desk: str
    act: str
    actor: str
    post: str
    tenant_id: int | None
    target: str
    led_to: str | None = None


def note(session: Session, done: Done, now: datetime) -> None:
    """Remember a desk act for ever. What was typed is not kept."""
    insert_row(session, tables.DeskAct, at=now, **asdict(done))
