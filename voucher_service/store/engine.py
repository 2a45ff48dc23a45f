"""Opening a database, SQLite or PostgreSQL, so that both keep the same promises.

SQLite runs in WAL mode with full synchronisation and takes its write lock at the start of a
transaction, so that it never fails half-way for want of it. This module never holds a table.
"""

import sqlite3
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry

from voucher_service.core.campaign import paris_day

#: What a database that is away, busy or full raises: try again later.
UNAVAILABLE = (OperationalError, PoolExhausted, psycopg.OperationalError, sqlite3.OperationalError)

#: What a database raises at what it cannot hold: a NUL in a text, a number out of its range.
UNHOLDABLE = (DataError, psycopg.DataError)

#: What a database raises when a constraint says no; see :func:`is_duplicate`.
REFUSED = IntegrityError

CEDED = "this scheme was ceded"
"""What the guards of a house that ceded its scheme say (``store.ceding``)."""

#: What such a guard raises, through the object layer or not; see :func:`is_ceded`.
GUARDED = (DBAPIError, sqlite3.IntegrityError, psycopg.errors.RaiseException)

#: Execution option of a transaction that only reads: on SQLite it then takes no write lock.
READ_ONLY = {"sqlite_begin": "DEFERRED"}


def make_engine(url: str, **options: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's own options
    """An engine for ``sqlite:///…`` or ``postgresql://…`` (psycopg 3)."""
    engine = create_engine(driver_url(url), **(engine_options(url) | options))
    prepare(engine)
    return engine


def is_ceded(error: BaseException) -> bool:
    """Whether a write was refused because the scheme was ceded."""
    return isinstance(error, GUARDED) and CEDED in str(error)


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a row like it exists: somebody else wrote it first."""
    state = getattr(error.orig, "sqlstate", None)  # psycopg's; sqlite3 only has words
    return state == "23505" or "UNIQUE constraint failed" in str(error.orig)


def make_hot_engine(url: str) -> Engine:
    """An engine for the hot path: raw statements, each committed by itself."""
    if url.startswith("sqlite"):
        return make_engine(url)
    # Checked by use, not by a ping: a scan that meets a dead connection is sent again. Nothing is
    # left open when a connection is given back, so nothing is rolled back either.
    return make_engine(
        url, isolation_level="AUTOCOMMIT", pool_pre_ping=False, pool_reset_on_return=None
    )


def driver_url(url: str) -> str:
    """The same address with the driver we use named in it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def engine_options(url: str) -> dict[str, Any]:
    """How many connections are kept, and how they behave.

    An error tells its statement and never what was to be written: errors are logged, and values
    are addresses, accounts and hashes.
    """
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 30}}
    pool = {"pool_size": 10, "max_overflow": 6, "pool_timeout": 10, "pool_pre_ping": True}
    return {"hide_parameters": True, **pool}


def prepare(engine: Engine) -> None:
    """Give a SQLite engine the manners described above; leave PostgreSQL as it is."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)


def _pragmas(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("paris_day", 1, _paris_day, deterministic=True)


def _paris_day(instant: str) -> str:
    """What PostgreSQL does by itself: see ``store.types.paris_day``."""
    return paris_day(datetime.fromisoformat(instant)).isoformat()


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'IMMEDIATE')}")
