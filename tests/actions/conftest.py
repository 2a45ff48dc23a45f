"""A world on a fresh database, on both engines."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.support.cast import World, trust_the_keys

TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


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

    def as_owner(statement: str) -> None:
        world.session.commit()
        if world.engine.dialect.name == "postgresql":
            connection = world.session.connection()
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement))
            world.session.commit()
        else:
            with closing(sqlite3.connect(str(world.engine.url.database))) as owner:
                for (name,) in owner.execute(TRIGGERS).fetchall():
                    owner.execute(f"DROP TRIGGER {name}")
                owner.execute(statement)
                owner.commit()

    return as_owner
