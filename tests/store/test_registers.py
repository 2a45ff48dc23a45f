"""The register of a point: opening, in, out, losses, closing, at any date, and never wrong."""

import random
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.cast import World, trust_the_keys
from voucher_service.actions import distributing, stocking, taking_back
from voucher_service.actions.stocking import Counted
from voucher_service.core.errors import Conflict
from voucher_service.store import booklets, tables
from voucher_service.store.queries.register_entries import entries
from voucher_service.store.queries.registers import INTO_STOCK, register

MONDAY = date(2026, 11, 16)
FOR_EVER = (date(2026, 1, 1), date(2030, 1, 1))


@pytest.fixture
def world(engine, session) -> World:
    trust_the_keys(session)
    return World(engine, session)


def stocked(world: World, count: int = 10) -> tuple[list[str], int]:
    order = world.order(world.campaign({world.funder("Nantes Métropole"): 1}), count)
    world.fund(order)
    serials, point = world.issue(order), world.point()
    world.stock(serials, point)
    return serials, point


def figures(world: World, point: int, since: date, until: date) -> dict[str, int]:
    (account,) = register(world.session, point, since, until).accounts
    return {name: quantity.booklets for name, quantity in account.quantities.items()}


def test_each_day_opens_with_what_the_day_before_closed_with(world: World):
    serials, point = stocked(world)
    session = world.session
    world.hand_over(serials[0], point)
    world.later(days=1)
    world.hand_over(serials[1], point)
    world.hand_over(serials[2], point)
    taking_back.take_back(session, serials[2], point, "person:1", world.now)
    distributing.block(session, serials[3], "volé", "person:1", world.now)
    distributing.block(session, serials[4], "perdu", "person:1", world.now)
    distributing.unblock(session, serials[4], "retrouvé", "person:2", world.now)
    distributing.void(session, serials[5], "déchiré", "person:1", world.now)
    distributing.void(session, serials[3], "introuvable", "person:2", world.now)
    stocking.give_back(session, serials[8], 2, point, "trop", "person:1", world.now)
    tuesday = MONDAY + timedelta(days=1)
    assert figures(world, point, MONDAY, MONDAY) == {
        "opening": 0, "received": 10, "returned": 0, "handed_over": 1, "lost": 0, "closing": 9,
    }  # fmt: skip
    assert figures(world, point, tuesday, tuesday) == {
        "opening": 9, "received": 0, "returned": 2, "handed_over": 1, "lost": 2, "closing": 4,
    }  # fmt: skip
    found = register(session, point, tuesday, tuesday)
    assert (found.closing_booklets, found.closing_cents) == (4, 4 * 5 * 1000)
    assert booklets.in_stock(session, point) == 4


def test_the_journal_says_what_the_figures_add_up(world: World):
    serials, point = stocked(world)
    world.hand_over(serials[0], point)
    world.hand_over(serials[1], point)
    distributing.block(world.session, serials[3], "volé", "person:1", world.now)
    stocking.give_back(world.session, serials[8], 2, point, "trop", "person:1", world.now)
    lines = entries(world.session, point, MONDAY, MONDAY)
    assert [(line.movement, line.first, line.booklets, line.reason) for line in lines] == [
        ("received", "00000001", 10, None),
        ("returned", "00000009", 2, "trop"),
        ("handed_over", None, 2, None),
        ("lost", "00000004", 1, "volé"),
    ]
    assert lines[0].cents == 10 * 5 * 1000
    assert entries(world.session, point, MONDAY + timedelta(days=1), MONDAY) == []


def test_a_replacement_enters_with_the_passes_that_are_left(world: World):
    serials, point = stocked(world, 2)
    new = distributing.replace(world.session, serials[0], "taché", "person:1", world.now)
    world.session.get_one(tables.Booklet, int(new)).passes = 3
    world.session.flush()
    (account,) = register(world.session, point, *FOR_EVER).accounts
    assert account.quantities["closing"].booklets == 2
    assert account.cents("closing") == (5 + 3) * 1000


def test_a_parcel_counts_from_the_day_it_was_sent_and_says_that_nobody_counted_it(world: World):
    serials, point = stocked(world)
    assert register(world.session, point, MONDAY, MONDAY).uncounted == 10
    number = world.session.query(tables.StockMovement.id).scalar()
    world.later(days=1)
    found = Counted(9, serials[0], serials[8])
    stocking.count_delivery(world.session, number, point, found, "person:1", world.now)
    world.session.flush()
    assert register(world.session, point, MONDAY, MONDAY).uncounted == 10
    tuesday = register(world.session, point, MONDAY, world.now.date())
    assert (tuesday.uncounted, tuesday.closing_booklets) == (0, 9)


def test_what_one_point_loses_another_wins(world: World):
    serials, ccas = stocked(world)
    reze = world.point("CCAS de Rezé")
    world.stock(serials[:4], reze)
    assert figures(world, ccas, *FOR_EVER)["closing"] == 6
    assert figures(world, reze, *FOR_EVER)["closing"] == 4


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_register_is_what_is_in_the_drawer(world: World, seed: int):
    """Sixty things at random, possible or not: the sums always equal the count of the booklets."""
    serials, ccas = stocked(world, 12)
    points, chance = (ccas, world.point("CCAS de Rezé")), random.Random(seed)
    done = sum(happens(world, chance, serials, points) for _ in range(60))
    assert done > 15
    for point in points:
        left = booklets.in_stock(world.session, point)
        accounts = register(world.session, point, *FOR_EVER).accounts
        assert sum(account.quantities["closing"].booklets for account in accounts) == left
        lines = entries(world.session, point, *FOR_EVER)
        assert sum(INTO_STOCK[line.movement] * line.booklets for line in lines) == left


def happens(
    world: World, chance: random.Random, serials: list[str], points: tuple[int, int]
) -> bool:
    """One act on one booklet, if it can be done."""
    session, serial, point = world.session, chance.choice(serials), chance.choice(points)
    why = (serial, "raison", "person:1", world.now)
    hand_over = partial(distributing.hand_over, session, serial, point, None, *why[2:])
    acts: list[partial[Any]] = [
        hand_over,
        hand_over,
        partial(taking_back.take_back, session, serial, point, *why[2:]),
        partial(distributing.block, session, *why),
        partial(distributing.unblock, session, *why),
        partial(distributing.void, session, *why),
        partial(distributing.move_stock, session, serial, chance.randint(1, 3), point, *why[2:]),
        partial(stocking.give_back, session, serial, 1, point, *why[1:]),
    ]
    try:
        with session.begin_nested():
            chance.choice(acts)()
    except Conflict:
        session.expire_all()
        return False
    return True
