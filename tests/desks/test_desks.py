"""The ground of every desk: who comes in, how long they stay, how a screen looks to them."""

import re
import tomllib
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.desks import COOKIE, seat, sign_in
from tests.support.service import settings
from tests.support.source import ROOT
from voucher_service.app import create_app
from voucher_service.config import Mode
from voucher_service.store import tables

HOMES = [
    ("operator_support", "/operator"),
    ("auditor", "/operator"),
    ("funder_reader", "/funder"),
    ("point_clerk", "/point"),
    ("association_manager", "/association"),
]


@pytest.fixture
def tenants(nantes):
    return {
        "funder_reader": nantes.metropole,
        "point_clerk": nantes.ccas,
        "association_manager": nantes.ping.association,
    }


@pytest.mark.parametrize(("post", "path"), HOMES)
def test_everybody_finds_their_desk(service, tenants, post, path):
    sign_in(service.client, post, tenants.get(post))
    page = service.client.get(path)
    assert page.status_code == 200
    assert "<h1>" in page.text
    chosen = service.client.get("/desk")
    assert (chosen.status_code, chosen.headers["Location"]) == (303, path)


def test_who_is_not_signed_in_is_asked_to_and_comes_back(service):
    answer = service.client.get("/point?a=1")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/account/login?next=%2Fpoint%3Fa%3D1"


def test_another_post_is_refused_with_a_page_that_says_so(service, nantes):
    sign_in(service.client, "point_clerk", nantes.ccas)
    page = service.client.get("/funder", headers={"Accept": "text/html"})
    assert page.status_code == 403
    assert "pas le droit" in page.text


def test_a_post_that_moves_booklets_needs_a_second_factor(service, nantes):
    sign_in(service.client, "point_clerk", nantes.ccas, second_factor=False)
    answer = service.client.get("/point")
    assert answer.headers["Location"].startswith("/account/second-factor")
    sign_in(service.client, "funder_reader", nantes.metropole, second_factor=False)
    assert service.client.get("/funder").status_code == 200


def test_a_sitting_ends_after_half_an_hour_without_a_visit(service, nantes):
    sign_in(service.client, "point_clerk", nantes.ccas)
    for _ in range(3):
        service.world.later(minutes=29)
        assert service.client.get("/point").status_code == 200
    service.world.later(minutes=30)
    assert service.client.get("/point").status_code == 303


def test_a_sitting_ends_after_twelve_hours_however_busy(service, nantes):
    sign_in(service.client, "point_clerk", nantes.ccas)
    for _ in range(24):
        assert service.client.get("/point").status_code == 200
        service.world.later(minutes=29, seconds=59)
    service.world.later(minutes=1)
    assert service.client.get("/point").status_code == 303


def test_the_page_says_when_the_sitting_ends(service, nantes):
    sign_in(service.client, "point_clerk", nantes.ccas)
    assert "vous serez déconnecté à 10" in service.client.get("/point").text


def test_a_cookie_of_another_or_an_ended_sitting_opens_nothing(service, nantes):
    clerk = sign_in(service.client, "point_clerk", nantes.ccas)
    session = service.world.session
    row = session.query(tables.Sitting).one()
    assert clerk.cookie.encode() not in row.cookie_hash
    row.ended_at = service.world.now
    session.commit()
    assert service.client.get("/point").status_code == 303


def test_who_holds_two_posts_chooses_and_changes(service, nantes):
    clerk = sign_in(service.client, "point_clerk", nantes.ccas)
    seat(service.services, "funder_reader", nantes.metropole, person=clerk.person)
    assert service.client.get("/point").headers["Location"] == "/desk?next=%2Fpoint"
    page = service.client.get("/desk")
    assert "Nantes Métropole" in page.text
    assert "CCAS de Nantes" in page.text


def test_the_cookie_is_for_this_host_and_no_script(service):
    page = service.client.get("/point")
    assert COOKIE not in page.headers.get("Set-Cookie", "")  # nobody needs one yet


def test_a_closed_account_opens_nothing(service, nantes):
    clerk = sign_in(service.client, "point_clerk", nantes.ccas)
    session = service.world.session
    session.get(tables.Person, clerk.person).disabled_at = service.world.now - timedelta(days=1)
    session.commit()
    assert service.client.get("/point").status_code == 303


def test_the_desks_look_right_in_a_browser(desks, live):
    for post, tenant, path in (
        ("point_manager", live.nantes.ccas, "/point"),
        ("operator_admin", None, "/operator"),
        ("operator_admin", None, "/operator/people"),
        ("point_manager", live.nantes.ccas, "/account"),
        ("point_manager", live.nantes.ccas, "/account/authenticator"),
        (None, None, "/account/login"),
        (None, None, "/account/forgotten"),
    ):
        desk = desks.open(post, tenant).open(path)
        desk.looks_right()


def test_in_production_another_host_is_not_ours(tmp_path, sqlite_url):
    ours = replace(settings(tmp_path, sqlite_url), mode=Mode.PRODUCTION)
    client = create_app(ours).test_client()
    for host, status in (("pass.example.org", 200), ("127.0.0.1:8000", 200), ("evil.example", 400)):
        assert client.get("/healthz", headers={"Host": host}).status_code == status


def test_the_same_sentences_are_said_in_both_languages():
    for path in (ROOT / "templates" / "desk").rglob("*.toml"):
        said = tomllib.loads(path.read_text("utf-8"))
        assert said["fr"].keys() == said["en"].keys(), path
        for name, french in said["fr"].items():
            english = said["en"][name]
            assert set(re.findall(r"{\w+", french)) == set(re.findall(r"{\w+", english)), name
