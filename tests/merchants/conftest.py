"""The application in this process, on both engines, and the fixed cast behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.nantes import Nantes, nantes_of
from tests.support.service import Service, running_service


@pytest.fixture
def service(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Service]:
    with running_service(engine, database_url, tmp_path) as service:
        yield service


@pytest.fixture
def nantes(service: Service) -> Nantes:
    return nantes_of(service)
