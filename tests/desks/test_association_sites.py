"""The sites of an association at its desk: easy fields, the words of the national schema behind."""

import html
import re

import pytest

from tests.desks.house import House, house_of
from tests.support.cast import SERVICES
from tests.support.desks import send, sign_in
from voucher_service.store import tables

BREIL = {
    "name": "PiNG Breil",
    "adresse": "38 rue du Breil",
    "code_postal": "44100",
    "commune": "Nantes",
    "telephone": "02 40 11 22 33",
    "services": [SERVICES[1], SERVICES[5]],
    "Tu_from_1": "09:30",
    "Tu_to_1": "12:30",
    "Tu_from_2": "14:00",
    "Tu_to_2": "18:00",
    "We_from_1": "09:30",
    "We_to_1": "12:30",
    "prise_en_charge_specifique": ["Surdité", "Illettrisme"],
    "fiche_acces_libre": "https://acceslibre.example/ping",
}


@pytest.fixture
def house(nantes) -> House:
    house = house_of(nantes)
    sign_in(nantes.service.client, "association_manager", house.association)
    return house


@pytest.fixture
def client(house):
    return house.nantes.service.client


def said(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page.text)).split())


def add(client, **changed):
    return send(client, "/association/sites/new", "/association/sites/new", BREIL | changed)


def last(house: House) -> tables.Site:
    session = house.world.session
    session.commit()
    row = session.query(tables.Site).order_by(tables.Site.id.desc()).limit(1).one()
    session.expunge(row)
    session.commit()
    return row


def test_a_site_is_added_in_the_words_of_the_national_schema(house, client):
    done = add(client)
    assert "PiNG Breil est ajouté." in said(client.get(done.headers["Location"]))
    site = last(house)
    assert site.association_id == house.association
    assert site.horaires == "Tu 09:30-12:30,14:00-18:00; We 09:30-12:30"
    assert site.telephone == "+33240112233"
    assert site.details == {
        "fiche_acces_libre": "https://acceslibre.example/ping",
        "prise_en_charge_specifique": ["Surdité", "Illettrisme"],
    }


def test_what_is_stored_comes_back_into_the_fields_and_what_is_not_asked_stays(house, client):
    add(client)
    site = last(house)
    house.world.session.query(tables.Site).filter_by(id=site.id).update(
        {"details": site.details | {"id": "MED-44-1", "site_web": ["https://ping.example"]}}
    )
    house.world.session.commit()
    page = client.get(f"/association/sites/{site.id}")
    assert 'name="Tu_from_2" type="time" value="14:00"' in page.text
    assert re.search(r'value="Surdité" checked', page.text)
    changed = {"name": "PiNG Breil-Barberie", "site_web": "https://ping.example"}
    send(client, f"/association/sites/{site.id}", f"/association/sites/{site.id}", BREIL | changed)
    after = last(house)
    assert after.name == "PiNG Breil-Barberie"
    assert after.details["id"] == "MED-44-1"


def test_hours_that_a_table_cannot_say_are_kept_as_a_line(house, client):
    add(client, other_hours="Mo-Fr 09:00-12:00; PH off")
    site = last(house)
    assert site.horaires == "Mo-Fr 09:00-12:00; PH off"
    page = client.get(f"/association/sites/{site.id}")
    assert 'name="other_hours" type="text" value="Mo-Fr 09:00-12:00; PH off"' in page.text


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"services": []}, "Cochez au moins un service."),
        ({"code_postal": "4410"}, "Un code postal a 5 chiffres."),
        ({"Tu_to_1": ""}, "Donnez les deux heures, ou aucune."),
        ({"Tu_to_1": "09:00"}, "Chaque heure vient après celle d'avant."),
        ({"telephone": "demain"}, "Ce n'est pas un numéro de téléphone."),
        ({"site_web": "ping"}, "Ce n'est pas une adresse de site."),
        ({"prise_en_charge_specifique": ["Autre"]}, "Choisissez une des réponses."),
        ({"services": ["Voyance"]}, "Choisissez un des neuf services."),
        ({"latitude": "200"}, "Le plus grand nombre possible est 90"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    house, client, changed, complaint
):
    before = house.world.session.query(tables.Site).count()
    house.world.session.commit()
    page = add(client, **changed)
    assert page.status_code == 422
    assert complaint in said(page)
    assert 'value="38 rue du Breil"' in page.text
    assert house.world.session.query(tables.Site).count() == before


def test_a_site_closes_after_a_word_about_its_phones(house, client):
    address = f"/association/sites/{house.nord.site}/close"
    assert "Tablette" in said(client.get(address))
    done = send(client, address, address)
    listed = said(client.get(done.headers["Location"]))
    assert "PiNG Nord est fermé." in listed
    assert "• Fermé" in listed
    again = send(client, address, address, {})
    assert again.status_code == 409


def test_another_associations_site_does_not_exist(house, client):
    other = house.nantes.alis44.site
    for path in (f"/sites/{other}", f"/sites/{other}/close"):
        assert client.get(f"/association{path}").status_code == 404
        answer = send(client, "/association/sites/new", f"/association{path}", BREIL)
        assert answer.status_code in {404, 422}
