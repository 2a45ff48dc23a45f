"""What is read in one moment: two sides of the books, however long lies between them."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.cast import World
from voucher_service.store import tables
from voucher_service.store.engine import READ_ONLY
from voucher_service.store.session import read_one_moment


def funders(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(tables.Funder)) or 0


def seen_by(world: World, reader: Session) -> tuple[int, int]:
    """How many funders a reader sees before and after another one is written."""
    before = funders(reader)
    world.funder("Métropole")
    world.session.commit()
    return before, funders(reader)


def test_a_long_look_sees_nothing_of_what_is_written_meanwhile(world: World):
    world.session.commit()
    with Session(world.engine) as reader:
        read_one_moment(reader)
        before, after = seen_by(world, reader)
    assert before == after
    assert funders(world.session) == after + 1


@pytest.mark.usefixtures("pg_engine")
def test_twin_a_look_that_only_reads_sees_the_books_change_under_it(pg_engine):
    with Session(pg_engine) as session, Session(pg_engine) as reader:
        world = World(pg_engine, session)
        reader.connection(execution_options=READ_ONLY)
        before, after = seen_by(world, reader)
        assert after == before + 1
        world.close_book()
