"""Opening a database that must exist already, or saying in one sentence why it cannot be used."""

import os
from pathlib import Path

from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from voucher_service.store.engine import make_engine
from voucher_service.store.migrations import at_head, upgrade

NOT_AN_ADDRESS = (
    "VOUCHER_DATABASE_URL is not an address: say sqlite:///FILE or postgresql://HOST/NAME."
)


class UnusableDatabase(Exception):
    """There is no database to work with; the text says what to do."""


def open_database(url: str) -> Engine:
    """An engine on a database that has seen every migration; raises :class:`UnusableDatabase`."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise UnusableDatabase(f"There is no database at {file}: run `voucher-service init` first.")
    engine = make_engine(url)
    if not _ready(engine):
        raise UnusableDatabase(
            "The database is not at this program's version: run `voucher-service init` first."
        )
    return engine


def create_database(url: str) -> Engine:
    """An engine on a database brought to the present version; an existing one keeps its data."""
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(url)
    try:
        upgrade(engine)
    except DBAPIError as error:
        raise UnusableDatabase(_unreachable(error)) from error
    return engine


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite address; nothing for PostgreSQL."""
    try:
        parsed = make_url(url)
        engine = parsed.get_backend_name()
    except ArgumentError as error:
        raise UnusableDatabase(NOT_AN_ADDRESS) from error
    if engine == "postgresql":
        return None
    if engine == "sqlite" and parsed.database and parsed.database != ":memory:":
        return Path(parsed.database)
    raise UnusableDatabase(NOT_AN_ADDRESS)


def _ready(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return at_head(connection)
    except DBAPIError as error:
        engine.dispose()
        raise UnusableDatabase(_unreachable(error)) from error


def _unreachable(error: DBAPIError) -> str:
    first_line = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
    return f"The database cannot be used: {first_line}"


def hurry(engine: Engine) -> None:
    """Let an engine leave out what guards against a power cut.

    Only for work that is begun again from nothing after one; :func:`make_durable` ends it.
    """
    on_sqlite = engine.dialect.name == "sqlite"
    setting = "PRAGMA synchronous=OFF" if on_sqlite else "SET synchronous_commit TO off"

    @event.listens_for(engine, "connect")
    def relax(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(setting)
        cursor.close()
        if not on_sqlite:
            connection.commit()


def make_durable(url: str) -> None:
    """See to it that what a hurried engine wrote, now disposed of, is on the disk.

    PostgreSQL flushes in order: the next ordinary commit takes everything before it along.
    """
    file = sqlite_file(url)
    if file is not None:
        with file.open("rb") as written:
            os.fsync(written.fileno())


def erase_database(url: str) -> None:
    """Delete everything. Only for a database that a demonstration or a test made."""
    file = sqlite_file(url)
    if file is not None:
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        return
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
