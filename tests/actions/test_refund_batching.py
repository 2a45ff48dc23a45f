"""Deposits sent home in a file: two persons for the refund, two for the file, then the bank."""

from datetime import timedelta

import pytest

from tests.actions.test_refunding import Ended
from tests.support import ending
from tests.support.bank_files import DEBIT, camt_053, entry, statement
from tests.support.banking import give
from tests.support.cast import World
from tests.support.paying import APPROVER, BANK, MAKER, RESERVED
from voucher_service.actions import paying, refund_batching, refunding
from voucher_service.actions.auditing import audit
from voucher_service.actions.auditing_bank import Bank
from voucher_service.actions.banking import import_file
from voucher_service.actions.checking import check_books
from voucher_service.core.bank_file import BankFile, PaymentAnswer
from voucher_service.core.errors import Conflict
from voucher_service.core.refund_batch import RefundBatch
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.safe_xml import parse
from voucher_service.payments.sepa import pain_001
from voucher_service.store import tables


@pytest.fixture
def ended(world: World) -> Ended:
    """A campaign that is over; two funders' deposits were asked for and approved."""
    over = Ended(world)
    for funder in (over.one, over.other):
        number = ending.ask_refund(world, over.campaign, funder)
        refunding.approve(world.session, number, APPROVER, world.now)
    world.session.commit()
    return over


def make(world: World, *chosen: str) -> RefundBatch:
    batch = refund_batching.make_batch(
        world.session, chosen or None, RESERVED, BANK, MAKER, world.now
    )
    world.session.commit()
    return batch


def in_order(world: World) -> None:
    assert check_books(world.session) == []
    judges = Bank(read_bank_file, pain_001)
    report = audit(world.session, lambda *_: iter(()), None, world.now, judges)
    assert [item for chapter in report.chapters for item in chapter.findings] == []


def refund(world: World, number: str) -> tables.Refund:
    world.session.expire_all()
    return world.session.get_one(tables.Refund, number)


def test_a_file_of_refunds_goes_to_the_bank_and_comes_home(ended: Ended):
    world, session = ended.world, ended.world.session
    batch = make(world)
    assert batch.number == "VR-2028-000001"
    row = session.get_one(tables.RefundBatch, batch.number)
    said = parse(row.file)
    assert {element.text for element in said.iterfind(".//{*}EndToEndId")} == {
        "RB-2028-000001",
        "RB-2028-000002",
    }
    assert row.file == pain_001(batch.for_bank)  # the same batch, the same bytes
    assert refund(world, "RB-2028-000001").sent_at is None
    with pytest.raises(Conflict) as alone:
        refund_batching.approve_batch(session, batch.number, MAKER, world.now)
    assert alone.value.reason == "four_eyes"
    refund_batching.approve_batch(session, batch.number, APPROVER, world.now)
    session.commit()
    in_order(world)
    lines = [
        entry(item.cents, DEBIT, world.now.date(), end_to_end=item.refund)
        for item in batch.payments
    ]
    opening = paying.books(session).bank_reserved + sum(item.cents for item in batch.payments)
    given = give(world, camt_053(statement(lines, opening, "S1", world.now.date())))
    assert given.counts.matched == 2
    assert refund(world, "RB-2028-000002").outcome == "settled"
    in_order(world)


def test_what_stands_in_a_file_leaves_with_it_only(ended: Ended):
    world, session = ended.world, ended.world.session
    batch = make(world, "RB-2028-000001")
    with pytest.raises(Conflict) as refused:
        refunding.withdraw(session, "RB-2028-000001", "trop tôt", world.now)
    assert refused.value.reason == "in_batch"
    with pytest.raises(Conflict) as alone:
        refunding.send(session, "RB-2028-000001", world.now)
    assert alone.value.reason == "not_in_a_file"
    assert [item.refund for item in make(world).payments] == ["RB-2028-000002"]
    with pytest.raises(Conflict) as nothing:
        make(world)
    assert nothing.value.reason == "nothing_to_refund"
    refund_batching.cancel_batch(session, batch.number, "erreur", APPROVER, world.now)
    with pytest.raises(Conflict) as decided:
        refund_batching.approve_batch(session, batch.number, APPROVER, world.now)
    assert decided.value.reason == "decided_already"
    session.rollback()
    refund_batching.cancel_batch(session, batch.number, "erreur", APPROVER, world.now)
    assert [item.refund for item in make(world).payments] == ["RB-2028-000001"]
    in_order(world)


def test_a_file_is_refused_while_the_books_are_short_or_its_day_is_past(ended: Ended):
    world, session = ended.world, ended.world.session
    batch = make(world, "RB-2028-000001")
    with pytest.raises(Conflict) as late:
        refund_batching.approve_batch(
            session, batch.number, APPROVER, world.now + timedelta(days=10)
        )
    assert late.value.reason == "too_late"
    paying.bank_charge(session, ended.campaign, "FRAIS", 1, world.now)
    for act in (
        lambda: make(world),
        lambda: refund_batching.approve_batch(session, batch.number, APPROVER, world.now),
    ):
        with pytest.raises(Conflict) as short:
            act()
        assert short.value.reason == "not_solvent"


def test_a_refund_that_the_bank_refuses_is_the_funders_deposit_again(ended: Ended):
    world, session = ended.world, ended.world.session
    batch = make(world)
    refund_batching.approve_batch(session, batch.number, APPROVER, world.now)
    answers = [PaymentAnswer(batch.number, "RB-2028-000001", "RJCT", "AC01")]
    file = BankFile("pain.002.001.10", answers=answers)
    import_file(session, file, b"answer", RESERVED.iban, MAKER, world.now)
    first, second = refund(world, "RB-2028-000001"), refund(world, "RB-2028-000002")
    assert (first.outcome, first.outcome_reason) == ("rejected", "AC01")
    assert second.outcome is None
    assert check_books(session) == []
