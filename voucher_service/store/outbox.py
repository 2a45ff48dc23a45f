"""What must be told to somebody, written in the transaction that made it true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from voucher_service.store import tables
from voucher_service.store.once import insert_row
from voucher_service.store.session import Session


def tell(session: Session, topic: str, payload: Mapping[str, Any], now: datetime) -> None:
    """Leave a message; what carries it runs after the commit.

    Each topic has its people in ``mail.topics`` and its words in ``templates/mail``. A payload with
    ``to`` (an address, and perhaps its ``language``) says itself who is told.
    """
    insert_row(session, tables.Outbox, topic=topic, payload=dict(payload), created_at=now)
