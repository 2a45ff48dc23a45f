"""The page behind every printed code: it tells, it never spends, and it remembers no code."""

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin

import pytest

from tests.support.cast import MAILBOX
from tests.support.problems import refused
from tests.support.source import ROOT
from voucher_service.actions import distributing
from voucher_service.app import create_app
from voucher_service.core.campaign import PARIS
from voucher_service.core.pass_text import to_url
from voucher_service.core.passes import Accepted
from voucher_service.store import tables

STATIC = ROOT / "voucher_service" / "web" / "static"
MOST_BYTES = 60_000


@pytest.fixture
def status(fetch):
    """Ask whether a code can be used, from an address."""

    def ask(code, address="192.0.2.1"):
        origin = {"REMOTE_ADDR": address}
        return fetch("/p/status", "POST", json={"code": code}, environ_base=origin)

    return ask


@pytest.fixture
def code(service, nantes):
    """The first pass of a booklet in somebody's hands."""
    service.world.hand_over(nantes.serials[0], nantes.ccas)
    return service.world.codes(nantes.serials[0])[0]


@pytest.mark.usefixtures("nantes")
def test_without_javascript_it_says_what_a_pass_is_and_where_to_use_it(visit):
    page = visit("/p")
    assert "Ceci est un pass numérique" in page.text
    assert "Vous n&#39;avez rien à payer." in page.text
    assert "PiNG, Île de Nantes" in page.text
    assert "02 40 00 00 00" in page.text
    assert re.search(r'<section id="mine"[^>]* hidden>', page.text)


def test_the_page_and_all_that_it_loads_is_small(service, nantes, visit):
    world = service.world
    for number in range(30):
        world.site(nantes.ping.association, f"Lieu {number:02d} de médiation numérique de Nantes")
    page = visit("/p")
    linked = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    loaded = all_that_they_load(linked, lambda address: visit(address).text)
    assert {"/static/style.css", "/static/pass.js", "/scanner/pass/cbor.js"} <= loaded
    size = len(page.data) + sum(len(visit(address).data) for address in loaded)
    assert size < MOST_BYTES
    assert page.text.count("<h3>") == 20
    assert "Il y a d&#39;autres lieux." in page.text


def all_that_they_load(addresses, text_of):
    """These files, and those that any of them imports."""
    loaded, waiting = set(), list(addresses)
    while waiting:
        address = waiting.pop()
        if address not in loaded:
            loaded.add(address)
            imported = re.findall(r'(?:import\(|from )"([^"]+)"', text_of(address))
            waiting += [urljoin(address, name) for name in imported]
    return loaded


@pytest.mark.usefixtures("service")
def test_its_script_clears_the_address_before_anything_else():
    script = (STATIC / "pass.js").read_text(encoding="utf-8")
    statements = [line for line in script.splitlines() if line and not line.startswith("//")]
    assert statements[0] == "let digits = takeFromAddress();"
    assert re.findall(r'fetch\(("[^"]+"|\w+)', script) == ['"/p/status"', "address"]
    assert not re.search(r"localStorage|sessionStorage|indexedDB|cookie|https?://", script)


def test_a_pass_in_somebody_s_hands_can_be_used_until_it_was(service, nantes, status, code):
    assert status(code).json == {"usable": True}
    assert isinstance(service.world.redeem(nantes.ping, code, service=MAILBOX), Accepted)
    assert status(code).json == {"usable": False}


def test_asking_spends_nothing(service, status, code):
    status(code)
    assert service.world.session.query(tables.Redemption).count() == 0
    assert service.world.session.query(tables.Refusal).count() == 0


def test_whatever_is_wrong_the_answer_is_the_same(service, nantes, status, code):
    world, answers = service.world, []
    foreign = to_url("https://pass.example.org", bytes(106))
    sleeping = world.codes(nantes.serials[1])[0]
    typed = world.printed(nantes.serials[0])[0].typed
    altered = code[:-1] + str((int(code[-1]) + 1) % 10)
    for address, wrong in enumerate(("hello", foreign, sleeping, typed, altered)):
        answers.append(status(wrong, f"192.0.2.{address}"))
    distributing.block(world.session, nantes.serials[0], "Perdu", "token:1", world.now)
    answers.append(status(code, "192.0.2.11"))
    distributing.unblock(world.session, nantes.serials[0], "Retrouvé", "token:1", world.now)
    world.now = datetime(2028, 2, 1, tzinfo=PARIS)
    answers.append(status(code, "192.0.2.12"))
    world.now = datetime(2028, 1, 31, tzinfo=PARIS)
    assert {answer.data for answer in answers} == {b'{"usable":false}'}
    assert {answer.status_code for answer in answers} == {200}
    assert status(code, "192.0.2.13").json == {"usable": True}


def test_no_answer_and_no_log_repeats_a_code(status, code, capsys, caplog, visit):
    digits = code.partition("#")[2]
    said = [status(code).text, status("#" + digits[:-1]).text, status("x" * 3000).text]
    said += [visit("/p").text, visit("/metrics").text]
    printed = capsys.readouterr()
    for text in (*said, printed.out, printed.err, caplog.text):
        assert digits[:20] not in text


def test_ten_tries_a_minute_from_one_address(service, status):
    service.world.now = service.world.now.replace(second=0, microsecond=0)
    assert [status("hello").status_code for _ in range(11)] == [200] * 10 + [429]
    answer = status("hello")
    refused(answer, 429, "too_many_tries")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert status("hello", "192.0.2.2").status_code == 200
    service.world.later(minutes=1)
    assert status("hello").status_code == 200


def test_a_hundred_tries_a_day_from_one_address(service, status):
    for _ in range(10):
        assert {status("hello").status_code for _ in range(10)} == {200}
        service.world.later(minutes=1)
    answer = status("hello")
    refused(answer, 429, "too_many_tries")
    assert int(answer.headers["Retry-After"]) > 3600
    service.world.later(days=1)
    assert status("hello").status_code == 200


def test_a_question_that_is_none_is_refused(fetch):
    for body in ({}, {"code": ""}, {"code": 12}, {"code": "1", "site": "2"}, {"code": "x" * 2049}):
        refused(fetch("/p/status", "POST", json=body), 422, "invalid")
    refused(fetch("/p/status", "POST", data="code=1"), 415, "not_json")


def test_behind_a_proxy_of_ours_everybody_has_an_allowance_of_their_own(service):
    app = create_app(replace(service.services.settings, trusted_proxies=1))
    app.extensions["voucher"].now = service.services.now  # ten tries within one minute of it
    service.world.session.commit()

    def ask(address):
        headers = {"X-Forwarded-For": address}
        answer = app.test_client().post("/p/status", json={"code": "hello"}, headers=headers)
        return answer.status_code

    assert [ask("192.0.2.1") for _ in range(11)] == [200] * 10 + [429]
    assert ask("192.0.2.2") == 200
    assert ask("192.0.2.1, 192.0.2.3") == 200  # only what our own proxy wrote counts
    assert ask("192.0.2.3, 192.0.2.1") == 429
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    app.extensions["voucher"].book.close()
