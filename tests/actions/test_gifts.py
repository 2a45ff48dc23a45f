"""Gifts by Checkout in the books: whole passes, at face value, when the money is really there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.support.banking import Bank
from tests.support.cast import PING, World
from tests.support.forging import forged
from tests.support.gifts import GIFT, LA_POSTE, Till
from voucher_service.actions import accrediting, gift_money, gift_payouts, giving, ordering
from voucher_service.actions.auditing import audit
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core import accounts
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.gifts import Stage
from voucher_service.core.passes import Accepted
from voucher_service.store import gifts as store
from voucher_service.store import tables
from voucher_service.store.engine import make_engine
from voucher_service.store.postings import balance


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    """One engine is enough here: the whole way over HTTP, and the races, are tried on both."""
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def till(world: World) -> Till:
    return Till(world, Bank(world))


@pytest.fixture
def campaign(world: World) -> int:
    funders = {world.funder(name): 1 for name in ("Métropole", "Département", "État")}
    campaign = world.campaign(funders)
    giving.open_to_gifts(world.session, campaign, "token:1", world.now)
    world.session.commit()
    return campaign


@pytest.fixture(autouse=True)
def _in_order(world: World):
    """Whatever a test does, the books are in order after it and the auditor explains them."""
    yield
    world.session.rollback()
    assert check_books(world.session) == []
    report = audit(world.session, lambda *_: iter(()), None, world.now)
    assert [finding for chapter in report.chapters for finding in chapter.findings] == []


def order_of(world: World, gift: int) -> tables.Order:
    (receipt,) = store.receipts(world.session, gift)
    return world.session.get_one(tables.Order, receipt.order_id)


def test_a_gift_of_21_910_euros_funds_exactly_2_191_passes(till: Till, world: World, campaign: int):
    gift = till.ask(campaign)
    till.whole(gift, fee=32_890)
    row, order = till.row(gift), order_of(world, gift)
    assert (row.passes, order.booklets, order.missing_passes) == (2_191, 439, 4)
    assert order.funded_at is not None
    assert balance(world.session, accounts.outstanding(row.round_id or 0)) == GIFT
    assert balance(world.session, accounts.gift(row.funder_id or 0)) == 0
    assert world.session.get_one(tables.Funder, row.funder_id).name == LA_POSTE
    serials = world.issue(order.id)
    held = [world.session.get_one(tables.Booklet, int(serial)).passes for serial in serials]
    assert sum(held) == 2_191
    assert held[-1] == 1
    assert books(world.session).bank_reserved == books(world.session).owed == GIFT


def test_nothing_is_spendable_before_the_whole_value_is_in_the_account(
    till: Till, world: World, campaign: int
):
    gift = till.ask(campaign)
    till.paid(gift, fee=32_890)
    assert books(world.session).bank_reserved == 0
    assert balance(world.session, accounts.AT_STRIPE) == -(GIFT - 32_890)
    till.arrive()
    position = books(world.session)
    assert (position.bank_reserved, position.deposits) == (GIFT - 32_890, GIFT - 32_890)
    assert position.solvent
    assert till.row(gift).funded_at is None
    assert store.owed_fees(world.session) == {till.row(gift).round_id: 32_890}
    till.restore(32_890)
    assert till.row(gift).funded_at is not None
    assert store.owed_fees(world.session) == {}


def test_stripe_said_again_changes_nothing(till: Till, world: World, campaign: int):
    gift = till.ask(campaign)
    till.whole(gift)
    before = world.session.query(tables.Transfer).count()
    for _ in range(3):
        till.say(gift)
    assert world.session.query(tables.Transfer).count() == before


def test_a_rest_waits_in_sight_for_the_next_gift(till: Till, world: World, campaign: int):
    first = till.ask(campaign, 10_700)
    till.whole(first)
    row = till.row(first)
    assert row.passes == 10
    assert balance(world.session, accounts.gift(row.funder_id or 0)) == 700
    assert books(world.session).deposits == 700
    second = till.ask(campaign, 5_300)
    till.whole(second)
    assert till.row(second).passes == 6
    assert till.row(second).round_id == row.round_id
    assert balance(world.session, accounts.gift(row.funder_id or 0)) == 0


def test_two_gifts_on_their_way_never_promise_the_same_rest(
    till: Till, world: World, campaign: int
):
    kept = till.ask(campaign, 1_700)
    till.whole(kept)
    second, third = till.ask(campaign, 1_300), till.ask(campaign, 1_300)
    till.paid(second)
    till.paid(third)
    assert (till.row(second).passes, till.row(third).passes) == (2, 1)
    till.arrive()
    till.restore(200)
    assert balance(world.session, accounts.gift(till.row(kept).funder_id or 0)) == 300


def test_two_donors_have_rounds_of_their_own_and_the_shares_stay(
    till: Till, world: World, campaign: int
):
    gifts = [till.ask(campaign, 5_000, name) for name in ("La Poste", "Orange")]
    for gift in gifts:
        till.whole(gift)
    assert len({till.row(gift).round_id for gift in gifts}) == 2
    assert len({till.row(gift).funder_id for gift in gifts}) == 2
    assert (
        len(world.session.query(tables.CampaignFunder).filter_by(campaign_id=campaign).all()) == 3
    )


def test_passes_of_a_gift_are_taken_where_those_of_the_campaign_are(
    till: Till, world: World, campaign: int
):
    early = world.association(PING, (campaign,))
    gift = till.ask(campaign, 5_000)
    till.whole(gift)
    late = world.association(("Autre", "W442000001", "FR7630006000011234567890189"), (campaign,))
    approved = store.approvals(world.session, till.row(gift).round_id or 0)
    assert approved == [early, late]
    assert not accrediting.approve_for_campaign(world.session, campaign, late, "token:1", world.now)


def test_the_only_funder_of_a_campaign_gives_to_it_without_a_round(till: Till, world: World):
    msa = world.funder("MSA")
    campaign = world.campaign({msa: 1}, name="Pass MSA")
    gift = till.ask(campaign, 5_000, funder=msa, order=world.order(campaign, 1))
    till.whole(gift)
    assert till.row(gift).round_id == campaign


def test_a_funder_pays_its_call_by_checkout(till: Till, world: World, campaign: int):
    order = world.order(campaign, 60)
    funder, cents = min(world.calls(order).items())
    for other, amount in world.calls(order).items():
        if other != funder:
            world.receive(order, other, amount, f"VIR {other}")
    till.bank.day(*[])
    gift = till.ask(campaign, cents, funder=funder, order=order)
    till.paid(gift)
    assert world.session.get_one(tables.Order, order).funded_at is None
    till.arrive()
    till.restore(100)
    world.session.expire_all()
    assert world.session.get_one(tables.Order, order).funded_at is not None
    (receipt,) = store.receipts(world.session, gift)
    with pytest.raises(Conflict) as refused:
        ordering.reverse_receipt(world.session, receipt.id, world.now)
    assert refused.value.reason == "came_by_gift"


def test_a_debit_that_fails_and_a_page_that_nobody_paid_move_nothing(
    till: Till, world: World, campaign: int
):
    failed, left = till.ask(campaign), till.ask(campaign)
    till.say(failed, Stage.WAITING)
    assert till.row(failed).completed_at is not None
    till.say(failed, Stage.FAILED)
    till.say(left, Stage.EXPIRED)
    assert [till.row(gift).outcome for gift in (failed, left)] == ["failed", "expired"]
    assert world.session.query(tables.Transfer).count() == 0
    assert world.session.query(tables.Funder).count() == 3


def test_a_gift_given_back_before_its_passes_leaves_nothing_but_the_fee(
    till: Till, world: World, campaign: int
):
    gift = till.ask(campaign, 5_000)
    till.paid(gift)
    till.back(gift, -5_000)
    assert till.row(gift).outcome == "given_back"
    till.movement("charge", 1)  # or nothing would be paid out
    assert store.owed_fees(world.session) == {till.row(gift).round_id: 100}
    assert balance(world.session, accounts.gift(till.row(gift).funder_id or 0)) == 0


def test_a_part_given_back_before_its_passes_makes_fewer(till: Till, world: World, campaign: int):
    gift = till.ask(campaign, 5_000)
    till.paid(gift)
    till.back(gift, -1_500)
    assert till.row(gift).passes == 3
    till.arrive()
    till.restore(100)
    assert balance(world.session, accounts.gift(till.row(gift).funder_id or 0)) == 500


def test_a_disputed_gift_puts_its_passes_to_sleep_and_a_won_one_wakes_them(
    till: Till, world: World, campaign: int
):
    gift = till.ask(campaign, 5_000)
    till.whole(gift)
    order = order_of(world, gift).id
    world.issue(order)
    till.back(gift, -5_000, fee=2_000, kind="adjustment")
    world.session.expire_all()
    assert world.session.get_one(tables.Order, order).funded_at is None
    assert till.row(gift).outcome == "given_back"
    position = books(world.session)
    assert position.outstanding == 0
    assert position.owed == position.bank_reserved == 5_000  # Stripe takes it off its next payout
    till.back(gift, 5_000, kind="adjustment")
    till.movement("charge", 0)
    big = till.ask(campaign, 5_000, "Orange")
    till.paid(big)
    till.arrive()
    till.restore(2_100)
    world.session.expire_all()
    assert world.session.get_one(tables.Order, order).funded_at is not None
    assert till.row(gift).outcome is None


def spent(till: Till, world: World, campaign: int) -> int:
    """A gift of which one pass was spent."""
    gift = till.ask(campaign, 5_000)
    till.whole(gift)
    (serial,) = world.issue(order_of(world, gift).id)
    ccas = world.point()
    world.stock([serial], ccas)
    world.hand_over(serial, ccas)
    ping = world.at(PING, till.row(gift).round_id or 0, "PiNG")
    assert isinstance(world.redeem(ping, world.codes(serial)[0]), Accepted)
    return gift


def test_when_passes_were_spent_the_operator_bears_what_went_back(
    till: Till, world: World, campaign: int
):
    gift = spent(till, world, campaign)
    till.back(gift, -5_000, fee=2_000, kind="adjustment")
    row = till.row(gift)
    assert (row.outcome, row.funded_at is not None) == (None, True)
    assert store.owed_fees(world.session) == {row.round_id: 7_000}
    assert books(world.session).solvent  # until Stripe takes it off
    other = till.ask(campaign, 10_000, "Orange")
    till.paid(other)
    till.arrive()
    world.session.expire_all()
    assert till.row(other).funded_at is None
    problems = [problem.invariant for problem in check_books(world.session)]
    assert problems == ["account_covers_what_is_owed"]
    till.restore(7_100)
    assert till.row(other).funded_at is not None


def test_a_dispute_that_was_borne_and_then_won_frees_the_operator(
    till: Till, world: World, campaign: int
):
    gift = spent(till, world, campaign)
    till.back(gift, -5_000, fee=2_000, kind="adjustment")
    till.back(gift, 5_000, kind="adjustment")
    assert store.owed_fees(world.session) == {till.row(gift).round_id: 2_000}


def test_a_fee_that_belongs_to_no_gift_waits_for_a_person(till: Till, world: World, campaign: int):
    gift = till.ask(campaign, 5_000)
    till.paid(gift)
    bill = till.movement("stripe_fee", -300)
    assert gift_money.take(world.session, bill, None, world.now)
    paid = till.pay_out()
    assert till.bank.day(till.line(paid)).counts.unknown == 1
    with pytest.raises(Conflict) as refused:
        gift_payouts.arrived(world.session, paid.id, paid.cents, world.now.date(), world.now)
    assert refused.value.reason == "not_reconciled"
    gift_money.explain(world.session, bill.id, campaign, world.now)
    with pytest.raises(Conflict):
        gift_money.explain(world.session, bill.id, campaign, world.now)
    assert store.owed_fees(world.session) == {campaign: 300, till.row(gift).round_id: 100}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"cents": 999}, "gift_too_small"),
        ({"cents": 100_000_000}, "gift_too_large"),
        ({"name": "  "}, "name_missing"),
        ({"mail": "nobody"}, "bad_mail"),
        ({"mail": "a@b.fr, c@d.fr"}, "bad_mail"),
        ({"order": 99}, "not_found"),
    ],
)
def test_what_cannot_be_given_is_refused_with_its_reason(
    till: Till, campaign: int, changed: dict, reason: str
):
    with pytest.raises((Invalid, Conflict, Exception)) as refused:
        till.ask(campaign, **changed)
    assert getattr(refused.value, "reason", "") == reason
    till.world.session.rollback()


def test_a_campaign_takes_gifts_only_while_it_is_open_to_them(
    till: Till, world: World, campaign: int
):
    giving.close_to_gifts(world.session, campaign, world.now)
    with pytest.raises(Conflict) as refused:
        till.ask(campaign)
    assert refused.value.reason == "not_open"
    giving.open_to_gifts(world.session, campaign, "token:1", world.now + timedelta(days=1))
    gift = till.ask(campaign, 5_000)
    till.paid(gift)
    with pytest.raises(Conflict) as refused:
        till.ask(till.row(gift).round_id or 0)
    assert refused.value.reason == "not_for_gifts"


@pytest.mark.parametrize(
    ("forgery", "invariants"),
    [
        ("UPDATE stripe_transaction SET cents = cents + 1", 2),
        ("UPDATE stripe_transaction SET fee_cents = 0", 1),
        ("DELETE FROM gift_receipt", 1),
        ("UPDATE transfer SET cents = cents - 100 WHERE kind = 'gift'", 2),
        ("DELETE FROM transfer WHERE kind = 'stripe_fee_restored'", 0),
        ("UPDATE stripe_payout SET arrived_at = NULL", 1),
    ],
)
def test_what_is_altered_behind_the_triggers_is_named(
    till: Till, world: World, campaign: int, forgery: str, invariants: int
):
    till.whole(till.ask(campaign, 5_000))
    names = {"stripe_and_ledger_agree", "gifts_become_passes_once"}
    with forged(world.session, forgery):
        found = {problem.invariant for problem in check_books(world.session)}
        report = audit(world.session, lambda *_: iter(()), None, world.now)
    assert found  # the bank's lines tell what the operator put back
    assert len(found & names) >= invariants
    assert [finding for chapter in report.chapters for finding in chapter.findings]
