"""The desks in this process, on SQLite: screens have nothing to do with the kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.support.nantes import Nantes, nantes_of
from tests.support.service import Service, running_service
from voucher_service.store.engine import make_engine


@pytest.fixture
def service(sqlite_url: str, tmp_path: Path) -> Iterator[Service]:
    engine = make_engine(sqlite_url)
    with running_service(engine, sqlite_url, tmp_path) as service:
        yield service
    engine.dispose()


@pytest.fixture
def nantes(service: Service) -> Nantes:
    return nantes_of(service)


@pytest.fixture
def asked(service) -> Iterator[list[str]]:
    """Every question that this process asks its database, from here on."""
    heard: list[str] = []

    def hear(_connection, _cursor, statement: str, *_rest: object) -> None:
        heard.append(statement)

    with service.app.app_context():
        engine = service.app.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)
