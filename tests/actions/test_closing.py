"""The end of a campaign: begun, agreed, closed when nothing is open; the rest goes home."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.support import ending
from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import World
from tests.support.contesting import UPHELD, contest, decide, in_order, wait_for_appeals
from tests.support.paying import send
from tests.support.paying import settle as paid
from voucher_service.actions import (
    closing,
    distributing,
    judging,
    ordering,
    paying,
    settling,
)
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core.campaign import PARIS, Funding, Grace
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.passes import Accepted, Refused
from voucher_service.store import tables
from voucher_service.store.postings import balances, deposit

BEGINS = datetime(2027, 12, 1, 9, 0, tzinfo=PARIS)
"""The first alert, thirty days before the last day of the Nantes campaign."""
LAST_SECOND = datetime(2028, 1, 31, 23, 59, 59, tzinfo=PARIS)
"""Of the grace that follows it."""
OVER = datetime(2028, 2, 8, 0, 30, tzinfo=PARIS)
"""A week for scans made without network and half an hour to take one back."""
AFTER = OVER + timedelta(seconds=1)


@pytest.fixture
def autumn(world: World) -> Autumn:
    """Thirty passes of 10 €, by thirds; seven are used."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    return autumn


@pytest.fixture
def over(autumn: Autumn) -> Autumn:
    """The same after its end: begun, agreed, every use on a statement."""
    world = autumn.world
    world.now = BEGINS
    ending.begin(world, autumn.campaign)
    world.now = AFTER
    ending.settle(world)
    return autumn


def refuses(reason: str) -> Any:
    return pytest.raises((Conflict, Invalid, NotFound), match=reason)


def told(world: World, topic: str) -> list[dict[str, Any]]:
    return [row.payload for row in world.session.query(tables.Outbox).filter_by(topic=topic)]


def documents(world: World, kind: str) -> list[tables.Document]:
    query = world.session.query(tables.Document).filter_by(kind=kind)
    return query.order_by(tables.Document.number).all()


# Beginning


def test_the_end_begins_with_the_first_alert_and_once(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    world.now = BEGINS - timedelta(days=1)
    with refuses("too_early"):
        closing.start(session, autumn.campaign, "token:1", world.now)
    world.now = BEGINS
    with refuses("not_started"):
        ending.close(world, autumn.campaign)
    first = closing.start(session, autumn.campaign, "token:1", world.now)
    again = closing.start(session, autumn.campaign, "token:2", world.now)
    assert (again.id, again.started_by) == (first.id, "token:1")
    assert told(world, "closing_started") == [{"campaign": autumn.campaign, "points": []}]


def test_nothing_more_is_handed_over_or_ordered_but_lost_booklets_are_replaced(world: World):
    autumn = Autumn(world)
    order = world.order(autumn.campaign, 2)
    world.fund(order)
    given, kept = world.issue(order)
    point = world.point()
    world.stock([given, kept], point)
    world.hand_over(given, point)
    world.now = BEGINS
    closing.start(world.session, autumn.campaign, "token:1", world.now)
    assert told(world, "closing_started")[0]["points"] == [point]
    with refuses("campaign_closing"):
        world.hand_over(kept, point)
    with refuses("campaign_closing"):
        world.order(autumn.campaign, 1)
    new = distributing.replace(world.session, given, "perdu", "token:1", world.now)
    world.session.commit()
    assert world.hand_over(new, point).passes == 5


def test_every_funder_agrees_for_itself_or_on_paper(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    one, two, three = autumn.funders
    world.now = BEGINS
    with refuses("not_started"):
        closing.approve(session, autumn.campaign, one, "token:5", world.now)
    closing.start(session, autumn.campaign, "token:1", world.now)
    with refuses("not_found"):
        closing.approve(session, autumn.campaign, 99, "token:5", world.now)
    with refuses("four_eyes"):
        closing.approve(session, autumn.campaign, one, "token:1", world.now, "Délibération 4")
    closing.approve(session, autumn.campaign, one, "token:2", world.now, "Délibération 4")
    closing.approve(session, autumn.campaign, one, "token:2", world.now, "Délibération 4")
    closing.approve(session, autumn.campaign, two, "token:6", world.now)
    assert told(world, "closing_approved") == []
    missing, *_ = closing.obstacles(session, autumn.campaign, AFTER)
    assert missing.detail == f"Funders must agree: {three}."
    closing.approve(session, autumn.campaign, three, "token:7", world.now)
    assert told(world, "closing_approved") == [{"campaign": autumn.campaign, "round": 1}]


# Closing


def test_each_funder_gets_back_what_it_put_in_less_its_part_of_the_uses(over: Autumn):
    world = over.world
    number = ending.close(world, over.campaign)
    assert number == "EC-2028-000001"
    assert books(world.session).outstanding == 0
    assert [deposit(world.session, funder, over.campaign) for funder in over.funders] == [
        7_666,
        7_667,
        7_667,
    ]
    assert [row.total_cents for row in documents(world, "credit_note")] == [7_666, 7_667, 7_667]
    assert [row.number for row in documents(world, "credit_note")] == [
        "AV-2028-000001",
        "AV-2028-000002",
        "AV-2028-000003",
    ]
    for funder, cents in zip(over.funders, (7_666, 7_667, 7_667), strict=True):
        assert ending.refund(world, over.campaign, funder) == cents
        with refuses("nothing_to_refund"):
            ending.ask_refund(world, over.campaign, funder)
        world.session.rollback()
    assert books(world.session).bank_reserved == 7_000
    in_order(world)


def test_said_again_the_end_gives_the_same_papers(over: Autumn):
    world = over.world
    first = ending.close(world, over.campaign)
    world.later(days=40)
    assert ending.close(world, over.campaign) == first
    assert len(documents(world, "closing_statement")) == 1
    with refuses("closed_already"):
        closing.start(world.session, over.campaign, "token:1", world.now)
    with refuses("closed_already"):
        closing.approve(world.session, over.campaign, over.funders[0], "token:5", world.now)


def test_all_that_is_open_is_named(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    code = autumn.codes.pop()
    world.redeem(autumn.ping, code, offline=True)
    world.redeem(autumn.alis44, code, offline=True)  # a double use
    world.now = BEGINS
    closing.start(session, autumn.campaign, "token:1", world.now)
    contest(world, 1)
    settling.open_period(session, "2027-11", world.now, world.now)
    session.commit()
    with pytest.raises(Conflict) as refused:
        ending.close(world, autumn.campaign)
    assert refused.value.reason == "not_over"
    found = closing.obstacles(session, autumn.campaign, world.now)
    assert [obstacle.reason for obstacle in found] == [
        "not_over",
        "not_approved",
        "contested",
        "incidents_open",
        "unsettled",
        "period_open",
    ]
    assert all(obstacle.detail in refused.value.detail for obstacle in found)
    assert "2027-11" in found[-1].detail
    assert "8 uses" in found[-2].detail


def test_a_scan_kept_on_the_last_evening_counts_in_its_week(autumn: Autumn):
    world = autumn.world
    world.now = BEGINS
    ending.begin(world, autumn.campaign)
    world.now = OVER - timedelta(minutes=30, seconds=1)
    code = autumn.codes.pop()
    assert isinstance(world.redeem(autumn.ping, code, moment=LAST_SECOND, offline=True), Accepted)
    for moment in (LAST_SECOND, OVER):
        world.now = moment
        with refuses("not_over"):
            ending.close(world, autumn.campaign)
        world.session.rollback()
    world.now = AFTER
    with refuses("unsettled"):
        ending.close(world, autumn.campaign)
    world.session.rollback()
    ending.settle(world)
    said = ending.read(world, ending.close(world, autumn.campaign))
    assert (said["passes"]["used"], said["total_cents"]) == (8, 22_000)
    late = world.redeem(autumn.ping, autumn.codes.pop(), moment=LAST_SECOND, offline=True)
    assert isinstance(late, Refused)
    in_order(world)


def test_a_contest_ends_before_the_campaign_and_none_is_opened_after(over: Autumn):
    world, session = over.world, over.world.session
    world.now = AFTER
    paying.top_up(session, over.campaign, "VIR op", 1_000, world.now)
    number = contest(world, 1)
    with refuses("contested"):
        ending.close(world, over.campaign)
    session.rollback()
    number = contest(world, 1)
    paying.top_up(session, over.campaign, "VIR op", 1_000, world.now)
    decide(world, number, UPHELD)
    assert wait_for_appeals(world) == [number]
    with refuses("unsettled_corrections"):
        ending.close(world, over.campaign)
    session.rollback()
    ending.settle(world)
    said = ending.read(world, ending.close(world, over.campaign))
    assert said["total_cents"] == 24_000
    (line,) = [line for line in said["by_association"] if line["name"] == "PiNG"]
    assert line["to_give_back_cents"] == 1_000  # it earned nothing since
    with refuses("campaign_closed"):
        contest(world, 2)
    in_order(world)


def test_value_that_comes_back_after_the_end_makes_a_second_round(over: Autumn):
    world, session = over.world, over.world.session
    first = ending.close(world, over.campaign)
    paying.top_up(session, over.campaign, "VIR op", 1_000, world.now)
    number = judging.open_fraud(session, 1, "Faux services", "token:1", world.now)
    judging.accept(session, number, "Avéré", "token:2", world.now)
    session.commit()
    ending.begin(world, over.campaign)
    with refuses("unsettled_corrections"):
        ending.close(world, over.campaign)
    session.rollback()
    ending.settle(world)
    second = ending.close(world, over.campaign)
    said = ending.read(world, second)
    assert second != first
    assert (said["round"], said["total_cents"], said["passes"]["used"]) == (2, 1_000, 6)
    assert [funder["borne_cents"] for funder in said["funders"]] == [2_000] * 3
    in_order(world)


def test_what_was_called_and_never_paid_is_asked_for_no_more(world: World):
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    one, two, _ = autumn.funders
    order = world.order(autumn.campaign, 3)
    world.receive(order, one, 3_000)
    world.now = BEGINS
    ending.begin(world, autumn.campaign)
    world.now = AFTER
    ending.settle(world)
    ending.close(world, autumn.campaign)
    notes = {
        row.funder_id: ending.read(world, row.number) for row in documents(world, "credit_note")
    }
    assert [line["what"] for line in notes[one]["lines"]] == ["call_cancelled", "unused"]
    assert (notes[one]["lines"][0]["cents"], notes[two]["lines"][0]["cents"]) == (2_000, 5_000)
    assert notes[one]["deposit_cents"] == 3_000 + 7_666
    assert notes[one]["total_cents"] == 2_000 + 7_666
    # Paid all the same, it is a deposit: no pass comes alive after the end.
    for funder in autumn.funders:
        world.receive(order, funder, 5_000, f"tard {funder}")
    assert books(world.session).outstanding == 0
    for funder in autumn.funders:
        ending.refund(world, autumn.campaign, funder)
    assert books(world.session).deposits == 0
    in_order(world)


def test_a_post_funded_campaign_ends_with_a_statement_and_nothing_to_give_back(world: World):
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 5)
    world.now = BEGINS
    ending.begin(world, autumn.campaign)
    world.now = AFTER
    ending.settle(world)
    said = ending.read(world, ending.close(world, autumn.campaign))
    assert [funder["borne_cents"] for funder in said["funders"]] == [1_667, 1_667, 1_666]
    assert said["total_cents"] == 0
    assert documents(world, "credit_note") == []
    in_order(world)


def test_the_joint_statement_says_what_was_issued_given_used_and_left(world: World):
    """Six booklets given, of which two were begun; two in stock; one given anew after a loss."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    order = world.order(autumn.campaign, 2)
    world.fund(order)
    in_stock = world.issue(order)
    point = world.point()
    world.stock(in_stock, point)
    lost = "00000005"  # two of its five passes are spent
    new = distributing.replace(world.session, lost, "perdu", "token:1", world.now)
    world.session.commit()
    first = world.session.get_one(tables.Booklet, 5)
    assert first.point_id is not None
    world.hand_over(new, first.point_id)
    world.now = BEGINS
    ending.begin(world, autumn.campaign)
    world.now = AFTER
    ending.settle(world)
    said = ending.read(world, ending.close(world, autumn.campaign))
    assert said["booklets"] == {
        "issued": 8,
        "handed_over": 6,
        "not_handed_over": 2,
        "started": 2,
    }
    passes = said["passes"]
    assert (passes["issued"], passes["handed_over"], passes["used"]) == (40, 30, 7)
    assert (passes["never_handed_over_cents"], passes["handed_over_unused_cents"]) == (
        10_000,
        23_000,
    )
    assert passes["unused_cents"] == said["total_cents"] == 33_000
    assert said["days"] == {
        "last_day": "2027-12-31",
        "grace_until": "2028-01-31",
        "uploads_until": "2028-02-07",
    }
    assert said["by_period"] == [
        {"label": "fin-0", "redemptions": 7, "cents": 7_000, "cancelled_cents": 0}
    ]
    in_order(world)


def test_a_campaign_without_grace_ends_a_week_after_its_last_day(world: World):
    autumn = Autumn(world, grace=Grace.NONE, undo_window_minutes=0)
    days = closing.days_of(world.session, autumn.campaign)
    assert (days.grace_until, days.uploads_until) == (date(2027, 12, 31), date(2028, 1, 7))
    world.now = datetime(2028, 1, 8, 0, 0, 1, tzinfo=PARIS)
    ending.begin(world, autumn.campaign)
    ending.close(world, autumn.campaign)
    in_order(world)


def test_after_the_end_of_a_campaign_nothing_is_left_anywhere(autumn: Autumn):
    world = autumn.world
    world.now = AFTER
    ending.begin(world, autumn.campaign)
    ra, *_ = ending.settle(world)
    settling.approve_statement(world.session, ra, "token:2", world.now)
    paid(world, ra)
    ending.close(world, autumn.campaign)
    for funder in autumn.funders:
        ending.refund(world, autumn.campaign, funder)
    assert {cents for _, _, cents in balances(world.session)} == {0}
    in_order(world)


# Money that goes home before the end, or bounces


def test_only_money_that_came_can_go_back(world: World):
    """A funder that was called and has not paid would be sent what the other paid."""
    one, other = world.funder("Financeur 1"), world.funder("Financeur 2")
    campaign = world.campaign({one: 1, other: 1})
    order = world.order(campaign, 2)
    world.receive(order, other, world.calls(order)[other])
    with refuses("nothing_to_refund"):
        ending.ask_refund(world, campaign, one)
    assert ending.refund(world, campaign, other) == 5_000
    assert books(world.session).bank_reserved == 0


def test_money_that_went_back_brings_no_pass_to_life(world: World):
    one, other = world.funder("Financeur 1"), world.funder("Financeur 2")
    campaign = world.campaign({one: 1, other: 1})
    order = world.order(campaign, 1)
    called = world.calls(order)
    world.receive(order, one, called[one])
    ending.refund(world, campaign, one)
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
    ending.refund(world, campaign, one)
    ordering.reverse_receipt(world.session, receipt, world.now)
    assert not books(world.session).solvent
    assert books(world.session).owed - books(world.session).bank_reserved == 700
    world.receive(order, one, 700, "VIR 2")
    assert books(world.session).solvent
    assert check_books(world.session) == []


def test_a_payment_cannot_bounce_out_of_a_campaign_that_was_given_back(world: World):
    campaign = world.campaign({world.funder("Financeur"): 1})
    world.fund(world.order(campaign, 1))
    world.now = AFTER
    ending.end(world, campaign)
    with refuses("campaign_ended"):
        ordering.reverse_receipt(world.session, 1, world.now)
    world.session.rollback()
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
    paid(world, number)
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
        send(world, number)
    assert check_books(world.session) == []


def test_a_funder_too_small_for_a_pass_cannot_stand_in_a_campaign(world: World):
    """Its cents would come and go: in each order and each period it bears something, or nothing."""
    one, other = world.funder("Financeur 1"), world.funder("Financeur 2")
    with pytest.raises(Invalid, match="share_too_small"):
        world.campaign({one: 1, other: 500})
    assert world.campaign({one: 1, other: 499})
