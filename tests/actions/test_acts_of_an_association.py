"""What a person of an association does without a phone: takes a use back, disputes a refusal."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import World, trust_the_keys
from tests.support.contesting import contest, in_order
from voucher_service.actions import disputing, undoing
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import tables


@pytest.fixture
def autumn(engine: Engine, session: Session) -> Iterator[Autumn]:
    trust_the_keys(session)
    world = World(engine, session)
    yield Autumn(world)
    world.close_book()


def uses(autumn: Autumn) -> list[int]:
    return [row.id for row in autumn.world.session.query(tables.Redemption).order_by("id")]


def test_a_person_takes_a_use_back_inside_its_window_once(autumn: Autumn):
    world = autumn.world
    autumn.spend(autumn.ping, 1)
    (use,) = uses(autumn)
    for _ in range(2):
        undone = undoing.undo_use(world.session, use, "erreur", "person:1", world.now)
        assert undone.undone_at is not None
    assert world.session.query(tables.Undo).one().actor == "person:1"
    in_order(world)


def test_a_use_that_is_contested_settled_or_old_is_not_taken_back(autumn: Autumn):
    world = autumn.world
    autumn.spend(autumn.ping, 3)
    contested, old, _ = uses(autumn)
    contest(world, contested)
    for number, reason in ((contested, "contested"),):
        with pytest.raises(Conflict, match=reason):
            undoing.undo_use(world.session, number, "erreur", "person:1", world.now)
    world.later(minutes=31)
    with pytest.raises(Conflict, match="undo_window_over"):
        undoing.undo_use(world.session, old, "erreur", "person:1", world.now)
    world.now = END_OF_NOVEMBER
    world.close("2026-11", END_OF_NOVEMBER)
    with pytest.raises(Conflict, match="already_settled"):
        undoing.undo_use(world.session, old, "erreur", "person:1", world.now)
    with pytest.raises(Invalid, match="reason_missing"):
        undoing.undo_use(world.session, old, " ", "person:1", world.now)
    with pytest.raises(NotFound):
        undoing.undo_use(world.session, 99, "erreur", "person:1", world.now)


def test_a_person_disputes_a_refusal_once(autumn: Autumn):
    world = autumn.world
    code = autumn.codes[-1]
    autumn.spend(autumn.ping, 1)
    world.redeem(autumn.alis44, code)
    refusal = world.session.query(tables.Refusal).one().id
    first = disputing.dispute_refusal(world.session, refusal, "à nous", "person:1", world.now)
    again = disputing.dispute_refusal(world.session, refusal, "encore", "person:2", world.now)
    assert (again.id, again.reason, again.opened_by) == (first.id, "à nous", "person:1")
    with pytest.raises(Invalid, match="reason_missing"):
        disputing.dispute_refusal(world.session, refusal, "", "person:1", world.now)


def test_what_was_only_checked_is_not_disputed(autumn: Autumn):
    world = autumn.world
    world.redeem(autumn.alis44, "faux")
    refusal = world.session.query(tables.Refusal).one()
    refusal.scan_id = None
    with pytest.raises(Conflict, match="only_checked"):
        disputing.dispute_refusal(world.session, refusal.id, "si", "person:1", world.now)
