"""Figures from sums and what came since are the figures counted from scratch, whatever happened."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import CV, FORMS, World
from tests.support.contesting import UPHELD, contest, decide, wait_for_appeals
from tests.support.paying import APPROVER, pay
from voucher_service.actions import paying, settling, undoing
from voucher_service.core import accounts
from voucher_service.core.campaign import PARIS, paris_day
from voucher_service.core.transfer import Kind
from voucher_service.store import load, sums, tables
from voucher_service.store.postings import balances
from voucher_service.store.queries import sums as figures
from voucher_service.store.queries.sums import NOTHING, Side

Found = Counter[tuple[str, str]]


@pytest.fixture
def autumn(world: World) -> Autumn:
    """Seven uses at PiNG on three booklets, and their sums made an hour later."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 4, service=FORMS)
    autumn.spend(autumn.ping, 3, service=CV)
    fill(world)
    return autumn


def fill(world: World) -> None:
    world.later(hours=2)
    sums.fill(world.session, world.now)
    world.session.commit()


def live(world: World) -> list[tables.Redemption]:
    world.session.expire_all()
    return world.session.query(tables.Redemption).filter_by(undone_at=None).all()


def counted(world: World, side: Side) -> Found:
    """What every use that stands says, one by one."""
    found: Found = Counter()
    for use in live(world):
        booklet = world.session.get_one(tables.Booklet, use.booklet_id)
        key = {
            Side.POINT: booklet.point_id,
            Side.SITE: use.site_id,
            Side.SERVICE: use.service,
            Side.LAST_DAY: booklet.valid_until,
        }[side]
        found[str(key), f"{paris_day(use.moment):%Y-%m}"] += 1
    return found


def begun(world: World) -> dict[int, int]:
    booklets = {use.booklet_id for use in live(world)}
    points = [world.session.get_one(tables.Booklet, booklet).point_id for booklet in booklets]
    return dict(Counter(point or 0 for point in points))


def check(world: World, campaign: int) -> tables.SumMark:
    """Sums with what came since, and no sums at all, both give what is counted one by one."""
    newest = figures.mark(world.session)
    for mark in (newest, NOTHING):
        for side in Side:
            rows = figures.uses(world.session, [campaign], [side], mark)
            assert Counter({(row.key, row.month): row.uses for row in rows}) == counted(world, side)
            assert all(row.cents == row.uses * 1000 for row in rows)
        every = figures.uses(world.session, [campaign], list(Side), mark)
        assert sum(row.uses for row in every) == len(Side) * len(live(world))
        assert figures.started(world.session, campaign, mark) == begun(world)
        by_account: Counter[tuple[str, int]] = Counter()
        for one in figures.moved(world.session, mark):
            by_account[one.account, one.campaign] += one.balance
        assert by_account == {(name, of): cents for name, of, cents in balances(world.session)}
    return newest


def test_sums_alone_are_the_figures(autumn: Autumn) -> None:
    newest = check(autumn.world, autumn.campaign)
    assert newest.last_redemption == 7


def test_uses_of_the_last_hour_are_counted_beside_the_sums(autumn: Autumn) -> None:
    autumn.spend(autumn.alis44, 5)
    autumn.world.later(days=20)
    autumn.spend(autumn.ping, 3)
    newest = check(autumn.world, autumn.campaign)
    assert newest.last_redemption == 7


def test_what_is_being_written_while_sums_are_made_is_left_to_the_next_ones(
    autumn: Autumn,
) -> None:
    autumn.spend(autumn.ping, 2)
    sums.fill(autumn.world.session, autumn.world.now + timedelta(minutes=50))
    assert check(autumn.world, autumn.campaign).last_redemption == 7
    sums.fill(autumn.world.session, autumn.world.now + timedelta(minutes=70))
    assert check(autumn.world, autumn.campaign).last_redemption == 9


def test_a_use_that_is_taken_back_leaves_the_sums(autumn: Autumn) -> None:
    world = autumn.world
    autumn.spend(autumn.alis44, 1)
    world.later(minutes=5)
    scan_id = f"scan-{world.scans:08d}"
    undoing.undo(world.session, autumn.alis44.site, autumn.alis44.device, scan_id, "x", world.now)
    world.session.commit()
    check(world, autumn.campaign)
    assert len(live(world)) == 7


def test_a_use_in_the_sums_that_a_contest_ends_leaves_them_and_may_come_again(
    autumn: Autumn,
) -> None:
    world = autumn.world
    use = live(world)[-1]
    decide(world, contest(world, use.id), UPHELD)
    assert wait_for_appeals(world)
    check(world, autumn.campaign)
    assert len(live(world)) == 6
    again = world.codes(load.serial(use.booklet_id))[use.number - 1]
    world.redeem(autumn.alis44, again)
    check(world, autumn.campaign)
    assert len(live(world)) == 7
    fill(world)
    check(world, autumn.campaign)


def test_a_booklet_whose_only_use_is_taken_back_is_no_longer_begun(world: World) -> None:
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 1)
    fill(world)
    assert begun(world)
    decide(world, contest(world, live(world)[0].id), UPHELD)
    wait_for_appeals(world)
    assert begun(world) == {}
    check(world, autumn.campaign)


def test_only_the_last_sums_and_those_before_are_kept(autumn: Autumn) -> None:
    world = autumn.world
    for _ in range(3):
        fill(world)
    marks = {mark.id for mark in world.session.query(tables.SumMark)}
    assert len(marks) == 2
    assert {row.mark_id for row in world.session.query(tables.UseSum)} == marks
    assert {row.mark_id for row in world.session.query(tables.AccountSum)} == marks


def test_what_the_bank_paid_is_known_by_its_statement(autumn: Autumn) -> None:
    world = autumn.world
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    for number in world.close("2026-11", END_OF_NOVEMBER):
        settling.approve_statement(world.session, number, APPROVER, world.now)
    batch = pay(world, "2026-11")
    assert paid(world, autumn.campaign) == {(0, 0)}
    for one in batch.payments:
        paying.payout_executed(world.session, one.end_to_end, world.now)
    assert paid(world, autumn.campaign) == {(7, 7_000)}
    fill(world)
    assert paid(world, autumn.campaign) == {(7, 7_000)}


def paid(world: World, campaign: int) -> set[tuple[int, int]]:
    """By the sums, and without them."""
    marks = (figures.mark(world.session), NOTHING)
    return {figures.paid_uses(world.session, campaign, mark) for mark in marks}


def test_movements_are_found_by_campaign_account_and_kind(autumn: Autumn) -> None:
    world = autumn.world
    payable = accounts.payable(autumn.ping.association)
    newest = figures.mark(world.session)
    (found,) = figures.moved(
        world.session,
        newest,
        campaigns=[autumn.campaign],
        accounts=[payable],
        kinds=[Kind.USE],
    )
    assert (found.credited, found.debited, found.balance) == (7_000, 0, 7_000)
    assert figures.moved(world.session, newest, campaigns=[99]) == []
