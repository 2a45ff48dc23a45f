"""Where to use a pass, on a map: drawn here, for everybody, with nothing from elsewhere."""

import random
import re

import pytest

from tests.support.desks import Desks
from tests.support.service import running_service
from voucher_service.store import tables
from voucher_service.store.engine import make_engine

TOWNS = (
    ("Nantes", "44000", 47.218, -1.554),
    ("Saint-Herblain", "44800", 47.212, -1.651),
    ("Saint-Sébastien-sur-Loire", "44230", 47.207, -1.50),
    ("Carquefou", "44470", 47.297, -1.492),
    ("Couëron", "44220", 47.213, -1.72),
)
MOST_BYTES = 60_000


@pytest.fixture
def service(sqlite_url, tmp_path):
    """The queries are tried on both engines in ``test_sites``."""
    with running_service(make_engine(sqlite_url), sqlite_url, tmp_path) as service:
        yield service


def add(world, association: int, name: str, town=TOWNS[0], **changed) -> tables.Site:
    commune, postcode, latitude, longitude = town
    row = tables.Site(
        **{
            "association_id": association,
            "name": name,
            "adresse": "5 rue du Port",
            "code_postal": postcode,
            "commune": commune,
            "latitude": latitude,
            "longitude": longitude,
            "services": [],
            "details": {},
            "updated_at": world.now,
        }
        | changed
    )
    world.session.add(row)
    world.session.commit()
    return row


def dots(text: str) -> list[tuple[str, str]]:
    """Where the dots of a map lead, and what each is called."""
    return re.findall(r'<a href="([^"]+)"><title>([^<]+)</title>', text)


def test_each_dot_leads_to_its_site_or_to_the_list_of_those_that_share_it(service, nantes, visit):
    herblain = add(service.world, nantes.ping.association, "Médiathèque", TOWNS[1])
    page = visit("/sites/map")
    assert dots(page.text) == [
        ("#dot-1", "1. Nantes, Nombre de lieux\N{NO-BREAK SPACE}: 2"),
        (f"/sites/{herblain.id}", "2. Médiathèque, Saint-Herblain"),
    ]
    for name in ("PiNG, Île de Nantes", "Alis44, Chantenay"):
        assert re.search(rf'<li id="dot-1">.*>{name}</a>.*<li id="dot-2">', page.text, re.DOTALL)
    assert "Lieux qui ne sont pas sur la carte" not in page.text


def test_a_search_holds_for_the_map_and_for_the_way_back(service, nantes, visit):
    for town in TOWNS:
        add(service.world, nantes.ping.association, f"Espace {town[0]}", town)
    for start, there, words in (
        ("/sites?commune=nantes", "/sites/map?commune=nantes", "Voir ces lieux sur une carte"),
        ("/sites/map?commune=nantes", "/sites?commune=nantes", "Voir la liste"),
    ):
        assert f'<a href="{there}">{words}' in visit(start).text
    page = visit("/sites/map?commune=nantes")
    assert "Lieux sur la carte\N{NO-BREAK SPACE}: 3" in page.text
    assert "Espace Carquefou" not in page.text
    # Towns around are named, so that one finds one's way.
    assert re.search(r"<text [^>]*>Saint-Sébastien-sur-Loire</text>", page.text)


def test_sites_that_are_not_on_the_map_are_counted_and_named(service, nantes, visit):
    association = nantes.ping.association
    add(service.world, association, "Bus numérique", latitude=None, longitude=None)
    add(service.world, association, "Cyber-base", latitude=-20.88, longitude=55.45)
    page = visit("/sites/map")
    assert "Lieux qui ne sont pas sur la carte\N{NO-BREAK SPACE}: 2" in page.text
    assert "pas connue\N{NO-BREAK SPACE}: 1" in page.text
    assert "Ils sont trop loin des autres\N{NO-BREAK SPACE}: 1" in page.text
    assert page.text.index("Pas sur la carte") < page.text.index(">Bus numérique</a>")
    assert "Aucun lieu pour cette recherche." in visit("/sites/map?commune=Brest").text


def test_a_whole_country_stays_light_and_leads_on_to_its_communes(service, nantes, visit):
    chance = random.Random(5)
    for number in range(400):
        where = (f"Commune-{number % 90}", "44000", chance.uniform(43, 50), chance.uniform(-3, 7))
        service.world.session.add(
            tables.Site(
                association_id=nantes.ping.association,
                name=f"Médiathèque intercommunale {number}",
                adresse="1 rue du Port",
                commune=where[0],
                code_postal=where[1],
                latitude=where[2],
                longitude=where[3],
                services=[],
                details={},
                updated_at=service.world.now,
            )
        )
    page = visit("/sites/map")
    assert "Lieux sur la carte\N{NO-BREAK SPACE}: 402" in page.text
    assert len(page.data) + len(visit("/static/style.css").data) < MOST_BYTES
    assert 'href="/sites/map?commune=Commune-1"' in page.text
    assert "Médiathèque intercommunale 3<" not in page.text


OVERLAPS = """() => {
  const names = [...document.querySelectorAll(".map > g text")];
  const others = [...names, ...document.querySelectorAll(".map circle:not(.hit)")];
  const over = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return names.flatMap((name) => others.filter((other) => other !== name
    && over(name.getBoundingClientRect(), other.getBoundingClientRect()))
    .map((other) => `${name.textContent} over ${other.outerHTML}`));
}"""


@pytest.mark.parametrize("width", [320, 1280])
def test_names_and_numbers_cover_nothing(desks: Desks, width):
    live, chance = desks.live, random.Random(6)
    for number in range(25):
        commune, postcode, latitude, longitude = TOWNS[number % len(TOWNS)]
        town = (
            commune,
            postcode,
            latitude + chance.gauss(0, 0.03),
            longitude + chance.gauss(0, 0.03),
        )
        add(live.world, live.nantes.ping.association, f"Espace {number}", town)
    visitor = desks.open(width=width).open("/sites/map")
    assert visitor.page.evaluate(OVERLAPS) == []
    assert visitor.page.locator(".map a").count() > 5
    assert visitor.page.locator(".map > g text").count() > 1
    visitor.looks_right()
    visitor.page.locator(".map a").first.focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(re.compile(r"/sites/\d+$|#dot-1$"))
