"""The application in this process, on both engines: the manners of HTTP are tried on real calls."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.service import Service, running_service


@pytest.fixture
def service(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Service]:
    with running_service(engine, database_url, tmp_path) as service:
        yield service
