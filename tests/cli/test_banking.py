"""The bank at the command line, and processes killed in the middle of a batch or of a file."""

import hashlib
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.cli.conftest import House
from tests.support.autumn import Autumn
from tests.support.bank_files import DEBIT, camt_053, entry, statement
from tests.support.killing import Commands
from tests.support.paying import APPROVER, RESERVED_IBAN
from voucher_service.actions import batching, settling
from voucher_service.actions.checking import check_books
from voucher_service.core import accounts
from voucher_service.core.campaign import paris_day
from voucher_service.store import tables
from voucher_service.store.postings import balance

PERIOD = "autumn"
BATCH, PING, ALIS44 = "VP-{}-000001", "RA-{}-000001", "RA-{}-000002"


@pytest.fixture
def bank_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCHER_RESERVED_IBAN", RESERVED_IBAN)
    monkeypatch.setenv("VOUCHER_RESERVED_TOWN", "Nantes")


def payable(house: House) -> str:
    """A period closed and approved: 30.00 € for PiNG, 20.00 € for Alis44. The year it is."""
    world = house.world
    played = Autumn(world, valid_from=world.now.date())
    played.spend(played.ping, 3)
    played.spend(played.alis44, 2)
    cutoff = world.later(minutes=31)
    for number in world.close(PERIOD, cutoff, actor="token:9"):
        settling.approve_statement(world.session, number, APPROVER, world.now)
    world.session.commit()
    return str(paris_day(datetime.now(world.now.tzinfo)).year)


def approve(house: House, number: str) -> None:
    batching.approve_batch(house.world.session, number, APPROVER, house.world.now)
    house.world.session.commit()


def stated(year: str, opening: int = 30_000) -> bytes:
    lines = [
        entry(3_000, DEBIT, end_to_end=PING.format(year)),
        entry(2_000, DEBIT, end_to_end=ALIS44.format(year)),
    ]
    return camt_053(statement(lines, opening))


@pytest.mark.usefixtures("bank_set")
def test_a_period_is_paid_and_the_bank_s_answer_taken_from_files(sqlite_house: House):
    house, year = sqlite_house, payable(sqlite_house)
    made = house.facts("payout-batch", PERIOD)
    assert (made["number"], made["payments"], made["total_cents"]) == (
        BATCH.format(year),
        2,
        5_000,
    )
    assert "nothing" in house.refused("payout-batch", PERIOD).lower()
    out = Path(house.path) / "batch.xml"
    assert "approve" in house.refused("payout-file", made["number"], "--out", out)
    assert not out.exists()
    approve(house, made["number"])
    said = house.done("payout-file", made["number"], "--out", out)
    assert hashlib.sha256(out.read_bytes()).hexdigest() in said
    assert "exists" in house.refused("payout-file", made["number"], "--out", out)
    answer = Path(house.path) / "camt.xml"
    answer.write_bytes(stated(year))
    assert "2 lines known" in house.done("bank-file", answer)
    assert "nothing changed" in house.done("bank-file", answer)
    assert house.facts("bank-file", answer)["new"] is False
    answer.write_bytes(b"no bank")
    assert "camt.053" in house.refused("bank-file", answer)


FROZEN = "voucher_service.actions.batching:_freeze"
"""A batch has its number, its file and its payouts, and is not committed."""
RECOGNISED = "voucher_service.actions.matching:record"
"""A line of a bank's file has moved its money, and nothing is committed."""
ANSWERED = "voucher_service.cli.banking:answer"
"""All is committed, and the command has not ended."""


def counted(house: House, *kinds: type) -> list[int]:
    session = house.world.session
    found = [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]
    session.commit()
    return found


@pytest.mark.usefixtures("bank_set")
def test_a_batch_killed_in_the_middle_is_one_file_with_one_number(house: House, commands: Commands):
    year = payable(house)
    batch = tables.PayoutBatch, tables.Payout
    commands.killed("payout-batch", PERIOD, there=FROZEN)
    assert counted(house, *batch) == [0, 0], "nothing counts before its commit"
    commands.killed("payout-batch", PERIOD, there=ANSWERED)
    assert "nothing" in house.refused("payout-batch", PERIOD).lower()
    session = house.world.session
    (made,) = session.query(tables.PayoutBatch)
    assert made.number == BATCH.format(year)
    assert made.file_sha256 == hashlib.sha256(made.file).hexdigest()
    assert counted(house, *batch) == [1, 2]
    assert check_books(session) == []


@pytest.mark.usefixtures("bank_set")
def test_a_bank_s_file_killed_in_the_middle_counts_once(house: House, commands: Commands):
    year = payable(house)
    house.done("payout-batch", PERIOD)
    approve(house, BATCH.format(year))
    file = Path(house.path) / "camt.xml"
    file.write_bytes(stated(year))
    kept = tables.BankMessage, tables.BankStatement, tables.BankLine, tables.BankMatch
    commands.killed("bank-file", file, there=RECOGNISED)
    assert counted(house, *kept) == [0, 0, 0, 0], "nothing counts before its commit"
    commands.killed("bank-file", file, there=ANSWERED)
    facts = house.facts("bank-file", file)
    assert (facts["matched"], facts["new"]) == (2, False)
    session = house.world.session
    assert counted(house, *kept) == [1, 1, 2, 2]
    assert balance(session, accounts.IN_TRANSIT) == 0
    assert check_books(session) == []
