"""The desks in this process, on SQLite: screens have nothing to do with the kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nantes import Nantes, nantes_of
from tests.support.questions import questions
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
def asked(service: Service) -> Iterator[list[str]]:
    """Every question that requests ask the database, from here on."""
    with questions(service) as heard:
        yield heard
