"""Databases for crashes: nothing here is careless, because what was promised must survive."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import migrate
from tests.support.postgres import PostgresServer
from tests.support.stage import Stage, set_up

PASSES = 5 * 200


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database on a real disk, with every sync on."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'voucher.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("durable_postgres")
        url = server.url()
    migrate(url)
    return url


@pytest.fixture
def stage(durable_url: str, tmp_path: Path) -> Iterator[Stage]:
    """Booklets in people's hands."""
    with set_up(durable_url, tmp_path, booklets=PASSES // 5, phones=8) as stage:
        stage.hand_over_all()
        yield stage


@pytest.fixture
def pg_stage(durable_postgres: PostgresServer, tmp_path: Path) -> Iterator[Stage]:
    """The same, on PostgreSQL only."""
    url = durable_postgres.url()
    migrate(url)
    with set_up(url, tmp_path, booklets=PASSES // 5, phones=8) as stage:
        stage.hand_over_all()
        yield stage
