"""Where passes can be used: for people by commune, for machines in the national schema."""

import csv
import io
import re

import pytest

from tests.support.places_files import SCHEMA, complaints
from voucher_service.actions import accrediting
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.campaign import SERVICES
from voucher_service.store import tables

COLUMNS = (
    "id,pivot,nom,commune,code_postal,code_insee,adresse,complement_adresse,latitude,longitude,"
    "typologie,telephone,courriels,site_web,horaires,presentation_resume,presentation_detail,"
    "source,itinerance,structure_parente,date_maj,services,publics_specifiquement_adresses,"
    "prise_en_charge_specifique,frais_a_charge,dispositif_programmes_nationaux,formations_labels,"
    "autres_formations_labels,modalites_acces,modalites_accompagnement,fiche_acces_libre,prise_rdv"
)
REQUIRED = ("id", "pivot", "nom", "commune", "code_postal", "adresse", "date_maj")
PATTERNS = {
    "pivot": r"^[a-zA-Z0-9]{9,14}$",
    "code_postal": r"^\d{5}$",
    "code_insee": r"^(([013-9]\d|2[AB1-9])\d{3})?$",
    "telephone": r"^((\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)(\d){6,9})?$",
    "date_maj": r"^\d{4}-\d{2}-\d{2}$",
    "itinerance": r"^((?:(?:^|\|)(Itinérant|Fixe))+)?$",
}


@pytest.fixture
def rows(fetch):
    """The rows of the published file."""

    def read():
        answer = fetch("/sites.csv")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8"))))

    return read


def site(service, nantes) -> tables.Site:
    found: tables.Site = service.world.session.get_one(tables.Site, nantes.ping.site)
    return found


@pytest.mark.usefixtures("nantes")
def test_the_file_has_the_columns_of_the_national_schema_in_their_order(fetch):
    answer = fetch("/sites.csv")
    assert answer.text.splitlines()[0] == COLUMNS
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="2026-11-16_43493312300029_lieux-de-mediation-numerique_france.csv"'
    )


def test_every_row_meets_the_schema_even_when_the_register_does_not(service, nantes, rows):
    odd = site(service, nantes)
    odd.telephone, odd.code_insee = "02 40 00 00 00", "99"
    odd.details = {
        "itinerance": ["Parfois"],
        "presentation_resume": "é" * 300,
        "unheard_of": "x",
        "courriels": "a@example.org|b@example.org",
        "publics_specifiquement_adresses": ["Jeunes", "Seniors"],
    }
    found = rows()
    assert [row["nom"] for row in found] == ["Alis44, Chantenay", "PiNG, Île de Nantes"]
    for row in found:
        assert all(row[name] for name in REQUIRED)
        for name, pattern in PATTERNS.items():
            assert re.match(pattern, row[name]), (name, row[name])
        assert len(row["presentation_resume"]) <= 280
        assert set(row["services"].split("|")) <= set(SERVICES)
    ping = found[1]
    assert ping["publics_specifiquement_adresses"] == "Jeunes|Seniors"
    assert ping["courriels"] == "a@example.org|b@example.org"
    assert (ping["telephone"], ping["code_insee"], ping["itinerance"]) == ("", "", "")


@pytest.mark.usefixtures("nantes")
def test_the_published_schema_has_nothing_against_the_published_file(fetch, rows):
    assert list(complaints(rows())) == []
    assert fetch("/sites.schema.json").json == SCHEMA


@pytest.mark.usefixtures("nantes")
def test_programs_get_the_same_rows_with_numbers_and_lists(fetch, rows):
    answer = fetch("/sites.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for row, one in zip(rows(), answer.json, strict=True):
        assert one["services"] == row["services"].split("|")
        assert one["latitude"] == float(row["latitude"])
        assert "horaires" not in one
        assert one["id"] == row["id"]


def test_the_file_says_that_a_place_takes_the_pass(service, nantes, rows):
    site(service, nantes).details = {
        "autres_formations_labels": ["Label du quartier"],
        "frais_a_charge": ["Gratuit"],
    }
    alis44, ping = rows()
    assert ping["autres_formations_labels"] == "Label du quartier|Accepte le pass numérique"
    assert ping["frais_a_charge"] == "Gratuit"
    assert alis44["autres_formations_labels"] == "Accepte le pass numérique"
    assert alis44["frais_a_charge"] == "Gratuit sous condition"


def test_a_map_gets_points_in_the_order_of_maps(service, nantes, fetch):
    service.world.session.get_one(tables.Site, nantes.alis44.site).latitude = None
    answer = fetch("/sites.geojson")
    assert answer.mimetype == "application/geo+json"
    assert answer.json["type"] == "FeatureCollection"
    [feature] = answer.json["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [-1.58, 47.21]}
    assert feature["properties"]["nom"] == "PiNG, Île de Nantes"


PLACES = ("/sites.csv", "/sites.geojson", "/sites", "/sites/map", "/p")


@pytest.mark.parametrize("path", PLACES)
def test_only_places_that_take_passes_today_are_shown(service, nantes, fetch, path):
    world = service.world
    assert "Alis44, Chantenay" in fetch(path).get_data(as_text=True)
    accrediting.decide(
        world.session,
        nantes.alis44.association,
        Accreditation.SUSPENDED,
        "Contrôle",
        "token:1",
        world.now,
    )
    assert "Alis44" not in fetch(path).get_data(as_text=True)
    assert "PiNG" in fetch(path).get_data(as_text=True)
    site(service, nantes).closed_at = world.now
    assert "PiNG" not in fetch(path).get_data(as_text=True)


@pytest.mark.parametrize(
    "asked", ["Saint-Herblain", "saint herblain", "ST HERBLAIN", "st-herb", "  Saint", "44800"]
)
def test_a_commune_is_found_however_it_is_written(service, nantes, visit, asked):
    place = site(service, nantes)
    place.commune, place.code_postal = "Saint-Herblain", "44800"
    for path in ("/sites", "/sites/map", "/p"):
        page = visit(f"{path}?commune={asked}")
        assert "PiNG" in page.text
        assert "Alis44" not in page.text
        assert f'value="{asked.strip()}"' in page.text


def test_accents_do_not_matter(service, nantes, visit):
    site(service, nantes).commune = "Orée-d'Anjou"
    assert "PiNG" in visit("/sites?commune=oree d anjou").text
    assert "PiNG" in visit("/sites?commune=Orée d’Anjou").text


@pytest.mark.usefixtures("nantes")
def test_a_commune_without_a_place_says_so(visit):
    page = visit("/sites?commune=Brest")
    assert "Aucun lieu pour cette recherche." in page.text
    assert "PiNG" not in page.text


def test_what_was_asked_is_shown_as_text_only(visit):
    page = visit('/sites?commune="><script>alert(1)</script>')
    assert "<script>" not in page.text
