"""Copies of a whole database: taken while the service runs, put back while it does not."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import URL, make_url

from voucher_service.store.engine import READ_ONLY
from voucher_service.store.opening import UnusableDatabase, sqlite_file
from voucher_service.store.session import Session

SQLITE_HEADER = b"SQLite format 3\x00"
POSTGRESQL_HEADER = b"PGDMP"


def backup(url: str, target: Path) -> None:
    """Write a consistent copy of a database into a new file."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    try:
        source = sqlite_file(url)
        if source is not None:
            _copy_sqlite(source, part)
        else:
            _run(url, "pg_dump", "--format=custom", f"--file={part}")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, copy: Path) -> None:
    """Put a copy in the place of a database, which is lost."""
    with copy.open("rb") as file:
        header = file.read(16)
    target = sqlite_file(url)
    expected = SQLITE_HEADER if target is not None else POSTGRESQL_HEADER
    if not header.startswith(expected):
        raise UnusableDatabase(f"{copy} is not a backup of this kind of database.")
    if target is None:
        clean = ("--clean", "--if-exists", "--exit-on-error", "--single-transaction")
        _run(url, "pg_restore", *clean, "--no-owner", str(copy))
        return
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    _copy_sqlite(copy, part)
    # A journal of the database before must never be applied to the one that takes its place.
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    part.replace(target)


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online copy: a consistent state, whoever writes meanwhile."""
    reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    writing = sqlite3.connect(target)
    try:
        reading.backup(writing)
        sound = writing.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        raise UnusableDatabase(f"{source} cannot be copied: {error}") from error
    finally:
        reading.close()
        writing.close()
    if not sound:
        target.unlink(missing_ok=True)
        raise UnusableDatabase(f"{source} is damaged: nothing was copied.")


def _run(url: str, program: str, *arguments: str) -> None:
    """One of PostgreSQL's programs on a database; the password is not on its command line."""
    path = shutil.which(program)
    if path is None:
        raise UnusableDatabase(
            f"{program} was not found: install PostgreSQL's client programs and try again."
        )
    address = make_url(url).set(drivername="postgresql")
    password = {"PGPASSWORD": address.password} if address.password else {}
    plain = URL.create(**(address._asdict() | {"password": None}))
    done = subprocess.run(  # noqa: S603 - the program and its arguments are ours
        [path, f"--dbname={plain.render_as_string()}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | password,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it did not say why"]
        raise UnusableDatabase(f"{program} failed: {said[-1]}")


def as_one(session: Session, *, writing: bool) -> None:
    """Begin a transaction that sees one state of the database from its first read to its last.

    A writing one reads what was committed meanwhile: whoever needs one state locks others out.
    """
    if writing:
        session.connection()
    elif session.get_bind().dialect.name == "sqlite":
        session.connection(execution_options=READ_ONLY)
    else:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
