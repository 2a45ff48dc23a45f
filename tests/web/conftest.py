"""The public pages in this process, on both engines, as a browser and as a machine see them."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from tests.support import forging
from tests.support.nantes import Nantes, nantes_of
from tests.support.service import Service, running_service

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "fr-FR,fr"}


@pytest.fixture
def service(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Service]:
    with running_service(engine, database_url, tmp_path) as service:
        yield service


@pytest.fixture
def nantes(service: Service) -> Nantes:
    return nantes_of(service)


@pytest.fixture
def visit(service: Service) -> Callable[..., TestResponse]:
    """A browser opens an address; a header's name is written with underscores."""

    def visit(path: str, method: str = "GET", **headers: str) -> TestResponse:
        service.world.session.commit()  # a session that reads holds SQLite's write lock until then
        sent = BROWSER | {name.replace("_", "-"): value for name, value in headers.items()}
        return service.client.open(path, method=method, headers=sent)

    return visit


@pytest.fixture
def fetch(service: Service) -> Callable[..., TestResponse]:
    """A machine asks."""

    def fetch(path: str, method: str = "GET", **options: Any) -> TestResponse:
        service.world.session.commit()
        return service.client.open(path, method=method, **options)

    return fetch


@pytest.fixture
def forge(service: Service) -> Callable[[str], None]:
    """Change the database as its owner could, behind every trigger."""
    return partial(forging.forge, service.world)
