"""The ground that every test stands on: fresh databases on both engines, and a hostile clock zone.

``engine``, ``session`` and ``database_url`` run a test on SQLite and on PostgreSQL; ``pg_engine``
and ``postgres_url`` on PostgreSQL only, for what SQLite would hide: races. ``phone`` is one in a
real browser, on the service that ``live`` serves. Nothing is ever skipped: without PostgreSQL or a
browser the tests that need them fail, and say how to get one.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support import compiled
from tests.support.browser import NoBrowser, find_chromium, launch
from tests.support.databases import PostgresCopies, SqliteCopies
from tests.support.desks import Desks
from tests.support.killing import Commands
from tests.support.live import Live, living
from tests.support.mailbox import Mailbox, open_mailbox
from tests.support.phone import Phone, Phones
from tests.support.postgres import NoPostgres, PostgresServer, find_programs, memory, running
from voucher_service.store.engine import make_engine

# Where it is already tomorrow: nothing may depend on the zone of the machine.
os.environ["TZ"] = "Pacific/Kiritimati"
time.tzset()

# The settings of a service that the developer runs are not the tests' business.
for name in [name for name in os.environ if name == "PORT" or name.startswith("VOUCHER_")]:
    del os.environ[name]

# A slow machine is not a bug, and what failed in one place must fail in every other.
settings.register_profile("ours", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("ours")

compiled.share()

SERVER = pytest.StashKey["SharedServer"]()


class SharedServer:
    """The one PostgreSQL server of a run: started when first asked for, stopped at the end."""

    def __init__(self) -> None:
        self._started: PostgresServer | None = None

    def url(self) -> str:
        """Its address: the given server's, or our own's."""
        if given := os.environ.get("TEST_DATABASE_URL"):
            return given
        if self._started is None:
            self._started = PostgresServer(find_programs())
        return self._started.url()

    def stop(self) -> None:
        """Stop what was started here."""
        if self._started is not None:
            self._started.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Share one server and one browser's place between the processes of a parallel run, or why not.

    What must be installed first is so once, and while no test's time runs.
    """
    try:
        node.workerinput["postgres"] = node.config.stash[SERVER].url()
    except NoPostgres as missing:
        node.workerinput["no_postgres"] = str(missing)
    try:
        node.workerinput["chromium"] = str(find_chromium())
    except NoBrowser as missing:
        node.workerinput["no_chromium"] = str(missing)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the server with the run, not with a test."""
    config.stash[SERVER] = SharedServer()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, whatever happened."""
    config.stash[SERVER].stop()


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> str:
    """The address of a PostgreSQL server where databases may be created."""
    shared: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    if "no_postgres" in shared:
        pytest.fail(shared["no_postgres"], pytrace=False)
    if "postgres" in shared:
        return shared["postgres"]
    try:
        return pytestconfig.stash[SERVER].url()
    except NoPostgres as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def postgres_copies(postgres_server: str) -> Iterator[PostgresCopies]:
    copies = PostgresCopies(postgres_server)
    yield copies
    copies.close()


@pytest.fixture(scope="session")
def sqlite_copies() -> Iterator[SqliteCopies]:
    with tempfile.TemporaryDirectory(prefix="voucher-sqlite-", dir=memory()) as folder:
        yield SqliteCopies(Path(folder))


@pytest.fixture
def postgres_url(postgres_copies: PostgresCopies) -> Iterator[str]:
    """A fresh migrated database, on PostgreSQL only."""
    with postgres_copies.fresh() as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_copies: SqliteCopies) -> Iterator[str]:
    """A fresh migrated database, on SQLite only."""
    with sqlite_copies.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database; the test runs on both engines."""
    wanted = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(wanted)
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh database; the test runs on both."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def pg_engine(postgres_url: str) -> Iterator[Engine]:
    """An engine on a fresh database, on PostgreSQL only."""
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on a fresh database; the test runs on both engines."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def durable_postgres() -> Iterator[PostgresServer]:
    """A server of one's own that keeps its promises across :meth:`PostgresServer.kill`."""
    try:
        with running(durable=True) as server:
            yield server
    except NoPostgres as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """Commands in processes of their own, to be killed."""
    started = Commands()
    yield started
    started.end()


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> Path:
    """The browser's program."""
    shared: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    if "no_chromium" in shared:
        pytest.fail(shared["no_chromium"], pytrace=False)
    if "chromium" in shared:
        return Path(shared["chromium"])
    try:
        return find_chromium()
    except NoBrowser as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: Path) -> Iterator[Browser]:
    """One browser for every phone that needs no film and no memory of its own."""
    browser = launch(playwright, chromium)
    yield browser
    browser.close()


@pytest.fixture
def live(pg_engine: Engine, postgres_url: str, tmp_path: Path) -> Iterator[Live]:
    """The pilot on its first day, served on a port of this machine."""
    with living(pg_engine, postgres_url, tmp_path) as live:
        yield live


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A post office on a port of this machine: ``mailbox.newest(to=…)``."""
    with open_mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def phones(
    playwright: Playwright, chromium: Path, browser: Browser, live: Live
) -> Iterator[Phones]:
    """Makes phones: ``phones.new(film=…, folder=…, language="en-GB")``."""
    phones = Phones(playwright, chromium, browser, live)
    yield phones
    phones.close()


@pytest.fixture
def phone(phones: Phones) -> Phone:
    """One phone: 360 × 740, in French, its camera allowed. It must end without a fault."""
    return phones.new()


@pytest.fixture
def desks(browser: Browser, live: Live) -> Iterator[Desks]:
    """Browsers of people at desks: ``desks.open("point_clerk", live.nantes.ccas)``."""
    desks = Desks(browser, live)
    yield desks
    desks.close()
