"""Raw statements on either engine, for the hot path: no object layer, no transaction of its own.

Statements are written once, with ``:name`` placeholders; each commits by itself unless it stands
between BEGIN and COMMIT. What they say is ``store.book``'s.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import Engine, PoolProxiedConnection

from voucher_service.store.engine import UNAVAILABLE
from voucher_service.store.types import instant_text

Row = Sequence[Any]
Run = Callable[[str, Mapping[str, Any]], Row | None]
"""Run one statement with its values and give its first row, if it has one."""


class Raw:
    """The connections of one process, each used by one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self.sqlite = engine.dialect.name == "sqlite"
        self._engine = engine
        self._idle: deque[PoolProxiedConnection] = deque()

    def borrow(self) -> "Borrowed":
        """A connection for a ``with`` block, which gets the function that runs statements on it."""
        return Borrowed(self)

    def ask(self, statement: str, values: Mapping[str, Any]) -> Row | None:
        """Run one statement by itself."""
        with Borrowed(self) as run:
            return run(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[Run]:
        """Statements that are all written or not at all: an exception undoes them."""
        with Borrowed(self) as run:
            # SQLite takes its write lock at once, so that it never fails half-way.
            run("BEGIN IMMEDIATE" if self.sqlite else "BEGIN", {})
            try:
                yield run
            except BaseException:
                run("ROLLBACK", {})
                raise
            run("COMMIT", {})

    def take(self) -> PoolProxiedConnection:
        """A connection that nobody uses: one given back, else a new one of the pool."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._engine.raw_connection()

    def give_back(self, connection: PoolProxiedConnection) -> None:
        """Keep a connection for whoever comes next: to check it in and out costs far more."""
        self._idle.append(connection)

    def close(self) -> None:
        """Give all connections back."""
        while self._idle:
            self._idle.pop().close()
        self._engine.dispose()


class Borrowed:
    """One connection for some statements, thrown away if the database answers with an error."""

    __slots__ = ("_connection", "_cursor", "_raw")

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def __enter__(self) -> Run:
        self._connection = self._raw.take()
        self._cursor = self._connection.cursor()
        return partial(_run_on_sqlite if self._raw.sqlite else _run_on_postgresql, self._cursor)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._cursor.close()
        if isinstance(error, UNAVAILABLE):
            self._connection.invalidate()
            self._connection.close()
        else:
            self._raw.give_back(self._connection)


def _run_on_sqlite(cursor: Any, statement: str, values: Mapping[str, Any]) -> Row | None:  # noqa: ANN401 - the two drivers share no cursor type
    values = {name: _sqlite_value(value) for name, value in values.items()}
    return cast("Row | None", cursor.execute(statement, values).fetchone())


def _run_on_postgresql(cursor: Any, statement: str, values: Mapping[str, Any]) -> Row | None:  # noqa: ANN401
    cursor.execute(_for_psycopg(statement), values)
    # No position: a statement that gives no rows. To ask for its description costs far more.
    return cast("Row | None", cursor.fetchone()) if cursor.rownumber is not None else None


@cache
def _for_psycopg(statement: str) -> str:
    """Our ``:name`` placeholders in psycopg's way of writing them."""
    return re.sub(r":(\w+)", r"%(\1)s", statement)


def _sqlite_value(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Moments and days as the text that SQLite keeps."""
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value
