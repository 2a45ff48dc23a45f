"""Lists page by page: in the order of a key that never changes, or backwards, from a key on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from voucher_service.store.session import Session

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list: after which key, how many at most, and from which end."""

    after: Any
    limit: int
    newest_first: bool = False


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
    order = key.desc() if window.newest_first else key
    if window.after is not None:
        beyond = key < window.after if window.newest_first else key > window.after
        query = query.where(beyond)
    rows = session.scalars(query.order_by(order).limit(window.limit + 1)).all()
    more = len(rows) > window.limit
    rows = rows[: window.limit]
    return Page(rows, str(getattr(rows[-1], key.key)) if more else None)
