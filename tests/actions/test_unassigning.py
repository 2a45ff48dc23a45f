"""A line that was said to be the wrong thing: its entries get their mirrors, and it waits again."""

from collections.abc import Callable

import pytest

from tests.actions.test_assigning import say
from tests.support.autumn import Autumn
from tests.support.bank_files import DEBIT, entry
from tests.support.banking import PING, Bank, executed, november_paid, unknown
from tests.support.cast import World
from tests.support.contesting import in_order
from voucher_service.actions import assigning, unassigning
from voucher_service.actions.assigning import Meant
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.store import tables
from voucher_service.store.postings import balances
from voucher_service.store.queries.calls import call_for_funds


@pytest.fixture
def paid(world: World) -> Autumn:
    return november_paid(world)


def undo(world: World, line: int) -> None:
    unassigning.undo_assignment(world.session, line, "mauvaise commande", "token:6", world.now)
    world.session.commit()


def test_a_receipt_on_the_wrong_order_is_taken_back_and_said_again(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    wrong, right = world.order(paid.campaign, 3), world.order(paid.campaign, 3)
    funder = paid.funders[0]
    bank.day(entry(5_000, text="SUBVENTION"))
    (line,) = [row.id for row in unknown(world)]
    say(world, line, lambda said: assigning.is_receipts(said, [(wrong, funder, 5_000)]))
    calls = {
        row.order_id: row.number
        for row in world.session.query(tables.Call).filter_by(funder_id=funder)
    }
    assert call_for_funds(world.session, calls[wrong]).received == 5_000
    undo(world, line)
    assert [row.id for row in unknown(world)] == [line]
    assert call_for_funds(world.session, calls[wrong]).received == 0
    in_order(world)
    say(world, line, lambda said: assigning.is_receipts(said, [(right, funder, 5_000)]))
    assert call_for_funds(world.session, calls[right]).received == 5_000
    world.later(days=30)
    bank.days += 20
    bank.day()
    in_order(world)
    (undone,) = world.session.query(tables.BankUndone).all()
    assert (undone.line_id, undone.said_by, undone.undone_by) == (line, "token:5", "token:6")


OWN_MONEY: list[tuple[int, bool, Callable[[int], Callable[[Meant], None]]]] = [
    (12, True, lambda campaign: lambda said: assigning.is_charge(said, campaign)),
    (12, False, lambda campaign: lambda said: assigning.is_top_up(said, campaign)),
]


@pytest.mark.parametrize(("cents", "debit", "what"), OWN_MONEY)
def test_the_operators_own_money_is_taken_back_and_may_be_said_again(
    paid: Autumn, cents: int, debit: bool, what: Callable[[int], Callable[[Meant], None]]
):
    world, bank = paid.world, Bank(paid.world)
    before = balances(world.session)
    bank.day(entry(cents, DEBIT) if debit else entry(cents))
    (line,) = [row.id for row in unknown(world)]
    for _ in range(2):
        say(world, line, what(paid.campaign))
        undo(world, line)
        left = {row for row in balances(world.session) if row[2]}
        assert left == {row for row in before if row[2]}
    say(world, line, what(paid.campaign))
    assert world.session.query(tables.BankUndone).count() == 2


def test_two_lines_that_were_set_against_each_other_wait_again_together(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    bank.day(entry(900, text="ERREUR"), entry(900, DEBIT, text="ERREUR"))
    one, other = [row.id for row in unknown(world)]
    say(world, one, lambda said: assigning.is_set_against(said, other))
    undo(world, other)
    assert {row.id for row in unknown(world)} == {one, other}
    in_order(world)


def test_what_was_followed_by_other_events_is_not_taken_back(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    bank.day(executed(PING, 7_000), entry(5))
    (waiting,) = unknown(world)
    payout = world.session.query(tables.BankLine).filter_by(end_to_end=PING).one().id
    for line, reason in ((payout, "not_undoable"), (waiting.id, "not_matched")):
        with pytest.raises(Conflict) as refused:
            undo(world, line)
        assert refused.value.reason == reason
        world.session.rollback()
    with pytest.raises(Invalid):
        unassigning.undo_assignment(world.session, payout, " ", "token:6", world.now)
