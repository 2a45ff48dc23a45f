"""Where a command works: the settings of its environment, the database, the clock."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from voucher_service import secret_files
from voucher_service.config import BadSettings, Settings
from voucher_service.jobs import Sessions
from voucher_service.store.opening import open_database
from voucher_service.store.session import Session, read_one_moment

ACTOR = "command-line"
"""How what the operator does here is remembered."""

SHORTEST_PASSPHRASE = 12


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@contextmanager
def sessions_of(settings: Settings) -> Iterator[Sessions]:
    """Sessions on the migrated database of some settings."""
    engine = open_database(settings.database_url)
    try:
        yield lambda: Session(engine)
    finally:
        engine.dispose()


@contextmanager
def writing(settings: Settings) -> Iterator[Session]:
    """One transaction, committed when all went well."""
    with sessions_of(settings) as sessions, sessions() as session, session.begin():
        yield session


@contextmanager
def reading(settings: Settings) -> Iterator[Session]:
    """A transaction that only reads, and reads everything as it was when it began."""
    with sessions_of(settings) as sessions, sessions() as session:
        read_one_moment(session)
        yield session


def passphrase(settings: Settings, *, new: bool = False) -> bytes:
    """The passphrase of the pass keys: from its file, or asked for on a terminal."""
    if settings.passphrase_file is not None:
        given = secret_files.passphrase(settings)
    elif sys.stdin.isatty():
        asked: str = click.prompt(
            "Passphrase of the pass keys", hide_input=True, confirmation_prompt=new, err=True
        )
        given = asked.encode()
    else:
        raise BadSettings(
            "The passphrase is needed: name its file in VOUCHER_PASSPHRASE_FILE,"
            " or run this on a terminal."
        )
    if new and len(given) < SHORTEST_PASSPHRASE:
        raise BadSettings(f"Choose a passphrase of {SHORTEST_PASSPHRASE} signs or more.")
    return given


def refuse_to_overwrite(target: Path, *, force: bool) -> None:
    """Stop before any work when a file would be lost; raises ``BadSettings``."""
    if target.exists() and not force:
        raise BadSettings(f"{target} exists: choose another name, or say --force.")
    if not target.absolute().parent.is_dir():
        raise BadSettings(f"The folder of {target} does not exist: make it first.")
