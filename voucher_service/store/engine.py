"""Opening a database, SQLite or PostgreSQL, so that both keep the same promises.

SQLite runs in WAL mode with full synchronisation and takes its write lock at the start of a
transaction, so that it never fails half-way for want of it. This module never holds a table.
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

#: Execution option of a transaction that only reads: on SQLite it then takes no write lock.
READ_ONLY = {"sqlite_begin": "DEFERRED"}

POOL_SIZE = 16


def make_engine(url: str, *, pool_size: int = POOL_SIZE) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql://…`` (psycopg 3)."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
        prepare(engine)
        return engine
    # No prepared statements held on the server: PgBouncer in transaction mode hands every
    # transaction to another server session.
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
    )


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


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'IMMEDIATE')}")
