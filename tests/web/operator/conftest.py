"""A service in this process, and persons of the operator at its desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.operators import Operator, november, operator
from tests.support.service import Service, running_service
from voucher_service.store.engine import make_engine


@pytest.fixture
def service(sqlite_url: str, tmp_path: Path) -> Iterator[Service]:
    with running_service(make_engine(sqlite_url), sqlite_url, tmp_path) as found:
        yield found


@pytest.fixture
def first(service: Service) -> Operator:
    """Somebody in finance."""
    november(service.world)
    return operator(service)


@pytest.fixture
def second(service: Service) -> Operator:
    """Somebody else in finance."""
    return operator(service)
