"""Incidents that people open: each thing that goes wrong once."""

from typing import Any

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session


def open_once(session: Session, *, event: str, **facts: Any) -> int | None:  # noqa: ANN401
    """Insert an incident unless one bears its event; its number for the winner."""
    if not insert_once(session, tables.Incident, event=event, **facts):
        return None
    table = tables.Incident
    return session.scalar(select(table.id).where(table.event == event))
