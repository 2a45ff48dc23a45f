"""A world on a fresh database, on both engines."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support import forging
from tests.support.cast import World, trust_the_keys


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    with Session(engine) as session:
        trust_the_keys(session)
        world = World(engine, session)
        yield world
        world.close_book()


@pytest.fixture
def forge(world: World) -> Callable[[str], None]:
    """Change the database as its owner could, behind every trigger."""
    return partial(forging.forge, world)
