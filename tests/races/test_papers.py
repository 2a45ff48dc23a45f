"""An invoice is taken back and sealed once; a funder is reminded once; one file, one report."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from tests.races.test_ending import PERSONS, count, together
from tests.support.calling import HOUSE, issued, ordered
from tests.support.cast import World
from tests.support.ending import ask_refund
from tests.support.fees import OFFICE, invoiced
from tests.support.paying import APPROVER, BANK, MAKER, RESERVED
from tests.support.racing import meeting_before, shows, without
from voucher_service.actions import (
    books_files,
    calling,
    invoicing,
    refund_batching,
    refunding,
    sealing,
)
from voucher_service.actions.checking import check_books
from voucher_service.core.errors import DomainError
from voucher_service.store import books_files as store
from voucher_service.store import fees, payouts, seals, tables
from voucher_service.store.once import next_number, update_if


def winners(world: World, work: Callable[[Session], object]) -> int:
    """Several persons do the same at once; how many were heard. The others are told why not."""
    answers = together(world, [work] * PERSONS)
    wrong = [item for item in answers if isinstance(item, Exception)]
    assert all(isinstance(item, DomainError) for item in wrong), wrong
    return PERSONS - len(wrong)


def credited_by_all(world: World) -> int:
    """Several persons take back the whole of one invoice."""
    number = invoiced(world)

    def credit(session: Session) -> str:
        return invoicing.issue_credit_note(session, number, 100_003, "Remise", OFFICE, world.now)

    return winners(world, credit)


def test_an_invoice_is_taken_back_once(world: World):
    assert credited_by_all(world) == 1
    assert set(fees.balances(world.session).values()) == {0}
    assert check_books(world.session) == []


def test_twin_without_its_lock_an_invoice_is_taken_back_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fees, "lock_invoice", lambda *_: None)
    monkeypatch.setattr(invoicing, "next_number", meeting_before(next_number))
    shows("credit notes took back one invoice", lambda: credited_by_all(fresh_worlds()))


def sealed_by_all(world: World) -> int:
    """Several processes seal the same movements; how many seals there are."""
    invoiced(world)
    together(world, [partial(sealing.seal, now=world.now, chain=seals.FEES)] * PERSONS)
    return count(world, tables.FeeSeal)


def test_movements_are_sealed_once(world: World):
    assert sealed_by_all(world) == 1
    assert count(world, tables.FeeSealItem) == 2
    assert check_books(world.session) == []


def test_twin_without_its_keys_movements_are_sealed_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(seals, "write", meeting_before(seals.write))

    def tried() -> int:
        world = fresh_worlds()
        without(
            world,
            "ALTER TABLE fee_seal DROP CONSTRAINT pk_fee_seal CASCADE",
            "ALTER TABLE fee_seal DROP CONSTRAINT uq_fee_seal_hash",
            "ALTER TABLE fee_seal_item DROP CONSTRAINT pk_fee_seal_item",
            "ALTER TABLE fee_seal_item DROP CONSTRAINT uq_fee_seal_item_seal_number_position",
        )
        return sealed_by_all(world)

    shows("seals of the same movements", tried)


def reminded_by_all(world: World) -> int:
    """Several persons remind a funder of the same call."""
    order = ordered(world)
    number = issued(world, order)[0]
    late = world.now + timedelta(days=40)
    return winners(world, lambda session: calling.remind(session, number, HOUSE, late))


def test_a_funder_is_reminded_once(world: World):
    assert reminded_by_all(world) == 1
    assert count(world, tables.Reminder) == 1


def test_twin_without_lock_and_key_a_funder_is_reminded_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(calling, "lock_order", lambda *_: None)
    monkeypatch.setattr(calling, "next_number", meeting_before(next_number))

    def tried() -> int:
        world = fresh_worlds()
        without(world, "ALTER TABLE reminder DROP CONSTRAINT uq_reminder_call_number_level")
        return reminded_by_all(world)

    shows("reminders of one call", tried)


def filed_by_all(world: World) -> int:
    """Several persons make a file of the one refund that waits."""
    funder = world.funder("Métropole")
    campaign = world.campaign({funder: 1})
    world.receive(world.order(campaign, 1), funder, 9_000)
    number = ask_refund(world, campaign, funder)
    refunding.approve(world.session, number, APPROVER, world.now)
    world.session.commit()
    make = partial(
        refund_batching.make_batch,
        chosen=None,
        debtor=RESERVED,
        bank=BANK,
        actor=MAKER,
        now=world.now,
    )
    return winners(world, make)


def test_a_deposit_stands_in_one_file(world: World):
    assert filed_by_all(world) == 1
    assert count(world, tables.RefundBatch) == 1


def test_twin_without_its_lock_a_deposit_stands_in_two_files(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(payouts, "lock_payouts", lambda _session: None)
    monkeypatch.setattr(refund_batching, "next_number", meeting_before(next_number))
    shows("files held one refund", lambda: filed_by_all(fresh_worlds()))


def asked_by_all(world: World) -> int:
    """Several persons ask for the same report at once; how many jobs make it."""
    ask = partial(books_files.ask_audit, since=None, actor=MAKER, token=None, now=world.now)
    assert winners(world, ask) == PERSONS
    return count(world, tables.Job)


def test_a_report_that_several_ask_for_is_made_once(world: World):
    assert asked_by_all(world) == 1
    assert count(world, tables.BooksRequest) == 1


def test_twin_without_its_key_a_report_is_made_for_each(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(store, "update_if", meeting_before(update_if))

    def tried() -> int:
        world = fresh_worlds()
        without(world, "DROP INDEX uq_books_request_open")
        return asked_by_all(world)

    shows("reports were made of one question", tried)
