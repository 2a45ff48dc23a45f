"""The three tools against races: insert or lose, conditional update, locked counter row.

Everything that two people might do at the same time goes through here or says the same thing in
its own statement. Nothing here reads first and writes after.
"""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, insert, text, update
from sqlalchemy.dialects import postgresql, sqlite

from voucher_service.core.errors import NotFound
from voucher_service.store.session import Session
from voucher_service.store.tables import Base

Row = TypeVar("Row", bound=Base)

COUNT = text(
    "INSERT INTO counter (series, value) VALUES (:series, :step) ON CONFLICT (series)"
    " DO UPDATE SET value = counter.value + :step RETURNING value"
)


def insert_once(session: Session, table: type[Base], **values: Any) -> bool:  # noqa: ANN401
    """Insert a row unless a unique index already holds one like it. True for the winner."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    key = list(table.__table__.primary_key)
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(*key)
    return session.execute(statement).first() is not None


def update_if(
    session: Session,
    table: type[Base],
    *conditions: ColumnElement[bool],
    **values: Any,  # noqa: ANN401
) -> int:
    """Change the rows that still meet the conditions; how many did."""
    key = list(table.__table__.primary_key)
    statement = (
        update(table)
        .where(*conditions)
        .values(**values)
        .returning(*key)
        .execution_options(synchronize_session=False)
    )
    changed = len(session.execute(statement).all())
    session.expire_all()
    return changed


def insert_row(session: Session, table: type[Base], **values: Any) -> int:  # noqa: ANN401
    """Insert a row and give its number."""
    key = list(table.__table__.primary_key)
    return int(session.execute(insert(table).values(**values).returning(*key)).scalar_one())


def next_number(session: Session, series: str, year: int) -> str:
    """The next number of a series without holes, such as ``RA-2026-000012``.

    The row stays locked until the transaction ends, and a rollback gives the number back.
    """
    name = f"{series}-{year}"
    value = session.execute(COUNT, {"series": name, "step": 1}).scalar_one()
    return f"{name}-{value:06d}"


def take_range(session: Session, series: str, count: int) -> int:
    """The first of ``count`` consecutive numbers of a series, under the same lock."""
    last = session.execute(COUNT, {"series": series, "step": count}).scalar_one()
    return int(last) - count + 1


def find(session: Session, table: type[Row], key: Any, what: str) -> Row:  # noqa: ANN401
    """The row with this key; raises :class:`NotFound`."""
    row = session.get(table, key)
    if row is None:
        raise NotFound("not_found", f"There is no {what} {key}.")
    return row
