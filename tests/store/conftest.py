"""A world on a fresh database, on both engines."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.cast import World, trust_the_keys


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    with Session(engine) as session:
        trust_the_keys(session)
        world = World(engine, session)
        yield world
        world.close_book()
