"""What is altered in the bank's files, statements or lines behind our back is named."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.bank_files import entry
from tests.support.banking import ALIS44, PING, Bank, executed, given_back, november_paid
from tests.support.cast import World
from voucher_service.actions.checking import check_books
from voucher_service.actions.checking_bank import INVARIANTS

CHAIN, KNOWN, AGREE = (
    "bank_statements_chain",
    "bank_lines_are_known_or_listed",
    "bank_and_ledger_agree",
)
ALTERATIONS = [
    (CHAIN, "UPDATE bank_message SET sha256 = 'x' WHERE id = 1"),
    (CHAIN, "UPDATE bank_line SET cents = cents + 1 WHERE id = 3"),
    (CHAIN, "UPDATE bank_line SET statement_id = NULL WHERE id = 1"),
    (CHAIN, "UPDATE bank_statement SET closing_cents = closing_cents + 1 WHERE number = 1"),
    (CHAIN, "UPDATE bank_statement SET opening_cents = opening_cents + 1 WHERE number = 2"),
    (CHAIN, "UPDATE bank_statement SET number = 5 WHERE number = 2"),
    (KNOWN, "DELETE FROM bank_match WHERE line_id = 1"),
    (KNOWN, "UPDATE bank_line SET matched_at = NULL WHERE id = 1"),
    (KNOWN, "UPDATE bank_match SET cents = cents + 1 WHERE line_id = 1"),
    (KNOWN, "UPDATE bank_match SET target = 'RA-2026-000009' WHERE line_id = 1"),
    (KNOWN, "UPDATE bank_match SET target = 'RA-2026-000001' WHERE line_id = 2"),
    (KNOWN, "UPDATE bank_match SET kind = 'set_against' WHERE line_id = 1"),
    (KNOWN, "UPDATE transfer SET cents = cents + 1 WHERE event = 'executed:RA-2026-000001:1'"),
    (AGREE, "UPDATE transfer SET cents = cents + 1 WHERE event = 'executed:RA-2026-000001:1'"),
    (AGREE, "DELETE FROM transfer WHERE event = 'returned:RA-2026-000001:1'"),
    (AGREE, "UPDATE bank_line SET direction = 'debit' WHERE id = 4"),
]


@pytest.fixture
def told(world: World) -> World:
    """Two days of the bank: two payouts, one that came back, and a line that nobody knows."""
    november_paid(world)
    bank = Bank(world)
    bank.day(executed(PING, 7_000), executed(ALIS44, 4_000))
    bank.day(given_back(PING, 7_000, "AC04"), entry(5, text="?"))
    assert check_books(world.session) == []
    return world


def test_what_was_altered_in_what_the_bank_said_is_named(told: World, forge: Callable[[str], None]):
    copies = ("bank_message", "bank_statement", "bank_line", "bank_match", "transfer")
    for table in copies:
        forge(f"CREATE TABLE saved_{table} AS SELECT * FROM {table}")  # noqa: S608
    for invariant, statement in ALTERATIONS:
        forge(statement)
        assert invariant in {item.invariant for item in check_books(told.session)}, statement
        told.session.rollback()
        for table in reversed(copies):
            forge(f"DELETE FROM {table}")  # noqa: S608 - names of this file
        for table in copies:
            forge(f"INSERT INTO {table} SELECT * FROM saved_{table}")  # noqa: S608
        assert check_books(told.session) == []


def test_every_invariant_of_the_bank_has_an_alteration():
    elsewhere = {"money_on_its_way", "batches_are_frozen"}  # in test_checking
    assert {invariant for invariant, _ in ALTERATIONS} | elsewhere == set(INVARIANTS)


@pytest.mark.parametrize("table", ["bank_message", "bank_statement", "bank_match"])
def test_what_the_bank_said_can_be_neither_changed_nor_deleted(told: World, table: str):
    for change in (f"UPDATE {table} SET account = 'x'", f"DELETE FROM {table}"):  # noqa: S608
        column = {"bank_message": "sha256", "bank_match": "target"}.get(table, "account")
        with pytest.raises(DBAPIError, match="never changed"):
            told.session.execute(text(change.replace("account", column)))
        told.session.rollback()
