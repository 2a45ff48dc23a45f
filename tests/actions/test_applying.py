"""From a name and a number to a complete application, in any order; and what stays afterwards."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import MAILBOX, PING, World, trust_the_keys
from voucher_service.actions import accrediting, applying, bank_accounts, inviting, siting
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.application import missing
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.payout_batch import Account
from voucher_service.store import tables

IDENTITY = applying.Identity(
    "PiNG", None, "W442001234", "Association", "Jeanne Martin, présidente", "contact@ping.example"
)
BREIL = accrediting.Place(
    "PiNG Breil", "38 rue du Breil", "44100", "Nantes", [MAILBOX], horaires="Mo 09:00-12:00"
)


@pytest.fixture
def world(engine: Engine, session: Session) -> Iterator[World]:
    world = World(engine, session)
    yield world
    world.close_book()


@pytest.fixture
def ping(world: World) -> int:
    """PiNG said its name, its number and whom to write to: nothing else."""
    application = accrediting.Application("PiNG", "contact@ping.example", rna="W442001234")
    return accrediting.apply_for_accreditation(world.session, application, world.now)


def lacks(world: World, association: int) -> list[str]:
    found = applying.progress(world.session, association)
    return [check.criterion.value for check in missing(found)]


def complete(world: World, association: int) -> None:
    session, now = world.session, world.now
    applying.describe(session, association, IDENTITY, now)
    accrediting.add_site(session, association, BREIL, now)
    bank_accounts.propose(session, association, Account("PiNG", PING[2]), "person:1", now)
    applying.accept_charter(session, association, "person:1", now)


def state(world: World, association: int) -> str:
    return world.session.get_one(tables.Association, association).accreditation


def test_an_application_begins_with_a_name_a_number_and_an_address(world: World, ping: int):
    assert state(world, ping) == "applied"
    assert lacks(world, ping) == ["representative", "site", "reachable", "bank_account", "charter"]


def test_what_is_missing_is_named_until_all_is_there(world: World, ping: int):
    with pytest.raises(Conflict, match=r"incomplete.*representative, site, reachable"):
        applying.send(world.session, ping, "person:1", world.now)
    complete(world, ping)
    assert lacks(world, ping) == []
    applying.send(world.session, ping, "person:1", world.now)
    assert state(world, ping) == "under_review"
    with pytest.raises(Conflict, match="sent_already"):
        applying.send(world.session, ping, "person:1", world.now)


def test_what_is_asked_for_is_answered_by_sending_again(world: World, ping: int):
    complete(world, ping)
    applying.send(world.session, ping, "person:1", world.now)
    asked = Accreditation.INFO_REQUESTED
    accrediting.decide(world.session, ping, asked, "Les horaires ?", "person:2", world.now)
    applying.send(world.session, ping, "person:1", world.now)
    assert state(world, ping) == "under_review"


def test_anything_may_change_until_the_decision_and_the_numbers_stay_afterwards(
    world: World, ping: int
):
    complete(world, ping)
    applying.send(world.session, ping, "person:1", world.now)
    siret = replace(IDENTITY, name="PiNG Nantes", siret="43493312300029")
    applying.describe(world.session, ping, siret, world.now)
    accrediting.decide(world.session, ping, Accreditation.ACCREDITED, None, "person:2", world.now)
    with pytest.raises(Conflict, match="numbers_stay"):
        applying.describe(world.session, ping, IDENTITY, world.now)
    applying.describe(world.session, ping, replace(siret, representative="Paul Roy"), world.now)
    assert world.session.get_one(tables.Association, ping).representative == "Paul Roy"


def test_whoever_was_the_contact_is_told_of_another_one(world: World, ping: int):
    applying.describe(world.session, ping, IDENTITY, world.now)
    assert world.session.query(tables.Outbox).count() == 0
    changed = replace(IDENTITY, contact_email="neuf@ping.example")
    applying.describe(world.session, ping, changed, world.now)
    told = world.session.query(tables.Outbox).one()
    assert (told.topic, told.payload["to"]) == ("contact_changed", "contact@ping.example")


def test_numbers_are_checked_and_belong_to_one_association(world: World, ping: int):
    other = accrediting.Application("Alis44", "a@b.example", rna="W442005678")
    accrediting.apply_for_accreditation(world.session, other, world.now)
    for changed, reason in (
        (replace(IDENTITY, rna=None), "not_identified"),
        (replace(IDENTITY, siret="43493312300028"), "bad_siret"),
        (replace(IDENTITY, rna="442"), "bad_rna"),
    ):
        with pytest.raises(Invalid, match=reason):
            applying.describe(world.session, ping, changed, world.now)
    with pytest.raises(Conflict, match="association_known"):
        applying.describe(world.session, ping, replace(IDENTITY, rna="W442005678"), world.now)


def test_the_charter_is_accepted_once(world: World, ping: int):
    applying.accept_charter(world.session, ping, "person:1", world.now)
    applying.accept_charter(world.session, ping, "person:2", world.later(days=1))
    assert world.session.query(tables.CharterAcceptance).one().actor == "person:1"


def test_a_site_changes_until_it_closes(world: World, ping: int):
    site = accrediting.add_site(world.session, ping, BREIL, world.now)
    siting.change_site(world.session, site, replace(BREIL, horaires="Tu 10:00-12:00"), world.now)
    assert world.session.get_one(tables.Site, site).horaires == "Tu 10:00-12:00"
    with pytest.raises(Invalid, match="unknown_service"):
        siting.change_site(world.session, site, replace(BREIL, services=["Voyance"]), world.now)
    siting.close_site(world.session, site, world.now)
    assert "site" in lacks(world, ping)
    for act in (
        lambda: siting.close_site(world.session, site, world.now),
        lambda: siting.change_site(world.session, site, BREIL, world.now),
    ):
        with pytest.raises(Conflict, match="site_closed"):
            act()


def test_a_statement_names_no_account_when_none_was_said(world: World):
    trust_the_keys(world.session)
    autumn = Autumn(world)
    world.session.query(tables.BankAccount).delete()
    autumn.spend(autumn.ping, 1)
    world.now = END_OF_NOVEMBER
    number = world.close("2026-11", END_OF_NOVEMBER)[0]
    assert autumn.statement(number)["association"]["iban_masked"] is None


def invitations(world: World) -> list[tuple[str, int | None]]:
    rows = world.session.query(tables.Invitation).order_by(tables.Invitation.id)
    return [(row.email, row.tenant_id) for row in rows]


def test_somebody_without_an_account_opens_a_file_and_is_mailed_the_way_to_it(world: World):
    applying.begin(world.session, IDENTITY, "fr", world.now)
    row = world.session.query(tables.Association).one()
    assert (row.representative, row.accreditation) == (IDENTITY.representative, "applied")
    assert invitations(world) == [("contact@ping.example", row.id)]
    told = world.session.query(tables.Outbox).one()
    assert (told.topic, told.payload["to"]) == ("account_invitation", "contact@ping.example")


def test_a_second_click_mails_nobody_and_a_lost_mail_is_sent_again(world: World):
    applying.begin(world.session, IDENTITY, "fr", world.now)
    applying.begin(world.session, IDENTITY, "fr", world.now)
    assert len(invitations(world)) == 1
    applying.begin(world.session, IDENTITY, "fr", world.later(minutes=11))
    assert len(invitations(world)) == 2


def test_nobody_opens_the_file_of_an_association_that_is_known(world: World):
    applying.begin(world.session, IDENTITY, "fr", world.now)
    stranger = replace(IDENTITY, contact_email="autre@ping.example")
    with pytest.raises(Conflict, match="association_known"):
        applying.begin(world.session, stranger, "fr", world.now)
    newcomer = inviting.Newcomer("Jeanne", "une phrase assez longue", "fr")
    inviting.accept(world.session, 1, newcomer, world.now)
    with pytest.raises(Conflict, match="association_known"):
        applying.begin(world.session, IDENTITY, "fr", world.later(days=1))


def test_an_association_is_mailed_what_was_decided_and_why(world: World, ping: int):
    complete(world, ping)
    applying.send(world.session, ping, "person:1", world.now)
    asked = Accreditation.INFO_REQUESTED
    applying.decide(world.session, ping, asked, "Les horaires ?", "person:2", world.now)
    told = world.session.query(tables.Outbox).one()
    assert told.topic == "accreditation_decided"
    assert told.payload == {"association": ping, "to": "info_requested", "reason": "Les horaires ?"}
    applying.decide(world.session, ping, Accreditation.UNDER_REVIEW, None, "person:2", world.now)
    assert world.session.query(tables.Outbox).count() == 1
