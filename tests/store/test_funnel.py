"""The funnel of a campaign as its rows stand, with replacements, from sums or without."""

from datetime import date

import pytest

from tests.support.cast import PING, World
from voucher_service.actions import distributing
from voucher_service.core.campaign import Grace, MonthsAfterHandover
from voucher_service.core.ending import Booklets
from voucher_service.core.funnel import Counted
from voucher_service.store import closings, sums
from voucher_service.store.queries import funded, funnel, scheme


@pytest.fixture
def campaign(world: World) -> int:
    """Ten booklets of 5 × 10 €, six at the CCAS, three of them in people's hands."""
    campaign = world.campaign({world.funder("Nantes Métropole"): 1, world.funder("État"): 1})
    order = world.order(campaign, 10)
    world.fund(order)
    world.order(campaign, 4)
    serials = world.issue(order)
    ccas = world.point()
    world.stock(serials[:6], ccas)
    for serial in serials[:3]:
        world.hand_over(serial, ccas)
    world.booklets["all"] = serials
    world.booklets["point"] = [str(ccas)]
    ping = world.at(PING, campaign, "PiNG")
    for code in world.codes(serials[0])[:2] + world.codes(serials[1])[:1]:
        world.redeem(ping, code)
    world.session.commit()
    return campaign


def counted(world: World, campaign: int) -> Counted:
    world.session.commit()
    (funder, *_) = scheme.shares(world.session, [campaign])
    row = funded.campaign(world.session, funder.funder_id, campaign)
    return funnel.progress(world.session, row, world.now.date()).counted


def agrees_with_the_closing_statement(world: World, campaign: int) -> Counted:
    found = counted(world, campaign)
    inventory = Booklets(found.issued, found.handed_over, found.started)
    assert inventory == closings.booklets(world.session, campaign)
    passes = closings.passes(world.session, campaign)
    assert (found.funded_passes, found.used_passes) == (passes.issued, passes.used)
    return found


def test_every_stage_is_counted(world: World, campaign: int) -> None:
    assert agrees_with_the_closing_statement(world, campaign) == Counted(
        ordered=14,
        ordered_passes=70,
        funded=10,
        funded_passes=50,
        issued=10,
        in_stock=3,
        in_stock_passes=15,
        handed_over=3,
        started=2,
        used_passes=3,
        used_cents=3_000,
    )


def test_the_figures_are_the_same_from_sums(world: World, campaign: int) -> None:
    before = counted(world, campaign)
    world.later(hours=2)
    sums.fill(world.session, world.now)
    assert counted(world, campaign) == before


def test_a_replacement_is_no_further_booklet(world: World, campaign: int) -> None:
    serials, point = world.booklets["all"], int(world.booklets["point"][0])
    ping = world.at(("Nâga", "W442009012", "FR7630001007941234567890185"), campaign, "Nâga")
    new = distributing.replace(world.session, serials[0], "perdu", "person:1", world.now)
    found = agrees_with_the_closing_statement(world, campaign)
    assert (found.issued, found.in_stock, found.in_stock_passes) == (10, 4, 18)
    assert (found.handed_over, found.started) == (3, 2)
    world.hand_over(new, point)
    world.redeem(ping, world.codes(new)[0])
    found = agrees_with_the_closing_statement(world, campaign)
    assert (found.handed_over, found.started, found.used_passes) == (3, 2, 4)
    never_given = distributing.replace(world.session, serials[4], "eau", "person:1", world.now)
    assert agrees_with_the_closing_statement(world, campaign).handed_over == 3
    world.hand_over(never_given, point)
    world.redeem(ping, world.codes(never_given)[0])
    found = agrees_with_the_closing_statement(world, campaign)
    assert (found.handed_over, found.started) == (4, 3)
    again = distributing.replace(world.session, new, "perdu encore", "person:1", world.now)
    world.hand_over(again, point)
    world.redeem(ping, world.codes(again)[0])
    found = agrees_with_the_closing_statement(world, campaign)
    assert (found.handed_over, found.started) == (4, 3)


def test_what_is_blocked_or_void_is_not_in_stock(world: World, campaign: int) -> None:
    serials = world.booklets["all"]
    distributing.block(world.session, serials[3], "vol", "person:1", world.now)
    distributing.void(world.session, serials[4], "eau", "person:1", world.now)
    assert counted(world, campaign).in_stock == 1


def test_everything_unspent_expires_in_the_last_month(world: World, campaign: int) -> None:
    world.now = world.now.replace(year=2027, month=12, day=2)
    assert counted(world, campaign).expiring_passes == 50 - 3
    distributing.replace(world.session, world.booklets["all"][0], "perdu", "person:1", world.now)
    assert counted(world, campaign).expiring_passes == 50 - 3


def test_days_of_grace_are_the_most_urgent(world: World, campaign: int) -> None:
    world.now = world.now.replace(year=2028, month=1, day=20)
    assert counted(world, campaign).expiring_passes == 47
    world.now = world.now.replace(month=2, day=1)
    assert counted(world, campaign).expiring_passes == 0


def test_where_validity_starts_at_the_hand_over_only_the_oldest_expire(world: World) -> None:
    campaign = world.campaign(
        {world.funder("MSA"): 1},
        validity=MonthsAfterHandover(2, date(2027, 12, 31)),
        grace=Grace.NONE,
    )
    order = world.order(campaign, 3)
    world.fund(order)
    serials = world.issue(order)
    point = world.point()
    world.stock(serials, point)
    world.hand_over(serials[0], point)
    world.later(days=40)
    world.hand_over(serials[1], point)
    world.redeem(world.at(PING, campaign, "PiNG"), world.codes(serials[0])[0])
    assert counted(world, campaign).expiring_passes == 4


def test_points_are_told_apart(world: World, campaign: int) -> None:
    clisson = world.point("France Services Clisson")
    world.stock(world.booklets["all"][6:8], clisson)
    (funder, *_) = scheme.shares(world.session, [campaign])
    row = funded.campaign(world.session, funder.funder_id, campaign)
    progress = funnel.progress(world.session, row, world.now.date())
    points = {one.point: one for one in progress.points}
    assert progress.by_month == {"2026-11": (3, 3_000)}
    assert points[clisson].in_stock == 2
    ccas = points[int(world.booklets["point"][0])]
    assert (ccas.handed_over, ccas.started, ccas.used, ccas.used_cents) == (3, 2, 3, 3_000)
    assert points[None].issued == 2
