"""Lists page by page: in the order of a key that never changes, from after a key on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from voucher_service.store.session import Session

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list: after which key, and how many at most."""

    after: Any
    limit: int


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the key to ask the next ones with, if there are any."""

    rows: Sequence[Row]
    next: str | None


def page(
    session: Session,
    query: Select[Row],
    key: InstrumentedAttribute[Any],
    window: Window,
) -> Page[Row]:
    """A page of whole rows, ordered by one of their columns."""
    if window.after is not None:
        query = query.where(key > window.after)
    rows = session.scalars(query.order_by(key).limit(window.limit + 1)).all()
    more = len(rows) > window.limit
    rows = rows[: window.limit]
    return Page(rows, str(getattr(rows[-1], key.key)) if more else None)
