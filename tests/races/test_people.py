"""People who do the same thing at the same time: two clerks, two consoles, a retry."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.support.cast import World
from tests.support.racing import Race, at_once, meet, shows
from tests.support.wire import request, together
from voucher_service.actions import distributing
from voucher_service.actions.distributing import HandedOver
from voucher_service.core.errors import Conflict
from voucher_service.store import booklets, tables
from voucher_service.store.once import update_if


def test_a_booklet_is_handed_over_by_one_of_eight_clerks(race: Race):
    serials = race.booklets(10)
    tokens = [race.stage.token() for _ in range(2)]
    for serial in serials:
        body = {"serial": serial, "point": str(race.stage.point)}
        asked = [
            request("/api/v1/handovers", tokens[n % 2], body, Idempotency_Key=f"{serial}-{n}")
            for n in range(8)
        ]
        answers = together(race.lines[:8], asked)
        assert Counter(answer.status for answer in answers) == {201: 1, 409: 7}
        reasons = {answer.json()["reason"] for answer in answers if answer.status == 409}
        assert reasons <= {"handed_over_already", "changed"}
    given = "SELECT count(*) FROM handover WHERE booklet_id BETWEEN :first AND :last"
    assert race.stage.count(given, first=int(serials[0]), last=int(serials[-1])) == 10


def test_one_request_sent_16_times_at_once_is_done_once(race: Race):
    token = race.stage.token()
    body = {"name": "Département", "kind": "public"}
    asked = [request("/api/v1/funders", token, body, Idempotency_Key="only-once")] * 16
    answers = together(race.lines[:16], asked)
    done = [answer for answer in answers if answer.status == 201]
    waiting = [answer for answer in answers if answer.status == 409]
    assert len(done) + len(waiting) == 16
    assert {answer.json()["reason"] for answer in waiting} <= {"still_running"}
    assert race.stage.count("SELECT count(*) FROM funder WHERE name = 'Département'") == 1
    again = race.lines[0].ask(asked[0])
    assert again.status == 201
    assert again.headers["idempotent-replayed"] == "true"
    assert {answer.body for answer in done} == {again.body}
    print(f"16 copies: {len(done)} had the answer, {len(waiting)} were told to wait")


def test_threads_too_hand_a_booklet_over_once(world: World):
    assert handed_over_by_eight(world) == 1
    assert world.session.query(tables.Handover).count() == 1


def test_twin_reading_before_writing_hands_a_booklet_over_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    def read_then_write(session: Session, booklet_id: int, point: int, *until: Any) -> bool:
        booklet = session.get_one(tables.Booklet, booklet_id)
        if booklet.handed_over_at is not None or booklet.point_id != point:
            return False
        meet()
        last_day, now = until
        table = tables.Booklet
        same = table.id == booklet_id
        update_if(session, table, same, handed_over_at=now, valid_until=last_day)
        return True

    monkeypatch.setattr(booklets, "hand_over", read_then_write)

    def tried() -> int:
        world = fresh_worlds()
        # The row of a hand-over bears the booklet's number: a second guard, gone too.
        with world.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE handover DROP CONSTRAINT pk_handover")
        return handed_over_by_eight(world)

    shows("clerks gave away one booklet", tried)


def handed_over_by_eight(world: World) -> int:
    """How many of eight clerks were told that they gave the booklet."""
    order = world.order(world.campaign({world.funder("Métropole"): 1}), 2)
    world.fund(order)
    serial, _other = stock = world.issue(order)
    point = world.point()
    world.stock(stock, point)

    def clerk(number: int) -> object:
        with Session(world.engine) as session, session.begin():
            return distributing.hand_over(
                session, serial, point, None, f"token:{number}", world.now
            )

    told = at_once([partial(clerk, number) for number in range(8)])
    assert all(isinstance(answer, HandedOver | Conflict) for answer in told), told
    return sum(isinstance(answer, HandedOver) for answer in told)
