"""What races run on: two served processes on one database, or one process with many threads."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.cast import World, trust_the_keys
from tests.support.databases import PostgresCopies
from tests.support.racing import Race
from tests.support.stage import serving, set_up
from tests.support.wire import Line
from voucher_service.store.engine import make_engine


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def race(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Race]:
    """One stage and its two servers for all the races of a module, on each engine."""
    copies = request.getfixturevalue(
        "sqlite_copies" if request.param == "sqlite" else "postgres_copies"
    )
    home = tmp_path_factory.mktemp("home")
    with ExitStack() as stack:
        url = stack.enter_context(copies.fresh())
        stage = stack.enter_context(set_up(url, home, booklets=80, phones=4))
        servers = stack.enter_context(serving(stage))
        lines = [stack.enter_context(Line(servers[number % 2].port)) for number in range(32)]
        yield Race(stage, servers, lines)


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    """The cast, for races inside one process, on both engines."""
    with Session(engine) as session:
        trust_the_keys(session)
        world = World(engine, session)
        yield world
        world.close_book()


@pytest.fixture
def fresh_worlds(postgres_copies: PostgresCopies) -> Iterator[Callable[[], World]]:
    """A new cast for each try of a twin. On PostgreSQL: SQLite would hide what guards prevent."""
    with ExitStack() as stack:

        def fresh() -> World:
            engine = make_engine(stack.enter_context(postgres_copies.fresh()))
            stack.callback(engine.dispose)
            world = World(engine, stack.enter_context(Session(engine)))
            stack.callback(world.close_book)
            trust_the_keys(world.session)
            return world

        yield fresh
