"""The end of a campaign: what was not used goes home, when nothing can change any more."""

from datetime import datetime, timedelta

import pytest

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import World
from tests.support.contesting import UPHELD, contest, decide, wait_for_appeals
from voucher_service.actions import closing, ordering, paying, settling
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core.campaign import PARIS, Funding
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.passes import Accepted, Refused
from voucher_service.store import tables
from voucher_service.store.postings import balances

LAST_SECOND = datetime(2028, 1, 31, 23, 59, 59, tzinfo=PARIS)
"""Of the grace that follows the Nantes campaign."""
OVER = datetime(2028, 2, 8, 0, 30, tzinfo=PARIS)
"""A week for scans made without network and half an hour to take one back."""


@pytest.fixture
def autumn(world: World) -> Autumn:
    """Thirty passes of 10 €, by thirds; seven are used."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    return autumn


def test_each_funder_gets_back_what_it_put_in_less_its_part_of_the_uses(autumn: Autumn):
    world = autumn.world
    world.now = OVER + timedelta(seconds=1)
    assert list(closing.expire(world.session, autumn.campaign, world.now).values()) == [
        7_666,
        7_667,
        7_667,
    ]
    assert books(world.session).outstanding == 0
    assert closing.expire(world.session, autumn.campaign, world.now) == {}
    for funder, cents in zip(autumn.funders, (7_666, 7_667, 7_667), strict=True):
        assert closing.refund(world.session, autumn.campaign, funder, world.now) == cents
        with pytest.raises(Conflict, match="nothing_to_refund"):
            closing.refund(world.session, autumn.campaign, funder, world.now)
    assert books(world.session).bank_reserved == 7_000
    assert check_books(world.session) == []


def test_a_campaign_ends_when_its_last_use_can_neither_arrive_nor_be_taken_back(autumn: Autumn):
    world = autumn.world
    world.now = OVER - timedelta(minutes=30, seconds=1)
    code = autumn.codes.pop()
    assert isinstance(world.redeem(autumn.ping, code, moment=LAST_SECOND, offline=True), Accepted)
    for moment in (LAST_SECOND, world.now, OVER):
        with pytest.raises(Conflict, match="not_over"):
            closing.expire(world.session, autumn.campaign, moment)
    world.now = OVER + timedelta(seconds=1)
    assert sum(closing.expire(world.session, autumn.campaign, world.now).values()) == 22_000
    late = world.redeem(autumn.ping, autumn.codes.pop(), moment=LAST_SECOND, offline=True)
    assert isinstance(late, Refused)
    assert check_books(world.session) == []


def test_a_contest_is_decided_before_the_campaign_ends_or_its_value_follows(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    one, other = session.query(tables.Redemption).order_by("id").limit(2)
    world.now = OVER + timedelta(days=1)
    first = contest(world, one.id)
    with pytest.raises(Conflict, match="contested"):
        closing.expire(session, autumn.campaign, world.now)
    decide(world, first, UPHELD)
    wait_for_appeals(world)
    assert sum(closing.expire(session, autumn.campaign, world.now).values()) == 24_000

    decide(world, contest(world, other.id), UPHELD)
    wait_for_appeals(world)
    assert sum(closing.expire(session, autumn.campaign, world.now).values()) == 1_000
    assert books(session).outstanding == 0
    assert check_books(session) == []


def test_an_order_paid_after_the_end_comes_back_whole(autumn: Autumn):
    world = autumn.world
    order = world.order(autumn.campaign, 1)
    world.now = OVER + timedelta(days=1)
    closing.expire(world.session, autumn.campaign, world.now)
    world.fund(order)
    assert check_books(world.session) == []
    assert sum(closing.expire(world.session, autumn.campaign, world.now).values()) == 5_000
    assert check_books(world.session) == []


def test_only_money_that_came_can_go_back(world: World):
    """A funder that was called and has not paid would be sent what the other paid."""
    one, other = world.funder("Financeur 1"), world.funder("Financeur 2")
    campaign = world.campaign({one: 1, other: 1})
    order = world.order(campaign, 2)
    world.receive(order, other, world.calls(order)[other])
    with pytest.raises(Conflict, match="nothing_to_refund"):
        closing.refund(world.session, campaign, one, world.now)
    assert closing.refund(world.session, campaign, other, world.now) == 5_000
    assert books(world.session).bank_reserved == 0


def test_money_that_went_back_brings_no_pass_to_life(world: World):
    one, other = world.funder("Financeur 1"), world.funder("Financeur 2")
    campaign = world.campaign({one: 1, other: 1})
    order = world.order(campaign, 1)
    called = world.calls(order)
    world.receive(order, one, called[one])
    closing.refund(world.session, campaign, one, world.now)
    world.receive(order, other, called[other])
    assert books(world.session).outstanding == 0
    world.receive(order, one, called[one], "VIR 2")
    assert books(world.session).outstanding == 5_000
    assert check_books(world.session) == []


def test_a_payment_that_bounces_after_it_was_sent_back_is_missing_from_the_account(world: World):
    one, other = world.funder("Financeur 1"), world.funder("Financeur 2")
    campaign = world.campaign({one: 1, other: 1})
    order = world.order(campaign, 1)
    receipt = world.receive(order, one, 700)
    world.receive(order, other, 2_000)
    closing.refund(world.session, campaign, one, world.now)
    ordering.reverse_receipt(world.session, receipt, world.now)
    assert not books(world.session).solvent
    assert books(world.session).owed - books(world.session).bank_reserved == 700
    world.receive(order, one, 700, "VIR 2")
    assert books(world.session).solvent
    assert check_books(world.session) == []


def test_a_payment_cannot_bounce_out_of_a_campaign_that_was_given_back(world: World):
    campaign = world.campaign({world.funder("Financeur"): 1})
    world.fund(world.order(campaign, 1))
    world.now = OVER + timedelta(days=1)
    closing.expire(world.session, campaign, world.now)
    with pytest.raises(Conflict, match="campaign_ended"):
        ordering.reverse_receipt(world.session, 1, world.now)
    assert check_books(world.session) == []


def test_a_payment_that_bounces_in_a_post_funded_campaign_is_owed_again(world: World):
    """Its passes live without money, and were spent before anything was called."""
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 3)
    world.now = END_OF_NOVEMBER + timedelta(days=1)
    world.close("2026-11", END_OF_NOVEMBER)
    receipt = world.receive(1, autumn.funders[0], 1_000)
    assert books(world.session).awaiting_funds == 2_000
    ordering.reverse_receipt(world.session, receipt, world.now)
    assert books(world.session).awaiting_funds == 3_000
    autumn.spend(autumn.ping, 1)
    assert check_books(world.session) == []


def test_a_post_funded_payment_that_bounces_after_the_payout_leaves_the_account_overdrawn(
    world: World,
):
    """The association was paid with money that then went away: the nightly check must say so."""
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 3)
    world.now = END_OF_NOVEMBER + timedelta(days=1)
    number, *_ = world.close("2026-11", END_OF_NOVEMBER)
    settling.approve_statement(world.session, number, "token:2", world.now)
    bounced, *_ = [world.receive(1, funder, 1_000, f"VIR {funder}") for funder in autumn.funders]
    paying.payout_executed(
        world.session, paying.send_payout(world.session, number, world.now), world.now
    )
    assert check_books(world.session) == []
    ordering.reverse_receipt(world.session, bounced, world.now)
    assert books(world.session).bank_reserved == -1_000
    [problem] = check_books(world.session)
    assert problem.invariant == "account_covers_what_is_owed"
    world.receive(1, autumn.funders[0], 1_000, "VIR à nouveau")
    assert check_books(world.session) == []


def test_a_statement_that_the_fee_keeps_whole_is_not_paid(world: World):
    autumn = Autumn(world, fee_bp=10_000)
    autumn.spend(autumn.ping, 1)
    world.now = END_OF_NOVEMBER + timedelta(days=1)
    number, *_ = world.close("2026-11", END_OF_NOVEMBER)
    settling.approve_statement(world.session, number, "token:2", world.now)
    with pytest.raises(Conflict, match="nothing_to_pay"):
        paying.send_payout(world.session, number, world.now)
    assert check_books(world.session) == []


def test_a_funder_too_small_for_a_pass_cannot_stand_in_a_campaign(world: World):
    """Its cents would come and go: in each order and each period it bears something, or nothing."""
    one, other = world.funder("Financeur 1"), world.funder("Financeur 2")
    with pytest.raises(Invalid, match="share_too_small"):
        world.campaign({one: 1, other: 500})
    assert world.campaign({one: 1, other: 499})


def test_after_the_end_of_a_campaign_nothing_is_left_anywhere(autumn: Autumn):
    world = autumn.world
    world.now = OVER + timedelta(days=1)
    ra, *_ = world.close("fin", world.now)
    settling.approve_statement(world.session, ra, "token:2", world.now)
    reference = paying.send_payout(world.session, ra, world.now)
    paying.payout_executed(world.session, reference, world.now)
    closing.expire(world.session, autumn.campaign, world.now)
    for funder in autumn.funders:
        closing.refund(world.session, autumn.campaign, funder, world.now)
    assert {cents for _, _, cents in balances(world.session)} == {0}
    assert check_books(world.session) == []
