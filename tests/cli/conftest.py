"""A home with the secrets and the pass key of the cast, and commands run in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from tests.support.cast import PASS_KEY, STATEMENT_KEY, World, trust_the_keys
from voucher_service.cli import main
from voucher_service.secret_files import ACCOUNTS, STATEMENT, TYPED_CODE, write_once
from voucher_service.store.engine import make_engine

PASSPHRASE = "a passphrase for tests"


@dataclass
class House:
    """A home, the world in its database, and its command line."""

    path: Path
    world: World

    def run(self, *arguments: object) -> Result:
        """Run a command in this process."""
        self.world.session.commit()  # a session that reads holds SQLite's write lock until then
        return run(*arguments)

    def done(self, *arguments: object) -> str:
        """What a command that goes well answers."""
        result = self.run(*arguments)
        assert (result.exit_code, result.exception) == (0, None), result.output
        return result.stdout

    def facts(self, *arguments: object) -> Any:
        return json.loads(self.done(*arguments, "--json"))

    def refused(self, *arguments: object, status: int = 2) -> str:
        """The one sentence of a command that cannot be done, or that found something wrong."""
        result = self.run(*arguments)
        assert result.exit_code == status, result.output
        assert isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result.stderr.strip()


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    structlog.reset_defaults()
    return result


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is empty but for the file of a passphrase, and the environment that names it."""
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.setenv("VOUCHER_HOME", str(tmp_path))
    monkeypatch.setenv("VOUCHER_ENV", "test")
    monkeypatch.setenv("VOUCHER_PASSPHRASE_FILE", str(file))
    monkeypatch.delenv("VOUCHER_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def house(environment: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A home in use since two hours, on both engines."""
    monkeypatch.setenv("VOUCHER_DATABASE_URL", database_url)
    yield from settled(environment, database_url)


@pytest.fixture
def sqlite_house(
    environment: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The same on SQLite only, for what has nothing to do with the database."""
    monkeypatch.setenv("VOUCHER_DATABASE_URL", sqlite_url)
    yield from settled(environment, sqlite_url)


def settled(path: Path, url: str) -> Iterator[House]:
    write_once(path / "secrets" / STATEMENT, STATEMENT_KEY.secret.hex().encode())
    write_once(path / "secrets" / TYPED_CODE, bytes(range(32, 64)).hex().encode())
    write_once(path / "secrets" / ACCOUNTS, bytes(range(96, 128)).hex().encode())
    pem = PASS_KEY.to_encrypted_pem(PASSPHRASE.encode())
    write_once(path / "keys" / f"pass-{PASS_KEY.kid.hex()}.pem", pem)
    engine = make_engine(url)
    with Session(engine) as session:
        trust_the_keys(session)
        world = World(engine, session, now=datetime.now(UTC) - timedelta(hours=2))
        yield House(path, world)
        session.rollback()
        world.close_book()
    engine.dispose()
