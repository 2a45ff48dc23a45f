"""The public pages as anybody meets them: light, quiet, usable, and asking for nothing."""

import re
from dataclasses import replace

import pytest

from tests.support.desks import Desks
from tests.support.service import running_service
from voucher_service.actions import remembering
from voucher_service.partners import Publisher
from voucher_service.store import tables
from voucher_service.store.engine import make_engine
from voucher_service.web.texts import READERS, TEXTS

MOST_BYTES = 60_000
PAGES = [
    "/",
    "/p",
    "/sites",
    "/sites/map",
    "/sites/1",
    "/sites/1/report",
    "/books",
    "/books/2026-11",
    "/verify",
    "/help",
    *(f"/{name}" for name in TEXTS),
    *(f"/help/{reader}" for reader in READERS),
]


@pytest.fixture
def service(sqlite_url, tmp_path):
    """What these pages ask of the database is tried on both engines beside its actions."""
    with running_service(make_engine(sqlite_url), sqlite_url, tmp_path) as service:
        yield service


@pytest.fixture
def months(service, nantes):
    """The pilot in February, with the books of three months kept."""
    site = service.world.session.get_one(tables.Site, nantes.ping.site)
    site.horaires = "Mo-Fr 09:00-12:00"
    site.details = {
        "modalites_acces": ["Se présenter"],
        "prise_en_charge_specifique": "Surdité",
        "fiche_acces_libre": "https://acceslibre.example/x",
        "prise_rdv": "https://rdv.example/",
    }
    service.world.later(days=80)
    remembering.keep_past_months(service.world.session, service.world.now)
    service.world.session.commit()


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_light_has_no_script_and_sets_no_cookie(visit, language):
    style = len(visit("/static/style.css").data) + len(visit("/favicon.ico").data)
    for path in PAGES:
        page = visit(path, Accept_Language=language)
        assert page.status_code == 200, path
        assert page.headers["Content-Language"] == language
        assert "Set-Cookie" not in page.headers
        assert len(page.data) + style < MOST_BYTES, path
        scripts = re.findall(r"<script\b", page.text)
        assert len(scripts) == (path == "/p"), path
        assert not re.search(r"""(src|<link[^>]*href)="(https?:)?//""", page.text), path
        assert page.text.count("<h1") == 1, path


@pytest.mark.usefixtures("months")
def test_every_link_of_ours_leads_somewhere(visit):
    seen, waiting = set(), ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/desk", "/point", "/association", "/funder")):
            continue
        seen.add(path)
        page = visit(path)
        assert page.status_code in {200, 303}, path
        if page.mimetype == "text/html" and not path.startswith(("/operator", "/scanner")):
            waiting += re.findall(r'href="(/[^"#]*)"', page.text)
    assert {path for path in PAGES if path != "/p"} <= seen
    assert {"/sites.csv", "/sites.schema.json", "/books/history.json"} <= seen


def test_everybody_can_use_every_page(desks: Desks):
    live = desks.live
    live.later(days=80)
    remembering.keep_past_months(live.world.session, live.world.now)
    live.world.session.commit()
    visitor = desks.open(width=360)
    alike = {f"/help/{reader}" for reader in READERS[1:-1]} | {"/legal", "/open-data"}
    for path in (path for path in PAGES if path not in alike):
        visitor.open(path)
        problems = visitor.barriers() + visitor.small_targets() + visitor.wider_than_the_page()
        assert problems == [], path
    for path in ("/sites/1/report", "/verify", "/books", "/privacy", "/help/developer"):
        visitor.open(path).looks_right()


def test_the_legal_notice_names_whom_the_law_wants_named(service, visit):
    service.services.settings = replace(
        service.services.settings,
        publisher=Publisher("Claire Petit", "Hébergeur SARL, 1 quai Neuf, 02 40 00 00 01"),
    )
    for language in ("fr", "en"):
        notice = visit("/legal", headers={"Accept-Language": language}).text
        assert "Claire Petit" in notice
        assert "Hébergeur SARL, 1 quai Neuf, 02 40 00 00 01" in notice


def report(service, site: int, **fields: str):
    service.world.session.commit()
    return service.client.post(
        f"/sites/{site}/report", data=fields, headers={"Accept": "text/html"}
    )


def reports(service) -> list[tables.SiteReport]:
    service.world.session.rollback()
    return list(service.world.session.query(tables.SiteReport).order_by(tables.SiteReport.id))


def test_a_wrong_site_is_reported_without_saying_who_one_is(service, nantes, visit, mailbox):
    site = nantes.ping.site
    sent = report(service, site, topic="hours", words=" Fermé le lundi. ")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/sites/{site}?thanks=1")
    assert "Merci. Nous allons vérifier cette fiche." in visit(f"/sites/{site}?thanks=1").text
    [kept] = reports(service)
    assert (kept.topic, kept.words, kept.times) == ("hours", "Fermé le lundi.", 1)
    service.world.later(hours=1)
    report(service, site, topic="hours", words="Encore fermé")
    report(service, site, topic="closed")
    hours, closed = reports(service)
    assert (hours.times, hours.words, closed.topic) == (2, "Fermé le lundi.", "closed")
    assert hours.last_at > hours.first_at
    # Told once each, to the association and to the operator's people (or its address).
    mailbox.carry(service)
    mails = [one.subject for one in mailbox.received if one.to == "contact@ping.example"]
    assert mails == ["PiNG, Île de Nantes : quelqu'un signale une erreur"] * 2
    assert "horaires" in mailbox.received[0].text


@pytest.mark.parametrize("fields", [{}, {"topic": "unheard of"}, {"words": "x"}])
def test_a_report_that_says_nothing_is_shown_again(service, nantes, fields):
    page = report(service, nantes.ping.site, **fields)
    assert page.status_code == 422
    assert "Choisissez ce qui ne va pas." in page.text
    assert reports(service) == []


def test_a_site_that_is_not_shown_cannot_be_reported(service, nantes):
    service.world.session.get_one(tables.Site, nantes.ping.site).closed_at = service.world.now
    assert report(service, nantes.ping.site, topic="closed").status_code == 404
    assert report(service, 99, topic="closed").status_code == 404
    assert reports(service) == []


def test_nobody_reports_without_end(service, nantes):
    answers = [report(service, nantes.ping.site, topic="other").status_code for _ in range(12)]
    assert answers.count(303) == 10
    assert answers[-1] == 429
    assert [row.times for row in reports(service)] == [10]
