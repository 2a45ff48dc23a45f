"""A changed IBAN is never in one hand, never silent, and never paid at once."""

from datetime import timedelta

import pytest

from tests.support.cast import ALIS44, NAGA, PING, World
from voucher_service.actions import bank_accounts
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.payout_batch import Account
from voucher_service.store import tables

NEW = Account("PiNG", NAGA[2], "Nantes", "FR")
NO_TIME = timedelta(0)


@pytest.fixture
def ping(world: World) -> int:
    return world.association(PING)


def told(world: World) -> list[tuple[str, str]]:
    """What was told, and to which address."""
    rows = world.session.query(tables.Outbox).order_by("id")
    return [(row.topic, row.payload["to"]) for row in rows]


def current(world: World, association: int) -> list[str]:
    rows = world.session.query(tables.BankAccount).filter_by(
        association_id=association, replaced_at=None
    )
    return [row.iban for row in rows if row.confirmed_at]


def test_a_second_person_confirms_and_the_old_contact_is_told_twice(world: World, ping: int):
    assert told(world) == []  # the first account of all changes nothing
    number = bank_accounts.propose(world.session, ping, NEW, "token:3", world.now)
    assert current(world, ping) == [PING[2]]
    with pytest.raises(Conflict, match="four_eyes"):
        bank_accounts.confirm(world.session, number, "token:3", NO_TIME, world.now)
    usable = bank_accounts.confirm(world.session, number, "token:4", timedelta(days=3), world.now)
    assert usable == world.now + timedelta(days=3)
    assert current(world, ping) == [NAGA[2]]
    contact = "contact@ping.example"
    assert told(world) == [
        ("bank_account_proposed", contact),
        ("bank_account_confirmed", contact),
    ]
    payloads = [row.payload for row in world.session.query(tables.Outbox)]
    assert all(NAGA[2] not in str(payload) for payload in payloads)


def test_a_newer_proposal_takes_the_place_of_an_older_one(world: World, ping: int):
    first = bank_accounts.propose(world.session, ping, NEW, "token:3", world.now)
    second = bank_accounts.propose(
        world.session, ping, Account("PiNG", ALIS44[2]), "token:3", world.now
    )
    with pytest.raises(Conflict, match="not_proposed"):
        bank_accounts.confirm(world.session, first, "token:4", NO_TIME, world.now)
    bank_accounts.confirm(world.session, second, "token:4", NO_TIME, world.now)
    with pytest.raises(Conflict, match="not_proposed"):
        bank_accounts.confirm(world.session, second, "token:4", NO_TIME, world.now)
    assert current(world, ping) == [ALIS44[2]]


def test_a_refused_proposal_changes_nothing_and_keeps_its_reason(world: World, ping: int):
    number = bank_accounts.propose(world.session, ping, NEW, "token:3", world.now)
    bank_accounts.refuse(world.session, number, "personne ne l'a demandé", world.now)
    row = world.session.get_one(tables.BankAccount, number)
    assert row.refusal == "personne ne l'a demandé"
    assert current(world, ping) == [PING[2]]
    with pytest.raises(Conflict, match="not_proposed"):
        bank_accounts.refuse(world.session, number, "encore", world.now)
    with pytest.raises(Conflict, match="not_proposed"):
        bank_accounts.confirm(world.session, number, "token:4", NO_TIME, world.now)


def test_a_wrong_iban_or_an_unknown_association_is_refused(world: World, ping: int):
    wrong = Account("PiNG", "FR7630006000011234567890188")
    with pytest.raises(Invalid, match="bad_iban"):
        bank_accounts.propose(world.session, ping, wrong, "token:3", world.now)
    with pytest.raises(NotFound):
        bank_accounts.propose(world.session, 99, NEW, "token:3", world.now)
    with pytest.raises(NotFound):
        bank_accounts.confirm(world.session, 99, "token:3", NO_TIME, world.now)
