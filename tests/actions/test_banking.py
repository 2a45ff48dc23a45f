"""What the bank says is taken once, in order and whole, and changes exactly what it speaks of."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.support.autumn import Autumn
from tests.support.bank_files import (
    CREDIT,
    DEBIT,
    DECEMBER,
    camt_053,
    camt_054,
    cfonb_120,
    entry,
    mt_940,
    pain_002,
    statement,
)
from tests.support.banking import (
    ALIS44,
    NOVEMBER,
    PING,
    Bank,
    executed,
    give,
    given_back,
    november_paid,
    payout,
    unknown,
)
from tests.support.cast import NAGA, World
from tests.support.paying import RESERVED_IBAN, pay
from voucher_service.actions import bank_accounts
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core import accounts
from voucher_service.core.bank_file import Notification
from voucher_service.core.campaign import PARIS, Funding
from voucher_service.core.errors import Conflict, DomainError, Invalid
from voucher_service.core.payout_batch import Account
from voucher_service.core.references import creditor_reference
from voucher_service.store import tables
from voucher_service.store.banking import Counts
from voucher_service.store.postings import balance, deposit

BATCH = "VP-2026-000001"


@pytest.fixture
def paid(world: World) -> Autumn:
    return november_paid(world)


@pytest.fixture
def bank(paid: Autumn) -> Bank:
    return Bank(paid.world)


# Payouts


def test_a_payout_executed_is_known_by_its_reference_on_the_day_it_left(bank: Bank):
    world = bank.world
    done = bank.day(executed(PING, 7_000), executed(ALIS44, 4_000))
    assert (done.new, done.counts) == (True, Counts(matched=2, returned=0, unknown=0))
    assert payout(world, PING).settled_at == world.now
    event = f"executed:{PING}:1"
    left = world.session.query(tables.Transfer).filter_by(event=event).one()
    assert left.value_date == DECEMBER
    assert balance(world.session, accounts.IN_TRANSIT) == 0
    assert check_books(world.session) == []


def test_the_same_file_twice_changes_nothing(paid: Autumn):
    content = mt_940(statement([executed(PING, 7_000)]))
    first = give(paid.world, content)
    again = give(paid.world, content)
    assert (first.new, again.new) == (True, False)
    assert (first.counts, first.message) == (again.counts, again.message)
    assert paid.world.session.query(tables.BankLine).count() == 1
    assert paid.world.session.query(tables.BankMessage).one().content == content


def test_a_bank_may_change_the_form_of_its_statements(paid: Autumn):
    world = paid.world
    give(world, cfonb_120(statement([executed(PING, 7_000)], 20_000)))
    give(world, mt_940(statement([executed(ALIS44, 4_000)], 13_000, "4", date(2026, 12, 4))))
    give(world, camt_053(statement([], 9_000, "5", date(2026, 12, 5))))
    assert unknown(world) == []
    assert check_books(world.session) == []


def test_a_payment_that_comes_back_blocks_its_account_until_another_is_confirmed(bank: Bank):
    world = bank.world
    bank.day(executed(PING, 7_000), executed(ALIS44, 4_000))
    done = bank.day(given_back(PING, 7_000, "AC04"))
    assert done.counts == Counts(matched=0, returned=1, unknown=0)
    back = payout(world, PING)
    assert (back.return_reason, back.returned_at) == ("AC04", world.now)
    assert books(world.session).payable == 7_000
    blocked = world.session.query(tables.BankAccount).filter_by(blocked_reason="AC04").one()
    with pytest.raises(Conflict, match=r"nothing_to_pay.*account_blocked"):
        pay(world, NOVEMBER)
    world.session.rollback()
    new = Account("PiNG", NAGA[2])
    bank_accounts.propose(world.session, blocked.association_id, new, "token:3", world.now)
    world.confirm_account(blocked.association_id)
    (sent,) = pay(world, NOVEMBER).payments
    assert sent.end_to_end == f"{PING}-2"
    bank.day(executed(f"{PING}-2", 7_000))
    assert unknown(world) == []
    assert books(world.session).payable == 0
    assert check_books(world.session) == []


def test_a_return_and_its_payment_in_one_statement_are_taken_in_the_order_of_life(bank: Bank):
    done = bank.day(given_back(PING, 7_000, "AC06"), executed(PING, 7_000))
    assert done.counts == Counts(matched=1, returned=1, unknown=0)


def test_our_number_is_found_in_what_the_bank_cut_and_spaced(bank: Bank):
    told = "PRELEVEMENT SEPA EMIS BATCH 7 REF RA-2026-000001 ET AUTRES MOTS"
    bank.day(entry(7_000, DEBIT, text=told), entry(4_000, DEBIT, text="ra 2026 / 000002"))
    assert unknown(bank.world) == []


def test_a_batch_that_the_bank_books_at_once_executes_all_its_payments(bank: Bank):
    bank.day(entry(11_000, DEBIT, batch=BATCH, bank_reference="B1"))
    assert {payout(bank.world, name).settled_at for name in (PING, ALIS44)} == {bank.world.now}
    (line,) = bank.world.session.query(tables.BankLine)
    assert bank.world.session.query(tables.BankMatch).filter_by(line_id=line.id).count() == 2
    assert check_books(bank.world.session) == []


UNKNOWN = [
    executed(PING, 6_999),
    executed("RA-2026-000009", 7_000),
    entry(7_000, DEBIT, text="VIREMENT", iban="FR7630006000011234567890189"),
    entry(10_999, DEBIT, batch=BATCH),
    given_back(PING, 7_000, "AC04"),  # it never left
    entry(7_000, CREDIT, text="RA-2026-000001"),  # nothing says that it came back
    entry(500, DEBIT, text="COTISATION"),
]


def test_a_line_that_could_be_mistaken_waits_for_a_person(bank: Bank):
    assert bank.day(*UNKNOWN).counts == Counts(matched=0, returned=0, unknown=len(UNKNOWN))
    assert len(unknown(bank.world)) == len(UNKNOWN)
    assert balance(bank.world.session, accounts.IN_TRANSIT) == 11_000
    assert check_books(bank.world.session) == []


def test_a_payment_that_leaves_twice_is_seen(bank: Bank):
    bank.day(executed(PING, 7_000, bank_reference="B1"))
    done = bank.day(executed(PING, 7_000, bank_reference="B2"))
    assert done.counts.unknown == 1


# What the bank answers to a file


def test_a_refused_payment_is_owed_again_and_an_accepted_one_waits(bank: Bank):
    world = bank.world
    answer = pain_002(BATCH, "PART", RA_2026_000001="RJCT AC01", RA_2026_000002="ACCP")
    done = give(world, answer)
    assert done.rejected == 1
    assert payout(world, PING).rejected_at == world.now
    assert balance(world.session, accounts.IN_TRANSIT) == 4_000
    assert give(world, answer).new is False
    assert give(world, answer + b"\n").rejected == 0  # said again in other bytes
    assert check_books(world.session) == []


def test_a_file_sent_twice_is_refused_as_such_and_the_first_one_stands(bank: Bank):
    for reason in ("DUPL", "AM05"):
        assert give(bank.world, pain_002(BATCH, "RJCT", reason)).rejected == 0
    assert balance(bank.world.session, accounts.IN_TRANSIT) == 11_000


def test_a_file_refused_whole_may_be_sent_again_under_other_references(bank: Bank):
    world = bank.world
    assert give(world, pain_002(BATCH, "RJCT", "FF01")).rejected == 2
    assert balance(world.session, accounts.IN_TRANSIT) == 0
    again = pay(world, NOVEMBER)  # nothing was wrong with the accounts
    assert [item.end_to_end for item in again.payments] == [f"{PING}-2", f"{ALIS44}-2"]
    bank.day(executed(f"{PING}-2", 7_000), executed(f"{ALIS44}-2", 4_000))
    assert unknown(world) == []
    assert check_books(world.session) == []


def test_an_answer_to_a_file_of_somebody_else_is_refused(bank: Bank):
    with pytest.raises(Invalid, match="unknown_batch"):
        give(bank.world, pain_002("VP-2026-000077", "RJCT", "FF01"))


# One line once


def test_what_is_notified_first_and_stated_later_counts_once(bank: Bank):
    world = bank.world
    left = [executed(PING, 7_000, bank_reference="B1"), executed(ALIS44, 4_000)]
    done = give(world, camt_054(Notification(RESERVED_IBAN, left)))
    # Without the bank's own reference nobody could know it again: it waits for the statement.
    assert done.counts == Counts(matched=1, returned=0, unknown=0)
    assert payout(world, PING).settled_at is not None
    assert check_books(world.session) == []
    assert bank.day(*left).counts == Counts(matched=2, returned=0, unknown=0)
    late = camt_054(Notification(RESERVED_IBAN, [left[0]]), version="02")
    assert give(world, late).new is True
    assert world.session.query(tables.BankLine).count() == 2
    assert {line.statement_id for line in world.session.query(tables.BankLine)} == {1}
    assert check_books(world.session) == []


def test_two_charges_alike_are_two(bank: Bank):
    charge = entry(500, DEBIT, text="COTISATION", bank_reference="FRAIS")
    bank.day(charge, charge, replace(charge, cents=600))
    bank.day(replace(charge, booked_on=date(2026, 12, 4)))
    assert [line.cents for line in unknown(bank.world)] == [500, 500, 600, 500]


# The chain of statements


def refused(world: World, content: bytes, reason: str) -> None:
    before = [world.session.query(table).count() for table in (tables.BankMessage, tables.BankLine)]
    with pytest.raises(DomainError, match=reason):
        give(world, content)
    after = [world.session.query(table).count() for table in (tables.BankMessage, tables.BankLine)]
    assert before == after


def test_a_statement_out_of_place_is_refused_whole(bank: Bank):
    world, line = bank.world, executed(ALIS44, 4_000)
    bank.day(executed(PING, 7_000))
    good = statement([line], bank.balance, "next", date(2026, 12, 4))
    bad = {
        "statement_does_not_add_up": replace(good, closing_cents=0),
        "statement_gap": statement([line], bank.balance + 1, "next", date(2026, 12, 4)),
        "statement_overlaps": statement([line], bank.balance, "old", date(2026, 12, 2)),
        "other_account": replace(good, account=NAGA[2]),
        "statement_known": statement([line], bank.balance, "2026-12-03"),
    }
    for reason, item in bad.items():
        refused(world, camt_053(item), reason)
    overlapping = replace(
        statement([line], 0, "week", date(2026, 12, 4)), opening_day=date(2026, 12, 1)
    )
    refused(world, camt_053(overlapping), "statement_overlaps")
    twice = statement([executed(PING, 7_000)], bank.balance, "again")
    refused(world, camt_053(twice), "statement_overlaps")
    # One bad statement keeps the good one beside it out.
    refused(world, camt_053(good, bad["other_account"]), "other_account")
    other = Notification(NAGA[2], [executed(ALIS44, 4_000, bank_reference="B")])
    refused(world, camt_054(other), "other_account")
    give(world, camt_053(good))
    assert unknown(world) == []
    assert check_books(world.session) == []


def test_several_statements_in_one_file_are_taken_in_the_order_of_their_days(paid: Autumn):
    first = statement([executed(PING, 7_000)], 50_000)
    second = statement([executed(ALIS44, 4_000)], 43_000, "b", date(2026, 12, 4))
    empty = statement([], 39_000, "c", date(2026, 12, 5))
    assert give(paid.world, camt_053(empty, second, first)).counts.matched == 2
    rows = paid.world.session.query(tables.BankStatement).order_by("number")
    assert [row.closing_cents for row in rows] == [43_000, 39_000, 39_000]


# Funders


@pytest.fixture
def called(world: World) -> tuple[World, int, list[int]]:
    """An order whose two funders were called for 50.00 € each; nothing has come."""
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    funders = [world.funder("Métropole"), world.funder("Département")]
    order = world.order(world.campaign(dict.fromkeys(funders, 1)), 2)
    return world, order, funders


def funded(world: World, order: int) -> bool:
    world.session.expire_all()
    return world.session.get_one(tables.Order, order).funded_at is not None


ONE, TWO = "AF-2026-000001", "AF-2026-000002"


def test_funders_pay_in_parts_too_much_and_late_and_every_cent_is_theirs(
    called: tuple[World, int, list[int]],
):
    world, order, (first, second) = called
    bank = Bank(world)
    bank.day(entry(2_000, creditor_reference=creditor_reference(ONE), name="Métropole"))
    assert not funded(world, order)
    bank.day(
        entry(3_000, text="SOLDE " + creditor_reference(ONE)),
        entry(7_500, text="VIREMENT DE LOIRE ATLANTIQUE MANDAT 12 REF AF-2026-000002"),
    )
    assert unknown(world) == []
    assert funded(world, order)
    campaign = world.session.get_one(tables.Order, order).campaign_id
    assert [deposit(world.session, funder, campaign) for funder in (first, second)] == [0, 2_500]
    receipts = world.session.query(tables.Receipt).order_by("id").all()
    assert [(row.funder_id, row.amount_cents) for row in receipts] == [
        (first, 2_000),
        (first, 3_000),
        (second, 7_500),
    ]
    assert receipts[0].received_on == DECEMBER
    bank.day(entry(100, creditor_reference=creditor_reference(ONE)))  # nobody asked for more
    assert deposit(world.session, first, campaign) == 100
    assert check_books(world.session) == []


NOT_A_CALL = [
    entry(5_000, name="Métropole", text="VIREMENT"),
    entry(5_000, creditor_reference="RF00AF2026000001", text="sans numéro"),
    entry(5_000, creditor_reference=creditor_reference("AF-2026-000009")),
    entry(10_000, text=f"{ONE} ET {TWO}"),
    entry(5_000, text="RF-2026-000001"),  # a statement of a campaign that was paid before
]


def test_money_that_names_no_call_or_two_waits_for_a_person(
    called: tuple[World, int, list[int]],
):
    world, *_ = called
    done = Bank(world).day(*NOT_A_CALL[:1], *NOT_A_CALL[2:])
    assert done.counts == Counts(matched=0, returned=0, unknown=4)
    assert world.session.query(tables.Receipt).count() == 0


def test_a_reference_whose_check_digits_are_wrong_is_read_like_any_text(
    called: tuple[World, int, list[int]],
):
    world, *_ = called
    assert Bank(world).day(NOT_A_CALL[1]).counts.matched == 1


def test_money_written_down_by_hand_is_not_counted_again_when_the_bank_tells_it(
    called: tuple[World, int, list[int]],
):
    world, order, (first, second) = called
    world.receive(order, first, 5_000, "par téléphone")
    bank = Bank(world)
    bank.day(
        entry(5_000, creditor_reference=creditor_reference(ONE), bank_reference="B1"),
        entry(5_000, creditor_reference=creditor_reference(TWO), bank_reference="B2"),
    )
    assert world.session.query(tables.Receipt).count() == 2
    assert funded(world, order)
    # The same amount from the same funder again is another payment.
    bank.day(entry(5_000, creditor_reference=creditor_reference(ONE), bank_reference="B3"))
    assert world.session.query(tables.Receipt).filter_by(funder_id=first).count() == 2
    assert world.session.query(tables.Receipt).filter_by(funder_id=second).count() == 1
    assert check_books(world.session) == []


def test_funders_of_what_was_used_first_pay_by_the_number_of_their_statement(world: World):
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 3)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    world.close(NOVEMBER, datetime(2026, 12, 1, tzinfo=PARIS))
    paid = [
        entry(
            1_000, creditor_reference=creditor_reference(f"RF-2026-00000{n}"), bank_reference=str(n)
        )
        for n in (1, 2, 3)
    ]
    assert Bank(world).day(*paid).counts.matched == 3
    assert books(world.session).awaiting_funds == 0
    assert check_books(world.session) == []
