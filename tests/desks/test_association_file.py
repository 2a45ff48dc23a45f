"""The file of an association: opened by anybody, completed in any order; and its people."""

import html
import re

import pytest

from tests.desks.house import House, house_of
from tests.support.cast import SERVICES
from tests.support.desks import add_person, give_post, send, sign_in
from voucher_service.actions import accrediting
from voucher_service.core.accreditation import Accreditation
from voucher_service.store import tables

WHO = {
    "name": "Nâga",
    "rna": "W442009012",
    "representative": "Jeanne Martin, présidente",
    "contact_email": "contact@naga.example",
    "allowed": "true",
}
APPLY = "/association/apply"


def said(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page.text)).split())


@pytest.fixture
def house(nantes) -> House:
    return house_of(nantes)


@pytest.fixture
def client(house):
    return house.nantes.service.client


@pytest.fixture
def world(house):
    return house.world


# Applying without an account


def test_anybody_sees_every_criterion_and_opens_a_file(client, world):
    page = said(client.get(APPLY))
    for criterion in ("Un numéro officiel", "Un compte bancaire", "La charte acceptée"):
        assert criterion in page
    done = send(client, APPLY, APPLY, WHO)
    assert "Un courriel vient de partir" in said(client.get(done.headers["Location"]))
    row = world.session.query(tables.Association).filter_by(rna="W442009012").one()
    assert (row.name, row.accreditation) == ("Nâga", "applied")
    invited = world.session.query(tables.Invitation).one()
    assert (invited.email, invited.tenant_id) == ("contact@naga.example", row.id)


def associations(world):
    """How many there are. A session that read would hold SQLite's lock."""
    found = world.session.query(tables.Association).count()
    world.session.commit()
    return found


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"rna": ""}, "Donnez un SIRET ou un numéro RNA."),
        ({"rna": "442"}, "Ce n'est pas un numéro RNA"),
        ({"siret": "43493312300028"}, "Ce n'est pas un SIRET."),
        ({"representative": ""}, "Remplissez cette ligne."),
        ({"allowed": ""}, "Remplissez cette ligne."),
        ({"contact_email": "naga"}, "Ce n'est pas une adresse électronique."),
        ({"rna": "W442001234"}, "Cette association est déjà connue."),
    ],
)
def test_what_is_wrong_in_an_application_is_said_and_changes_nothing(
    client, world, changed, complaint
):
    before = associations(world)
    page = send(client, APPLY, APPLY, WHO | changed)
    assert page.status_code in {409, 422}
    assert complaint in said(page)
    assert 'value="Jeanne Martin' in page.text or "representative" in changed
    assert associations(world) == before


def test_one_address_opens_few_files_in_an_hour(client, monkeypatch):
    monkeypatch.setattr("voucher_service.web.association.applying.TRIES", 1)
    send(client, APPLY, APPLY, WHO)
    assert send(client, APPLY, APPLY, WHO).status_code == 429


# The file


@pytest.fixture
def naga(client, world):
    """Nâga has opened its file, and its manager is signed in."""
    send(client, APPLY, APPLY, WHO)
    number = world.session.query(tables.Association).filter_by(name="Nâga").one().id
    world.session.commit()
    sign_in(client, "association_manager", number)
    return number


FILE = "/association/application"


def test_the_missing_items_are_named_until_the_file_can_be_sent(client, world, naga):
    assert "Dossier ouvert" in said(client.get("/association"))
    page = said(client.get(FILE))
    assert page.count("✕ Il manque") == 4
    assert "Il manque 4 point(s) avant l'envoi." in page
    assert send(client, FILE, f"{FILE}/send").status_code == 409
    place = accrediting.Place("Nâga", "1 rue", "44000", "Nantes", SERVICES[:1])
    accrediting.add_site(world.session, naga, place, world.now)
    world.session.commit()
    assert "Lieux concernés : Nâga." in said(client.get(FILE))
    world.session.query(tables.Site).filter_by(name="Nâga").update({"telephone": "+33240000000"})
    world.session.commit()
    bank = {"holder": "Nâga", "iban": "FR7630001007941234567890185"}
    send(client, "/association/bank", "/association/bank", bank)
    send(client, f"{FILE}/charter", f"{FILE}/charter", {"accepted": "true"})
    done = send(client, FILE, f"{FILE}/send")
    page = said(client.get(done.headers["Location"]))
    assert "Le dossier est envoyé." in page
    assert "✕ Il manque" not in page


def test_what_the_operator_asks_is_read_on_the_file(client, world, naga):
    step = Accreditation.INFO_REQUESTED
    accrediting.decide(world.session, naga, step, "Quels horaires ?", "token:1", world.now)
    world.session.commit()
    page = said(client.get(FILE))
    assert "Une réponse est attendue" in page
    assert "On vous demande : Quels horaires ?" in page


def test_who_one_is_may_be_corrected_and_the_charter_must_be_ticked(client, world, naga):
    address = f"{FILE}/identity"
    given = {name: value for name, value in WHO.items() if name != "allowed"}
    send(client, address, address, given | {"name": "Nâga 44", "siret": "43493312300029"})
    assert world.session.get_one(tables.Association, naga).siret == "43493312300029"
    world.session.commit()
    assert send(client, f"{FILE}/charter", f"{FILE}/charter").status_code == 422


# People


PEOPLE = "/association/people"


@pytest.fixture
def manager(client, house):
    return sign_in(client, "association_manager", house.association)


@pytest.mark.usefixtures("manager")
def test_a_manager_invites_a_team_to_its_site_and_withdraws(client, world, house):
    lea = {"email": "lea@ping.example", "post": "site_staff"}
    assert send(client, PEOPLE, PEOPLE, lea).status_code == 422
    done = send(client, PEOPLE, PEOPLE, lea | {"sites": [house.nord.site]})
    page = said(client.get(done.headers["Location"]))
    assert "L'invitation est partie à lea@ping.example." in page
    assert "Invitations envoyées" in page
    number = world.session.query(tables.InvitationSite).one().invitation_id
    world.session.commit()
    send(client, PEOPLE, f"/association/people/invitations/{number}/withdraw")
    assert "Invitations envoyées" not in said(client.get(PEOPLE))


@pytest.mark.usefixtures("manager")
def test_a_manager_moves_somebody_and_ends_their_access(client, world, house):
    person = add_person(world.session, world.now, name="Léa")
    number = give_post(world.session, person, "site_staff", house.association, world.now)
    world.session.commit()
    page = f"{PEOPLE}/{number}"
    send(client, page, f"{page}/sites", {"sites": [house.nord.site]})
    assert "PiNG Nord" in said(client.get(PEOPLE))
    done = send(client, page, f"{PEOPLE}/posts/{number}/end")
    listed = said(client.get(done.headers["Location"]))
    assert "Léa" not in listed
    assert client.get(page).status_code == 404


def test_nobody_ends_their_own_access_by_mistake(client, manager):
    page = said(client.get(f"{PEOPLE}/{manager.membership}"))
    assert "Vous ne pouvez pas retirer votre propre accès." in page


@pytest.mark.usefixtures("manager")
def test_people_of_another_association_do_not_exist(client, world, house):
    person = add_person(world.session, world.now)
    other = house.nantes.alis44.association
    number = give_post(world.session, person, "site_staff", other, world.now)
    world.session.commit()
    assert client.get(f"{PEOPLE}/{number}").status_code == 404
    assert send(client, PEOPLE, f"{PEOPLE}/posts/{number}/end").status_code == 404
