"""The bank at the command line, and processes killed in the middle of a batch or of a file."""

import hashlib
import random
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.cli.conftest import House
from tests.cli.test_killed import Commands
from tests.cli.test_killed import commands as commands  # noqa: PLC0414 - a fixture
from tests.support.autumn import Autumn
from tests.support.bank_files import DEBIT, camt_053, entry, statement
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


@pytest.mark.usefixtures("bank_set")
def test_a_batch_killed_in_the_middle_is_one_file_with_one_number(house: House, commands: Commands):
    year = payable(house)
    chance = random.Random(5)
    finished = 0
    for _ in range(4):
        commands.start("payout-batch", PERIOD)
        finished += commands.kill(after=chance.uniform(0.02, 0.2))
    assert finished < 4, "it was never killed: make it slower"
    house.run("payout-batch", PERIOD)  # unless one of them came to its end
    session = house.world.session
    (batch,) = session.query(tables.PayoutBatch)
    assert batch.number == BATCH.format(year)
    assert session.scalar(select(func.count()).select_from(tables.Payout)) == 2
    assert check_books(session) == []


@pytest.mark.usefixtures("bank_set")
def test_a_bank_s_file_killed_in_the_middle_counts_once(house: House, commands: Commands):
    year = payable(house)
    house.done("payout-batch", PERIOD)
    approve(house, BATCH.format(year))
    file = Path(house.path) / "camt.xml"
    file.write_bytes(stated(year))
    chance = random.Random(6)
    finished = 0
    for _ in range(4):
        commands.start("bank-file", file)
        finished += commands.kill(after=chance.uniform(0.02, 0.2))
    assert finished < 4, "it was never killed: make it slower"
    assert house.facts("bank-file", file)["matched"] == 2
    session = house.world.session
    counted = [
        session.scalar(select(func.count()).select_from(table))
        for table in (tables.BankMessage, tables.BankStatement, tables.BankLine, tables.BankMatch)
    ]
    assert counted == [1, 1, 2, 2]
    assert balance(session, accounts.IN_TRANSIT) == 0
    assert check_books(session) == []
