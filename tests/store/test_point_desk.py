"""What a point sees at its desk, on both engines."""

from datetime import date, timedelta

import pytest

from tests.support.cast import World, trust_the_keys
from voucher_service.actions import distributing, stocking
from voucher_service.actions.stocking import Counted
from voucher_service.core.campaign import paris_day
from voucher_service.store import tables
from voucher_service.store.queries import handing, point_desk

MONDAY = date(2026, 11, 16)


@pytest.fixture
def world(engine, session) -> World:
    trust_the_keys(session)
    return World(engine, session)


@pytest.fixture
def drawer(world: World) -> tuple[list[str], int]:
    """Ten booklets at a CCAS: one handed over, one lost, one given back."""
    order = world.order(world.campaign({world.funder("Nantes Métropole"): 1}), 10)
    world.fund(order)
    serials, point = world.issue(order), world.point()
    world.stock(serials, point)
    world.hand_over(serials[2], point)
    distributing.block(world.session, serials[5], "volé", "person:1", world.now)
    stocking.give_back(world.session, serials[9], 1, point, "trop", "person:1", world.now)
    return serials, point


def test_the_stock_is_what_can_be_handed_over_by_campaign(world: World, drawer):
    _, point = drawer
    (stock,) = point_desk.stock(world.session, point)
    assert (stock.booklets, stock.blocked, stock.cents) == (7, 1, 7 * 5 * 1000)
    assert (stock.last_day, stock.ending) == (date(2027, 12, 31), False)
    last = stock.last_day
    for days, state in ((31, "good"), (30, "soon"), (0, "soon"), (-1, "over")):
        assert stock.state(last - timedelta(days=days)) == state
    world.session.add(
        tables.Closing(
            campaign_id=stock.campaign, round=1, started_by="token:1", started_at=world.now
        )
    )
    assert point_desk.stock(world.session, point)[0].state(MONDAY) == "ending"
    assert point_desk.stock(world.session, world.point("Rezé")) == []


def test_hand_overs_are_counted_by_month_and_point_and_the_last_day_is_known(world: World, drawer):
    serials, point = drawer
    campaign = point_desk.stock(world.session, point)[0].campaign
    assert handing.by_month(world.session, campaign + 1) == {}
    assert handing.last_days(world.session, [point]) == {point: paris_day(world.now)}
    world.now += timedelta(days=45)
    world.hand_over(serials[0], point)
    assert handing.by_month(world.session, campaign) == {"2026-11": 1, "2026-12": 1}
    assert handing.by_point(world.session, campaign) == {point: 2}
    assert handing.last_days(world.session, [point], campaign) == {point: paris_day(world.now)}
    distributing.block(world.session, serials[0], "perdu", "person:1", world.now)
    stands_in = distributing.replace(world.session, serials[0], "perdu", "person:1", world.now)
    world.hand_over(stands_in, point)
    assert handing.by_point(world.session, campaign) == {point: 2}


def test_serials_in_the_drawer_are_said_as_runs(world: World, drawer):
    _, point = drawer
    runs = point_desk.runs(world.session, point)
    assert [(run.first, run.last, run.booklets) for run in runs] == [
        ("00000001", "00000002", 2),
        ("00000004", "00000005", 2),
        ("00000007", "00000009", 3),
    ]


def test_parcels_to_count_come_first(world: World, drawer):
    serials, point = drawer
    other = world.point("CCAS de Rezé")
    distributing.move_stock(world.session, serials[6], 3, other, "person:1", world.now)
    distributing.move_stock(world.session, serials[6], 1, point, "person:1", world.now)
    first, last = (number for (number,) in world.session.query(tables.StockMovement.id).filter_by(
        point_id=point).order_by(tables.StockMovement.id))  # fmt: skip
    found = Counted(1, serials[6], serials[6])
    stocking.count_delivery(world.session, last, point, found, "person:1", world.now)
    parcels = point_desk.parcels(world.session, point)
    assert [(one.number, one.counted, one.differs) for one in parcels] == [
        (first, None, False),
        (last, 1, False),
    ]
    assert (parcels[0].first, parcels[0].last, parcels[0].booklets) == (serials[0], serials[9], 10)
    assert point_desk.parcels(world.session, other, first) == []


def test_the_day_lists_what_was_given_and_who_asked_in_vain(world: World, drawer):
    serials, point = drawer
    (given,) = point_desk.given(world.session, point, MONDAY)
    assert (given.serial, given.newcomer) == (serials[2], None)
    assert point_desk.given(world.session, point, MONDAY - timedelta(days=1)) == []
    empty = world.point("CCAS de Rezé")
    for _ in range(2):
        distributing.hand_over(world.session, None, empty, None, "person:1", world.now)
    assert point_desk.asked_in_vain(world.session, empty, MONDAY) == 2
    assert point_desk.asked_in_vain(world.session, point, MONDAY) == 0
