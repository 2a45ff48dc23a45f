"""A fake Stripe on a port of this machine, and the settings of a product that speaks to it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.fake_stripe import FakeStripe, running_stripe
from tests.support.rail import Desk, running_rail
from tests.support.service import settings as of_a_test
from tests.support.stripe import ACCOUNT, House, gift_house, hurry
from voucher_service.config import Settings
from voucher_service.store.engine import make_engine


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    hurry(monkeypatch)
    with running_stripe() as stripe:
        yield stripe


@pytest.fixture
def settings(stripe: FakeStripe, tmp_path: Path) -> Settings:
    made = of_a_test(tmp_path, "sqlite://")
    return replace(made, stripe=replace(ACCOUNT, api=stripe.address))


@pytest.fixture
def house(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The pilot with an account at a fake Stripe, on both engines."""
    hurry(monkeypatch)
    with gift_house(engine, database_url, tmp_path) as house:
        yield house


@pytest.fixture
def small_house(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """The same on SQLite only."""
    hurry(monkeypatch)
    engine = make_engine(sqlite_url)
    with gift_house(engine, sqlite_url, tmp_path) as house:
        yield house
    engine.dispose()


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A November to be paid by Stripe Connect."""
    hurry(monkeypatch)
    engine = make_engine(sqlite_url)
    with running_rail(engine, sqlite_url, tmp_path) as desk:
        yield desk
    engine.dispose()
