"""Giving the service what a bank says, and paying a November as the tests of the bank need it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.bank_files import CREDIT, DEBIT, DECEMBER, camt_053, entry, statement
from tests.support.cast import World
from tests.support.paying import APPROVER, RESERVED_IBAN, pay
from voucher_service.actions import settling
from voucher_service.actions.banking import Imported, import_file
from voucher_service.core.bank_file import BankEntry
from voucher_service.core.campaign import PARIS
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.store import tables

NOVEMBER = "2026-11"
PING, ALIS44 = "RA-2026-000001", "RA-2026-000002"


def give(world: World, content: bytes) -> Imported:
    """One file of the bank, taken whole or not at all."""
    file = read_bank_file(content)
    try:
        done = import_file(world.session, file, content, RESERVED_IBAN, "token:1", world.now)
        world.session.commit()
    except BaseException:
        world.session.rollback()
        raise
    return done


class Bank:
    """A bank that gives statements one after the other."""

    def __init__(self, world: World, opening: int = 0) -> None:
        self.world, self.balance, self.days = world, opening, 0

    def day(self, *entries: BankEntry) -> Imported:
        """The statement of one more day."""
        self.days += 1
        on = DECEMBER.replace(day=DECEMBER.day + self.days - 1)
        booked = [replace(line, booked_on=on, value_on=on) for line in entries]
        item = statement(booked, self.balance, on.isoformat(), on)
        done = give(self.world, camt_053(item))
        self.balance = item.closing_cents
        return done


def executed(end_to_end: str, cents: int, **told: Any) -> BankEntry:
    """A payout leaves the account."""
    return entry(cents, DEBIT, end_to_end=end_to_end, **told)


def given_back(end_to_end: str, cents: int, reason: str, **told: Any) -> BankEntry:
    """A payout comes back."""
    return entry(cents, CREDIT, end_to_end=end_to_end, return_reason=reason, **told)


def november_paid(world: World) -> Autumn:
    """A November whose 70.00 € for PiNG and 40.00 € for Alis44 were sent to the bank."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    autumn.spend(autumn.alis44, 4)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    for number in world.close(NOVEMBER, END_OF_NOVEMBER):
        settling.approve_statement(world.session, number, APPROVER, world.now)
    pay(world, NOVEMBER)
    world.now = datetime(2026, 12, 10, 9, 0, tzinfo=PARIS)
    return autumn


def unknown(world: World) -> Sequence[tables.BankLine]:
    """The lines that wait for a person."""
    return world.session.query(tables.BankLine).filter_by(matched_at=None).order_by("id").all()


def payout(world: World, end_to_end: str) -> tables.Payout:
    """A payout as it stands now."""
    world.session.expire_all()
    return world.session.get_one(tables.Payout, end_to_end)
