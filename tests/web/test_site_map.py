"""Where to use a pass, on a map: drawn here, for everybody, with nothing from elsewhere."""

import base64
import random
import re
from dataclasses import replace

import pytest
from playwright.sync_api import Route

from tests.support.desks import Desks
from tests.support.service import running_service
from voucher_service.config import BadSettings, read_settings
from voucher_service.partners import MapTiles
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


TILES = MapTiles("https://tuiles.example/{z}/{x}/{y}.png", "© les contributeurs d'OpenStreetMap")
POLICY = "Content-Security-Policy"
PICTURE = base64.b64decode("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")


def test_only_the_page_of_the_map_may_show_pictures_of_the_host_that_settings_name(
    service, nantes, visit
):
    assert nantes
    assert "img-src 'self' data:; " in visit("/sites/map").headers[POLICY]
    service.services.settings = replace(service.services.settings, tiles=TILES)
    page = visit("/sites/map")
    assert "img-src 'self' data: https://tuiles.example; " in page.headers[POLICY]
    assert page.headers[POLICY].count("tuiles") == 1
    for path in ("/sites", "/sites/1", "/sites/map?commune=Brest", "/privacy"):
        assert "tuiles" not in visit(path).headers[POLICY]
    assert "tuiles.example voit alors l&#39;adresse" in visit("/privacy").text.replace("'", "&#39;")


def test_streets_are_shown_to_who_asks_and_nobody_is_called_before(desks: Desks):
    live = desks.live
    asked: list[tuple[str, str | None]] = []
    live.service.services.settings = replace(live.service.services.settings, tiles=TILES)
    add(live.world, live.nantes.ping.association, "Médiathèque", TOWNS[3])
    visitor = desks.open(width=360)
    visitor.context.route("https://tuiles.example/**", lambda route: answer(route, asked))
    visitor.open("/sites/map")
    visitor.see("Les rues viennent d'un autre site\N{NO-BREAK SPACE}: tuiles.example.")
    visitor.looks_right()
    assert asked == []

    visitor.expect("https://tuiles.example/")
    visitor.press("Afficher les rues")
    visitor.see("Fond de carte\N{NO-BREAK SPACE}: © les contributeurs d'OpenStreetMap")
    visitor.page.get_by_role("button", name="1. Médiathèque").wait_for()
    # Two sites at one address cover each other: each opens the names of both.
    visitor.page.get_by_role("button", name="2. PiNG, Île de Nantes").press("Enter")
    names = visitor.page.locator(".leaflet-popup li")
    assert names.all_inner_texts() == ["Alis44, Chantenay", "PiNG, Île de Nantes"]
    assert visitor.barriers() + visitor.small_targets() + visitor.wider_than_the_page() == []
    assert {referrer for _, referrer in asked} == {f"{live.url}/"}
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(re.compile(r"/sites/\d+$"))


def answer(route: Route, asked: list[tuple[str, str | None]]) -> None:
    asked.append((route.request.url, route.request.headers.get("referer")))
    route.fulfill(body=PICTURE, content_type="image/gif")


def test_a_host_that_is_silent_is_said_and_the_list_stays(desks: Desks):
    live = desks.live
    live.service.services.settings = replace(live.service.services.settings, tiles=TILES)
    visitor = desks.open(width=360)
    visitor.expect("tuiles.example|ERR_FAILED")
    visitor.context.route("https://tuiles.example/**", lambda route: route.abort())
    visitor.open("/sites/map").press("Afficher les rues")
    visitor.see("tuiles.example ne répond pas. La liste dit la même chose.")


@pytest.mark.parametrize(
    ("address", "whom", "why"),
    [
        ("http://tuiles.example/{z}/{x}/{y}.png", "x", "https://"),
        ("https://{s}.tuiles.example/{z}/{x}/{y}.png", "x", "one host"),
        ("https://tuiles.example; script-src */{z}/{x}/{y}", "x", "one host"),
        ("https://tuiles.example/{z}/{x}.png", "x", "{y}"),
        (TILES.address, "", "VOUCHER_MAP_ATTRIBUTION"),
    ],
)
def test_settings_that_could_not_work_are_refused_at_the_start(address, whom, why):
    asked = {"VOUCHER_MAP_TILES": address, "VOUCHER_MAP_ATTRIBUTION": whom}
    with pytest.raises(BadSettings, match=re.escape(why)):
        read_settings(asked)
