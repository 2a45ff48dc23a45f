"""A hand-over that was a slip is undone while it is fresh; never once a pass was used."""

from datetime import date, timedelta

import pytest

from tests.support.cast import PING, World
from voucher_service.actions import distributing
from voucher_service.actions.taking_back import WINDOW, bring_back, take_back
from voucher_service.core.campaign import MonthsAfterHandover
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.store import booklets, tables
from voucher_service.store.queries import snapshot


@pytest.fixture
def campaign(world: World) -> int:
    validity = MonthsAfterHandover(6, date(2027, 12, 31))
    return world.campaign({world.funder("Métropole"): 1}, validity=validity)


@pytest.fixture
def given(world: World, campaign: int) -> tuple[str, int]:
    """A booklet just handed over, and the point that did."""
    order = world.order(campaign, 2)
    world.fund(order)
    serials, point = world.issue(order), world.point()
    world.stock(serials, point)
    world.hand_over(serials[0], point)
    return serials[0], point


def test_a_slip_is_undone_and_the_booklet_can_be_handed_over_again(world: World, given):
    serial, point = given
    take_back(world.session, serial, point, "person:1", world.later(minutes=30))
    booklet = world.session.get_one(tables.Booklet, int(serial))
    assert (booklet.handed_over_at, booklet.valid_until) == (None, date(2027, 12, 31))
    assert booklets.in_stock(world.session, point) == 2
    assert world.session.query(tables.Handover).count() == 0
    events = world.session.query(tables.BookletEvent).order_by(tables.BookletEvent.id)
    assert [(event.kind, event.point_id) for event in events] == [
        ("handed_over", point),
        ("taken_back", point),
    ]
    world.session.commit()
    assert world.hand_over(serial, point).valid_until == date(2027, 5, 16)


def test_after_half_an_hour_it_stays_handed_over(world: World, given):
    world.now += WINDOW + timedelta(seconds=1)
    with pytest.raises(Conflict, match="not_undoable"):
        take_back(world.session, given[0], given[1], "person:1", world.now)


def test_a_booklet_with_a_used_pass_stays_handed_over(world: World, given, campaign: int):
    serial, point = given
    phone = world.at(PING, campaign, "PiNG")
    world.redeem(phone, world.codes(serial)[0])
    with pytest.raises(Conflict, match="spent_already"):
        take_back(world.session, serial, point, "person:1", world.now)
    world.session.rollback()
    assert world.session.get_one(tables.Booklet, int(serial)).handed_over_at is not None


def test_a_person_brings_a_whole_booklet_back_days_later_with_a_reason(world: World, given):
    serial, point = given
    world.later(days=9)
    with pytest.raises(Invalid, match="reason_missing"):
        bring_back(world.session, serial, point, " ", "person:1", world.now)
    bring_back(world.session, serial, point, "elle déménage", "person:1", world.now)
    assert booklets.in_stock(world.session, point) == 2
    last = world.session.query(tables.BookletEvent).order_by(tables.BookletEvent.id.desc())
    assert last[0].reason == "elle déménage"


def test_nothing_comes_back_once_the_end_of_the_campaign_has_begun(world: World, given, campaign):
    world.session.add(
        tables.Closing(campaign_id=campaign, round=1, started_by="token:1", started_at=world.now)
    )
    with pytest.raises(Conflict, match="not_undoable"):
        bring_back(world.session, given[0], given[1], "trop tard", "person:1", world.now)


def test_only_the_point_that_gave_it_takes_it_back(world: World, given):
    with pytest.raises(Conflict, match="not_undoable"):
        take_back(world.session, given[0], world.point("Rezé"), "person:2", world.now)


def test_a_phone_that_kept_it_hears_that_it_is_not_usable(world: World, given, campaign: int):
    before = world.now
    take_back(world.session, given[0], given[1], "person:1", world.later(minutes=5))
    world.session.flush()
    (told,) = snapshot.changed_held(world.session, [campaign], before)
    assert (told.usable, told.spent) == (False, ())
    assert list(snapshot.all_held(world.session, [campaign], world.now.date())) == []


def test_what_cannot_be_spent_is_not_handed_over(world: World, campaign: int):
    order = world.order(campaign, 1)
    world.fund(order)
    (serial,), point = world.issue(order), world.point()
    world.stock([serial], point)
    booklets.freeze_order(world.session, order)
    with pytest.raises(Conflict, match="not_funded"):
        distributing.hand_over(world.session, serial, point, None, "person:1", world.now)
    booklets.activate_order(world.session, order, world.now)
    with pytest.raises(Conflict, match="expired"):
        distributing.hand_over(
            world.session, serial, point, None, "person:1", world.later(days=411)
        )
