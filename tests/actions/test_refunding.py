"""Deposits: asked for by one, approved by another, sent and paid; or carried over to an order."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from tests.support import ending
from tests.support.cast import World
from tests.support.contesting import in_order
from tests.support.paying import APPROVER, BANK, MAKER, RESERVED
from voucher_service.actions import carrying, ordering, paying, refund_batching, refunding
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core import accounts
from voucher_service.core.campaign import PARIS, FixedDate
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import refunds, tables
from voucher_service.store.postings import balance, balances, deposit

AFTER = datetime(2028, 2, 9, 9, 0, tzinfo=PARIS)
NEXT_YEAR = {"validity": FixedDate(date(2029, 12, 31)), "name": "Pass 2028"}


class Ended:
    """A campaign of two funders that ended unused: 25.00 € of deposit each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.one, self.other = world.funder("Financeur 1"), world.funder("Financeur 2")
        self.campaign = world.campaign({self.one: 1, self.other: 1})
        world.fund(world.order(self.campaign, 1))
        world.now = AFTER
        ending.end(world, self.campaign)

    def next_order(self, booklets: int) -> int:
        """An order of the next campaign, of the first funder alone."""
        campaign = self.world.campaign({self.one: 1}, **NEXT_YEAR)
        return self.world.order(campaign, booklets)

    def carry(self, order: int) -> tuple[str, int]:
        world = self.world
        carried = carrying.carry_over(
            world.session, self.campaign, self.one, order, "token:1", world.now
        )
        world.session.commit()
        return carried


@pytest.fixture
def ended(world: World) -> Ended:
    return Ended(world)


def refuses(reason: str) -> Any:
    return pytest.raises((Conflict, Invalid, NotFound), match=reason)


def refund(world: World, number: str) -> tables.Refund:
    return world.session.get_one(tables.Refund, number)


def test_a_refund_is_asked_by_one_approved_by_another_sent_and_paid(ended: Ended):
    world, session = ended.world, ended.world.session
    number = ending.ask_refund(world, ended.campaign, ended.one)
    assert number == "RB-2028-000001"
    with refuses("refund_open"):
        ending.ask_refund(world, ended.campaign, ended.one)
    session.rollback()
    number = ending.ask_refund(world, ended.campaign, ended.one)
    with refuses("four_eyes"):
        refunding.approve(session, number, "token:1", world.now)
    refunding.approve(session, number, "token:2", world.now)
    with refuses("approved_already"):
        refunding.approve(session, number, "token:3", world.now)
    (waiting,) = refunds.waiting(session)
    assert (waiting.number, waiting.cents, waiting.iban, waiting.holder) == (
        number,
        2_500,
        ending.IBAN,
        "Trésorerie",
    )
    with refuses("not_in_a_file"):
        refunding.send(session, number, world.now)
    file = refund_batching.make_batch(session, None, RESERVED, BANK, MAKER, world.now)
    with refuses("not_in_a_file"):
        refunding.send(session, number, world.now)
    refund_batching.approve_batch(session, file.number, APPROVER, world.now)
    assert refunds.waiting(session) == []
    assert deposit(session, ended.one, ended.campaign) == 0
    assert balance(session, accounts.IN_TRANSIT) == 2_500
    with refuses("not_withdrawable"):
        refunding.withdraw(session, number, "trop tard", world.now)
    refunding.executed(session, number, world.now, on=date(2028, 2, 11))
    with refuses("not_on_its_way"):
        refunding.executed(session, number, world.now)
    assert (refund(world, number).outcome, books(session).bank_reserved) == ("settled", 2_500)
    in_order(world)


@pytest.mark.parametrize("back", ["returned", "rejected"])
def test_a_refund_that_comes_back_is_a_deposit_again_and_is_asked_anew(ended: Ended, back: str):
    world, session = ended.world, ended.world.session
    number = ending.send_refund(world, ended.campaign, ended.one)
    if back == "returned":
        refunding.executed(session, number, world.now)
        refunding.returned(session, number, "AC04", world.now)
    else:
        with refuses("not_returnable"):
            refunding.returned(session, number, "AC04", world.now)
        refunding.rejected(session, number, "AC01", world.now)
    assert refund(world, number).outcome == back
    assert deposit(session, ended.one, ended.campaign) == 2_500
    assert session.query(tables.Outbox).filter_by(topic="refund_came_back").count() == 1
    in_order(world)
    for funder in (ended.one, ended.other):
        assert ending.refund(world, ended.campaign, funder) == 2_500
    assert {cents for _, _, cents in balances(session)} == {0}
    in_order(world)


def test_a_refund_that_was_not_sent_can_be_given_up(ended: Ended):
    world, session = ended.world, ended.world.session
    number = ending.ask_refund(world, ended.campaign, ended.one)
    with refuses("reason_missing"):
        refunding.withdraw(session, number, " ", world.now)
    refunding.withdraw(session, number, "autre compte", world.now)
    with refuses("approved_already"):
        refunding.approve(session, number, "token:2", world.now)
    assert ending.refund(world, ended.campaign, ended.one) == 2_500
    in_order(world)


def test_a_refund_needs_an_account_a_holder_and_solvent_books(ended: Ended):
    world, session = ended.world, ended.world.session
    whose = (session, ended.campaign, ended.one)
    for iban, holder, reason in (
        ("FR7630006000011234567890188", "x", "iban"),
        (ending.IBAN, " ", "holder_missing"),
    ):
        with refuses(reason):
            refunding.ask(*whose, iban, holder, "token:1", world.now)
    number = ending.ask_refund(world, ended.campaign, ended.one)
    refunding.approve(session, number, "token:2", world.now)
    paying.bank_charge(session, ended.campaign, "FRAIS", 1, world.now)
    with refuses("not_solvent"):
        refund_batching.make_batch(session, None, RESERVED, BANK, MAKER, world.now)
    with refuses("not_found"):
        refunding.approve(session, "RB-2028-000099", "token:2", world.now)


def test_a_deposit_covers_a_call_of_the_next_campaign_and_its_passes_come_alive(ended: Ended):
    world, session = ended.world, ended.world.session
    order = ended.next_order(1)
    world.receive(order, ended.one, 2_600)
    assert ended.carry(order) == ("RP-2028-000001", 2_400)
    assert session.get_one(tables.Order, order).funded_at is not None
    assert deposit(session, ended.one, ended.campaign) == 100
    assert books(session).bank_reserved == 5_000 + 2_600
    with refuses("nothing_called"):
        ended.carry(order)
    session.rollback()
    carried = session.query(tables.Receipt).order_by(tables.Receipt.id.desc()).first()
    assert carried is not None
    with refuses("carried_over"):
        ordering.reverse_receipt(session, carried.id, world.now)
    session.rollback()
    assert ending.refund(world, ended.campaign, ended.one) == 100
    in_order(world)


def test_what_cannot_be_carried_over_says_why(ended: Ended):
    world, session = ended.world, ended.world.session
    order = ended.next_order(3)
    with refuses("same_campaign"):
        ended.carry(1)
    with refuses("not_found"):
        ended.carry(99)
    ending.ask_refund(world, ended.campaign, ended.one)
    with refuses("refund_open"):
        ended.carry(order)
    session.rollback()
    assert ended.carry(order)[1] == 2_500
    with refuses("nothing_to_carry"):
        ended.carry(order)
    session.rollback()
    foreign = world.order(world.campaign({ended.other: 1}, **NEXT_YEAR), 1)
    with refuses("nothing_to_carry"):
        ended.carry(foreign)
    session.rollback()
    in_order(world)


ALTERATIONS = [
    ("campaigns_end_as_stated", "UPDATE transfer SET cents = cents + 1 WHERE kind = 'expiry'"),
    ("campaigns_end_as_stated", "UPDATE document SET total_cents = 1 WHERE number LIKE 'EC%'"),
    ("deposits_go_home_once", "UPDATE refund SET cents = cents + 1"),
    ("deposits_go_home_once", "UPDATE refund SET approved_by = asked_by"),
    ("batches_are_frozen", "UPDATE refund SET batch_number = NULL"),
    ("batches_are_frozen", "UPDATE refund_batch SET decided_by = made_by"),
    ("deposits_go_home_once", "DELETE FROM transfer WHERE kind = 'refund'"),
    ("deposits_go_home_once", "UPDATE carry_over SET cents = cents + 1"),
    ("deposits_go_home_once", "DELETE FROM receipt WHERE reference LIKE 'RP%'"),
    ("documents_verify", "UPDATE document SET sha256 = 'x' WHERE number LIKE 'AV%'"),
    ("series_have_no_hole", "DELETE FROM refund"),
    ("series_have_no_hole", "UPDATE counter SET value = value + 1 WHERE series = 'AV-2028'"),
    ("money_on_its_way", "UPDATE refund SET ended_at = NULL"),
]


@pytest.mark.parametrize(("invariant", "statement"), ALTERATIONS)
def test_what_was_altered_of_an_end_is_named(
    ended: Ended, forge: Callable[[str], None], invariant: str, statement: str
):
    ending.refund(ended.world, ended.campaign, ended.other)
    ended.carry(ended.next_order(1))
    in_order(ended.world)
    forge(statement)
    assert invariant in {problem.invariant for problem in check_books(ended.world.session)}
