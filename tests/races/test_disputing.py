"""Two managers of an association dispute the same line of a statement at the same time."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import World
from tests.support.racing import at_once, meet, shows, without
from voucher_service.actions import disputing_statements
from voucher_service.core.disputes import Line, Wrong
from voucher_service.store import disputes, tables
from voucher_service.store.once import insert_row

MANAGERS = 4


def said_at_once(world: World) -> int:
    """How often the operator was told of one line that several people disputed at once."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 1)
    world.now = END_OF_NOVEMBER
    number = next(n for n in world.close("2026-11", END_OF_NOVEMBER) if n.startswith("RA"))
    world.session.commit()

    def manager(who: int) -> int:
        with Session(world.engine) as session, session.begin():
            return disputing_statements.dispute_statement(
                session, number, Wrong.ACCOUNT, Line(), f"non {who}", f"person:{who}", world.now
            ).id

    told = at_once([partial(manager, who) for who in range(MANAGERS)])
    assert all(isinstance(answer, int) for answer in told), told
    return world.session.query(tables.Outbox).filter_by(topic="statement_disputed").count()


def test_a_line_disputed_by_four_at_once_is_disputed_once(world: World):
    assert said_at_once(world) == 1


def test_twin_looking_first_disputes_a_line_more_than_once(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    table = tables.StatementDispute

    def look_then_insert(session: Session, _table: object, **values: Any) -> bool:
        query = select(table.id).where(table.about == values["about"])
        if session.scalar(query) is not None:
            return False
        meet()
        insert_row(session, table, **values)
        return True

    def own(session: Session, *_line: str) -> tables.StatementDispute:
        return session.scalars(select(table).order_by(table.id.desc()).limit(1)).one()

    monkeypatch.setattr(disputing_statements, "insert_once", look_then_insert)
    monkeypatch.setattr(disputes, "dispute_of_line", own)

    def tried() -> int:
        world = fresh_worlds()
        name = "uq_statement_dispute_statement_number_about"
        without(world, f"ALTER TABLE statement_dispute DROP CONSTRAINT {name}")
        return said_at_once(world)

    shows("people disputed one line", tried)
