"""Two people pay the same month, or give the same statement, in the same instant."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import pytest
from sqlalchemy.orm import Session

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.bank_files import camt_053, entry, statement
from tests.support.banking import NOVEMBER, PING, executed, november_paid
from tests.support.cast import World
from tests.support.paying import APPROVER, BANK, RESERVED, RESERVED_IBAN
from tests.support.racing import at_once, meet, meeting_before, shows, without
from voucher_service.actions import assigning, banking, batching, settling
from voucher_service.actions.checking import check_books
from voucher_service.core.campaign import PARIS
from voucher_service.core.errors import Conflict
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.store import banking as bank
from voucher_service.store import payouts, tables


def approved(world: World) -> None:
    """A November of one association, closed and approved."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    for number in world.close(NOVEMBER, END_OF_NOVEMBER):
        settling.approve_statement(world.session, number, APPROVER, world.now)
    world.session.commit()


def make(world: World) -> str:
    with Session(world.engine) as session, session.begin():
        made = batching.make_batch(session, NOVEMBER, None, RESERVED, BANK, "token:1", world.now)
        return made.number


def count(world: World, table: type) -> int:
    found = world.session.query(table).count()
    world.session.rollback()
    return found


def test_two_batches_of_one_month_pay_it_once(world: World):
    approved(world)
    answers = at_once([partial(make, world)] * 4)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 3
    assert count(world, tables.Payout) == 1
    assert check_books(world.session) == []


def test_twin_without_lock_and_index_a_month_is_paid_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(payouts, "lock_payouts", lambda _session: None)
    numbers = iter(range(100))  # with one counter row they would wait for one another all the same
    monkeypatch.setattr(batching, "next_number", lambda *_: f"VP-2026-{next(numbers):06d}")
    monkeypatch.setattr(
        payouts,
        "next_reference",
        meeting_before(lambda statement, _made: f"{statement}-{next(numbers)}"),
    )

    def tried() -> int:
        world = fresh_worlds()
        without(world, "DROP INDEX uq_payout_live")
        approved(world)
        at_once([partial(make, world)] * 4)
        return count(world, tables.Payout)

    shows("payouts of one statement", tried)


def approve(world: World, number: str, actor: str) -> None:
    with Session(world.engine) as session, session.begin():
        batching.approve_batch(session, number, actor, world.now)


def cancel(world: World, number: str) -> None:
    with Session(world.engine) as session, session.begin():
        batching.cancel_batch(session, number, "erreur", "token:4", world.now)


def test_a_batch_is_approved_or_called_off_and_never_both(world: World):
    approved(world)
    number = make(world)
    works = [partial(approve, world, number, f"token:{n}") for n in (2, 3)]
    answers = at_once([*works, partial(cancel, world, number)])
    assert sum(answer is None for answer in answers) == 1
    assert count(world, tables.PayoutBatchDecision) == 1
    (payout,) = world.session.query(tables.Payout)
    assert (payout.sent_at is None) != (payout.withdrawn_at is None)
    assert check_books(world.session) == []


FIRST = camt_053(statement([executed(PING, 7_000)]))


def give(world: World, content: bytes) -> banking.Imported:
    with Session(world.engine) as session, session.begin():
        file = read_bank_file(content)
        return banking.import_file(session, file, content, RESERVED_IBAN, "token:1", world.now)


def test_one_file_given_by_several_at_once_counts_once(world: World):
    november_paid(world)
    answers = at_once([partial(give, world, FIRST)] * 4)
    assert sorted(answer.new for answer in answers) == [False, False, False, True]
    assert {answer.counts.matched for answer in answers} == {1}
    assert count(world, tables.BankLine) == 1
    assert check_books(world.session) == []


def rivals(world: World) -> list[object]:
    """Two different statements that both follow the first one."""
    give(world, FIRST)
    after = [
        camt_053(statement([entry(cents)], -7_000, f"next {cents}", date(2026, 12, 4)))
        for cents in (5, 6)
    ]
    return at_once([partial(give, world, content) for content in after])


def test_of_two_statements_that_follow_the_same_one_the_first_is_right(world: World):
    november_paid(world)
    answers = rivals(world)
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert count(world, tables.BankStatement) == 2
    assert check_books(world.session) == []


def test_twin_without_lock_and_index_the_chain_forks(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    last_statement = bank.last_statement

    def last_and_meet(session: Session, account: str) -> tables.BankStatement | None:
        found = last_statement(session, account)
        meet()
        return found

    monkeypatch.setattr(bank, "lock_bank", lambda _session: None)
    monkeypatch.setattr(bank, "last_statement", last_and_meet)

    def tried() -> int:
        world = fresh_worlds()
        without(
            world, "ALTER TABLE bank_statement DROP CONSTRAINT uq_bank_statement_account_number"
        )
        november_paid(world)
        rivals(world)
        return count(world, tables.BankStatement) - 1

    shows("statements follow the same one", tried)


def test_two_people_who_explain_one_line_do_it_once(world: World):
    november_paid(world)
    give(world, camt_053(statement([entry(100, text="?")])))

    def explain(campaign: int) -> None:
        with Session(world.engine) as session, session.begin():
            said = assigning.meant(session, 1, "token:5", world.now)
            assigning.is_top_up(said, campaign)

    answers = at_once([partial(explain, 1)] * 3)
    assert sum(answer is None for answer in answers) == 1
    assert count(world, tables.BankMatch) == 1
    assert check_books(world.session) == []
