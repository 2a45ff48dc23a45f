"""The books at the end of past months: kept, because adding them up anew reads the whole ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from voucher_service.store import tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session

B = tables.BooksMonth


def first_movement(session: Session) -> datetime | None:
    """When the first movement was written; nothing while the books are empty."""
    return session.scalar(select(func.min(tables.Transfer.recorded_at)))


def known(session: Session) -> Sequence[str]:
    """The months that are kept."""
    return session.scalars(select(B.month)).all()


def keep(session: Session, month: str, as_of: datetime, figures: Mapping[str, Any]) -> bool:
    """Keep a month's books; False when they were kept."""
    return insert_once(session, B, month=month, as_of=as_of, figures=dict(figures))
