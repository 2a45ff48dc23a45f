"""A clerk undoes a hand-over at the instant when somebody spends a pass of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.cast import PING, Point, World, trust_the_keys
from tests.support.racing import at_once
from voucher_service.actions import redeeming, taking_back
from voucher_service.core.errors import Conflict
from voucher_service.core.passes import Accepted, Refused
from voucher_service.store import booklets, tables


def stage(world: World, count: int) -> tuple[list[str], int, Point]:
    """Booklets just handed over, the point that did, and a phone."""
    campaign = world.campaign({world.funder("Métropole"): 1})
    order = world.order(campaign, count)
    world.fund(order)
    serials, point = world.issue(order), world.point()
    world.stock(serials, point)
    for serial in serials:
        world.hand_over(serial, point)
    return serials, point, world.at(PING, campaign, "PiNG")


def undo(world: World, serial: str, point: int) -> str:
    with Session(world.engine) as session, session.begin():
        taking_back.take_back(session, serial, point, "person:1", world.now)
    return "taken back"


def both(world: World) -> list[int]:
    """Booklets in stock of which a pass was spent: each is one undone too late."""
    world.session.rollback()
    used = world.session.query(tables.Redemption.booklet_id).filter_by(undone_at=None)
    table = tables.Booklet
    found = world.session.query(table.id).filter(table.handed_over_at.is_(None), table.id.in_(used))
    return [number for (number,) in found]


def test_a_booklet_is_either_taken_back_or_spent(pg_engine: Engine):
    with Session(pg_engine) as session:
        trust_the_keys(session)
        world = World(pg_engine, session)
        serials, point, phone = stage(world, 12)
        counter = world.counter
        told: list[Any] = []
        for serial in serials:
            scan = world.scan(phone, world.codes(serial)[0])
            told += at_once(
                [
                    partial(undo, world, serial, point),
                    partial(redeeming.redeem, counter, scan),
                ]
            )
        assert all(isinstance(one, str | Conflict | Accepted | Refused) for one in told), told
        assert both(world) == []
        world.close_book()


def test_twin_looking_before_writing_takes_back_what_was_spent(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    world = fresh_worlds()
    (serial,), point, phone = stage(world, 1)
    scan = world.scan(phone, world.codes(serial)[0])
    counter, write, look = world.counter, booklets.take_back, booklets.passes_used

    def look_first(session: Session, booklet: int, *given: Any) -> bool:
        assert look(session, booklet) == 0
        assert isinstance(redeeming.redeem(counter, scan), Accepted)  # at that very instant
        return write(session, booklet, *given)

    monkeypatch.setattr(booklets, "take_back", look_first)
    monkeypatch.setattr(booklets, "passes_used", lambda *_: 0)
    undo(world, serial, point)
    assert both(world) == [int(serial)]
