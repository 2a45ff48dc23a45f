"""Phones join a site: a link and its QR code on the terminal, or a sheet to hang up."""

import pytest
import zxingcpp
from PIL import Image

from tests.cli.conftest import House
from tests.documents import reading
from tests.support.cast import PING
from voucher_service.actions.pairing import pair, secret_hash
from voucher_service.store import tables

MODULE = 4
HALVES = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}


@pytest.fixture
def site(sqlite_house: House) -> int:
    world = sqlite_house.world
    return world.site(world.association(PING), "PiNG Breil")


def photographed(rows: list[str]) -> str:
    """What a camera reads on a terminal: each sign is two halves, light or dark."""
    picture = Image.new("L", (len(rows[0]), 2 * len(rows)))
    for y, row in enumerate(rows):
        for x, sign in enumerate(row):
            for half, light in enumerate(HALVES[sign]):
                picture.putpixel((x, 2 * y + half), light)
    large = picture.resize((picture.width * MODULE, picture.height * MODULE), Image.Resampling.BOX)
    (found,) = zxingcpp.read_barcodes(large)
    return found.text


def test_the_link_is_shown_and_a_camera_reads_it_from_the_terminal(sqlite_house: House, site: int):
    name, until, *rows = sqlite_house.done("pair", site).splitlines()
    link = name.removeprefix("PiNG Breil: ")
    assert until.startswith("Good until 20")
    assert photographed(rows) == link
    address, _, code = link.partition("#")
    assert address == "http://127.0.0.1:8000/scanner/"
    world = sqlite_house.world
    for phone in ("Accueil", "Atelier"):
        joined = pair(world.session, code, phone, world.later(hours=3))
        assert joined.site == site


def test_for_machines_it_is_json(sqlite_house: House, site: int):
    facts = sqlite_house.facts("pair", site)
    assert facts["link"].endswith(f"/scanner/#{facts['pairing_code']}")
    (kept,) = sqlite_house.world.session.query(tables.Pairing)
    assert kept.code_hash == secret_hash(facts["pairing_code"].replace("-", ""))
    assert kept.expires_at.isoformat() == facts["expires_at"]


def test_a_sheet_holds_the_same_link_and_overwrites_nothing(sqlite_house: House, site: int):
    out = sqlite_house.path / "sheet.pdf"
    said = sqlite_house.done("pair", site, "--out", out)
    (picture,) = reading.pictures(out.read_bytes(), 100)
    (link,) = reading.codes(picture)
    assert said.startswith(f"PiNG Breil: {link}\n")
    assert f"{out} exists" in sqlite_house.refused("pair", site, "--out", out)
    assert sqlite_house.world.session.query(tables.Pairing).count() == 1, "no code was opened"
    sqlite_house.done("pair", site, "--out", out, "--force")


def test_a_site_that_does_not_exist_has_no_phones(sqlite_house: House):
    assert sqlite_house.refused("pair", 9) == "There is no site 9."
