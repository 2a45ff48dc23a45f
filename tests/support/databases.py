"""Fresh, migrated, empty databases at the price of a copy: migrations run once for each engine."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import make_url
from sqlalchemy.engine import URL

from voucher_service.store.engine import make_engine
from voucher_service.store.migrations import upgrade

STRATEGY_SINCE = 150_000
"""The server version that can be told how to copy a database; older ones copy files anyway."""


def migrate(url: str) -> None:
    """Bring an empty database to the present state, and leave it closed, ready to be copied."""
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


class SqliteCopies:
    """Databases that are copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        migrate(f"sqlite:///{self._template}")

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a new database, which lasts as long as the block."""
        folder = self._template.parent / secrets.token_hex(6)
        folder.mkdir()
        shutil.copyfile(self._template, folder / "voucher.db")
        yield f"sqlite:///{folder / 'voucher.db'}"
        shutil.rmtree(folder)


class PostgresCopies:
    """Databases that are copies of one migrated database, on one server."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server).set(drivername="postgresql")
        self._connection = psycopg.connect(_text(self._server), autocommit=True)
        copy_files = self._connection.info.server_version >= STRATEGY_SINCE
        self._how = "STRATEGY file_copy" if copy_files else ""
        self._template = _new_name("template")
        self._execute(f"CREATE DATABASE {self._template} TEMPLATE template0")
        migrate(self._url(self._template))

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a new database, which lasts as long as the block."""
        name = _new_name("test")
        self._execute(f"CREATE DATABASE {name} TEMPLATE {self._template} {self._how}")
        yield self._url(name)
        self._drop(name)

    def close(self) -> None:
        """Leave the server as it was."""
        self._drop(self._template)
        self._connection.close()

    def _drop(self, name: str) -> None:
        # By force: a test may have killed a process whose connection the server still counts.
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def _url(self, database: str) -> str:
        return _text(self._server.set(database=database))


def _new_name(purpose: str) -> str:
    return f"voucher_{purpose}_{secrets.token_hex(6)}"


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
