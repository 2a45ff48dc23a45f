"""Batches: two people, one file, and a reason for whoever is not in it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import NAGA, World
from tests.support.paying import APPROVER, BANK, MAKER, RESERVED, make, pay
from voucher_service.actions import bank_accounts, batching, paying, settling
from voucher_service.actions.batching import BankFormat, payables
from voucher_service.actions.checking import check_books
from voucher_service.core import accounts
from voucher_service.core.books import held_by_campaign
from voucher_service.core.campaign import PARIS, Funding
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.errors import Conflict, NotFound
from voucher_service.core.payout_batch import Account, Hindrance, read
from voucher_service.payments.sepa import pain_001
from voucher_service.store import payouts, tables
from voucher_service.store.postings import balance
from voucher_service.store.queries import ledger

NOVEMBER = "2026-11"
PING, ALIS44 = "RA-2026-000001", "RA-2026-000002"


@pytest.fixture
def autumn(world: World) -> Autumn:
    """A November that is closed and approved: 70.00 € for PiNG, 40.00 € for Alis44."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    autumn.spend(autumn.alis44, 4)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    approve(world, world.close(NOVEMBER, END_OF_NOVEMBER))
    return autumn


def approve(world: World, numbers: list[str]) -> None:
    for number in numbers:
        settling.approve_statement(world.session, number, APPROVER, world.now)
    world.session.commit()


def left_out(world: World) -> dict[str, Hindrance]:
    held = paying.held_by_campaign(world.session)
    _, found = payables(world.session, NOVEMBER, None, BANK, held, world.now)
    return {item.statement: item.reason for item in found}


def test_pages_know_from_the_sums_what_each_campaign_holds(autumn: Autumn):
    pay(autumn.world, NOVEMBER)
    quick = held_by_campaign(ledger.net_balances(autumn.world.session))
    assert quick == paying.held_by_campaign(autumn.world.session) != {}


def test_a_batch_is_a_frozen_document_and_the_file_made_of_it(autumn: Autumn):
    batch = make(autumn.world, NOVEMBER)
    row = autumn.world.session.get_one(tables.PayoutBatch, "VP-2026-000001")
    assert read(row.document) == batch
    assert sha256_hex(row.document) == row.sha256
    assert sha256_hex(row.file) == row.file_sha256
    assert pain_001(read(row.document)) == row.file
    assert batch.execution_day.isoformat() == "2026-12-03"
    assert {item.end_to_end: item.cents for item in batch.payments} == {PING: 7_000, ALIS44: 4_000}
    # Nothing has left yet.
    assert balance(autumn.world.session, accounts.IN_TRANSIT) == 0
    assert check_books(autumn.world.session) == []


def test_another_person_lets_it_go_and_the_money_is_on_its_way(autumn: Autumn):
    session, now = autumn.world.session, autumn.world.now
    number = make(autumn.world, NOVEMBER).number
    with pytest.raises(Conflict, match="four_eyes"):
        batching.approve_batch(session, number, MAKER, now)
    batching.approve_batch(session, number, APPROVER, now)
    assert balance(session, accounts.IN_TRANSIT) == 11_000
    assert balance(session, accounts.payable(autumn.ping.association)) == 0
    with pytest.raises(Conflict, match="decided_already"):
        batching.approve_batch(session, number, "token:3", now)
    with pytest.raises(Conflict, match="decided_already"):
        batching.cancel_batch(session, number, "erreur", APPROVER, now)
    session.rollback()


def test_a_batch_called_off_frees_its_statements_and_keeps_its_number(autumn: Autumn):
    world = autumn.world
    first = make(world, NOVEMBER)
    assert left_out(world) == {PING: Hindrance.IN_BATCH, ALIS44: Hindrance.IN_BATCH}
    with pytest.raises(Conflict, match="nothing_to_pay"):
        make(world, NOVEMBER)
    world.session.rollback()
    batching.cancel_batch(world.session, first.number, "mauvais mois", APPROVER, world.now)
    with pytest.raises(Conflict, match="decided_already"):
        batching.approve_batch(world.session, first.number, APPROVER, world.now)
    world.session.rollback()
    batching.cancel_batch(world.session, first.number, "mauvais mois", APPROVER, world.now)
    again = pay(world, NOVEMBER)
    assert again.number == "VP-2026-000002"
    # A reference that was once written is never written again.
    assert [item.end_to_end for item in again.payments] == [f"{PING}-2", f"{ALIS44}-2"]
    assert left_out(world) == {}
    assert check_books(world.session) == []


def test_some_statements_of_a_period_may_be_paid_alone(autumn: Autumn):
    batch = pay(autumn.world, NOVEMBER, [ALIS44])
    assert [item.statement for item in batch.payments] == [ALIS44]
    assert batch.left_out == []
    assert [item.statement for item in pay(autumn.world, NOVEMBER).payments] == [PING]


def test_an_unknown_period_pays_nobody(autumn: Autumn):
    with pytest.raises(NotFound):
        make(autumn.world, "2026-12")


ACCOUNT = "UPDATE bank_account SET {} WHERE association_id = 1"
#: How each comes about, and how it is put right.
HINDRANCES = {
    Hindrance.NOT_APPROVED: (
        "DELETE FROM statement_approval WHERE number = 'RA-2026-000001'",
        (
            "INSERT INTO statement_approval SELECT 'RA-2026-000001', actor, at"
            " FROM statement_approval WHERE number = 'RA-2026-000002'"
        ),
    ),
    Hindrance.ACCOUNT_NOT_CONFIRMED: (
        ACCOUNT.format("confirmed_at = NULL"),
        ACCOUNT.format("confirmed_at = created_at"),
    ),
    Hindrance.ACCOUNT_BLOCKED: (
        ACCOUNT.format("blocked_at = created_at"),
        ACCOUNT.format("blocked_at = NULL"),
    ),
    Hindrance.ACCOUNT_UNFIT: (ACCOUNT.format("holder = '数字'"), ACCOUNT.format("holder = 'PiNG'")),
}


def test_who_cannot_be_paid_is_named_with_the_reason_and_nobody_else_waits(
    autumn: Autumn, forge: Callable[[str], None]
):
    for reason, (happens, repaired) in HINDRANCES.items():
        forge(happens)
        batch = make(autumn.world, NOVEMBER)
        assert [item.statement for item in batch.payments] == [ALIS44]
        assert [(item.statement, item.reason) for item in batch.left_out] == [(PING, reason)]
        batching.cancel_batch(
            autumn.world.session, batch.number, "essai", APPROVER, autumn.world.now
        )
        forge(repaired)
    assert left_out(autumn.world) == {}


def test_a_statement_that_the_fee_keeps_whole_is_never_paid(
    autumn: Autumn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(payouts, "net_parts", lambda _document: [])
    assert set(left_out(autumn.world).values()) == {Hindrance.NOTHING_TO_PAY}


def test_every_hindrance_has_its_story():
    elsewhere = {
        Hindrance.NOTHING_TO_PAY,
        Hindrance.IN_BATCH,
        Hindrance.ACCOUNT_COOLING_OFF,
        Hindrance.FUNDS_NOT_ARRIVED,
    }
    assert set(HINDRANCES) | elsewhere == set(Hindrance)


def test_a_new_account_is_paid_after_its_cooling_off_and_not_a_day_before(autumn: Autumn):
    world, ping = autumn.world, autumn.ping.association
    new = Account("PiNG", NAGA[2])
    bank_accounts.propose(world.session, ping, new, "token:3", world.now)
    assert left_out(world) == {}  # a proposal alone changes nothing
    world.confirm_account(ping, cooling_off_days=3)
    batch = make(world, NOVEMBER)
    (item,) = batch.left_out
    assert (item.reason, item.until) == (
        Hindrance.ACCOUNT_COOLING_OFF,
        world.now + timedelta(days=3),
    )
    world.now += timedelta(days=3, seconds=-1)
    assert PING in left_out(world)
    world.later(seconds=1)
    assert PING not in left_out(world)
    assert [p.account.iban for p in make(world, NOVEMBER).payments] == [NAGA[2]]


def test_an_account_that_changed_after_the_batch_was_made_stops_its_approval(autumn: Autumn):
    world = autumn.world
    number = make(world, NOVEMBER).number
    new = Account("PiNG", NAGA[2])
    bank_accounts.propose(world.session, autumn.ping.association, new, "token:3", world.now)
    world.confirm_account(autumn.ping.association)
    with pytest.raises(Conflict, match=f"account_changed.*{PING}"):
        batching.approve_batch(world.session, number, APPROVER, world.now)
    world.session.rollback()
    assert balance(world.session, accounts.IN_TRANSIT) == 0


def test_a_batch_whose_day_is_past_is_made_again(autumn: Autumn):
    world = autumn.world
    number = make(world, NOVEMBER).number
    world.now = datetime(2026, 12, 3, 23, 59, tzinfo=PARIS)
    batching.approve_batch(world.session, number, APPROVER, world.now)
    world.session.rollback()
    world.now = datetime(2026, 12, 4, 0, 0, tzinfo=PARIS)
    with pytest.raises(Conflict, match="too_late"):
        batching.approve_batch(world.session, number, APPROVER, world.now)


def test_no_file_is_made_nor_let_go_while_the_account_lacks_a_cent(autumn: Autumn):
    world = autumn.world
    number = make(world, NOVEMBER, [PING]).number
    paying.bank_charge(world.session, autumn.campaign, "FRAIS 12", 1, world.now)
    world.session.commit()
    with pytest.raises(Conflict, match="not_solvent"):
        make(world, NOVEMBER)
    world.session.rollback()
    with pytest.raises(Conflict, match="not_solvent"):
        batching.approve_batch(world.session, number, APPROVER, world.now)
    world.session.rollback()
    assert world.session.query(tables.PayoutBatch).count() == 1


def test_money_of_one_campaign_never_pays_for_another(world: World):
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 3)
    autumn.spend(autumn.alis44, 2)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    approve(world, world.close(NOVEMBER, END_OF_NOVEMBER))
    with pytest.raises(Conflict, match=r"nothing_to_pay.*RA-2026-000001 \(funds_not_arrived\)"):
        make(world, NOVEMBER)
    world.session.rollback()
    # 40.00 € arrive, 50.00 € are owed: the first is paid whole, the second waits.
    world.receive(1, autumn.funders[0], 4_000)
    batch = pay(world, NOVEMBER)
    assert [item.statement for item in batch.payments] == [PING]
    assert left_out(world) == {ALIS44: Hindrance.FUNDS_NOT_ARRIVED}
    world.receive(1, autumn.funders[1], 1_000)
    assert [item.statement for item in pay(world, NOVEMBER).payments] == [ALIS44]
    assert check_books(world.session) == []


def test_what_cannot_be_written_is_not_half_made(autumn: Autumn):
    world = autumn.world

    def breaks(_batch: object) -> bytes:
        raise RuntimeError("no more paper")

    with pytest.raises(RuntimeError):
        batching.make_batch(
            world.session,
            NOVEMBER,
            None,
            RESERVED,
            BankFormat(BANK.faults, breaks),
            MAKER,
            world.now,
        )
    world.session.rollback()
    assert world.session.query(tables.PayoutBatch).count() == 0
    assert make(world, NOVEMBER).number == "VP-2026-000001"


def test_a_payment_that_came_back_is_sent_again_under_another_reference(autumn: Autumn):
    world, ping = autumn.world, autumn.ping.association
    pay(world, NOVEMBER)
    for number in (PING, ALIS44):
        paying.payout_executed(world.session, number, world.now)
    paying.payout_returned(world.session, PING, "AC04", world.later(days=3))
    world.session.commit()
    assert left_out(world) == {PING: Hindrance.ACCOUNT_BLOCKED}
    told = world.session.query(tables.Outbox).filter_by(topic="payout_returned").one().payload
    assert (told["association"], told["reason"], told["cents"]) == (ping, "AC04", 7_000)
    bank_accounts.propose(world.session, ping, Account("PiNG", NAGA[2]), "token:3", world.now)
    assert left_out(world) == {PING: Hindrance.ACCOUNT_BLOCKED}
    world.confirm_account(ping)
    (payment,) = pay(world, NOVEMBER).payments
    assert (payment.end_to_end, payment.account.iban) == (f"{PING}-2", NAGA[2])
    assert balance(world.session, accounts.IN_TRANSIT) == 7_000
    assert check_books(world.session) == []


def test_a_refusal_blocks_the_account_only_when_it_is_about_the_account(autumn: Autumn):
    world = autumn.world
    pay(world, NOVEMBER)
    paying.payout_rejected(world.session, PING, "AC01", world.now)
    paying.payout_rejected(world.session, ALIS44, "AM04", world.now)
    assert balance(world.session, accounts.IN_TRANSIT) == 0
    assert left_out(world) == {PING: Hindrance.ACCOUNT_BLOCKED}
    with pytest.raises(Conflict, match="not_on_its_way"):
        paying.payout_rejected(world.session, PING, "AC01", world.now)
    with pytest.raises(Conflict, match="not_on_its_way"):
        paying.payout_executed(world.session, PING, world.now)
    (payment,) = pay(world, NOVEMBER).payments
    assert payment.end_to_end == f"{ALIS44}-2"
    assert check_books(world.session) == []
