"""The pilot of Nantes: played once on each engine, to the figures that were announced."""

import json
import os
import re
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import run
from tests.documents import reading
from tests.support.desks import HIDDEN
from tests.support.long import sqlite_at_least
from tests.support.processes import free_port, serving
from voucher_service.actions.identifiers import checked_iban, checked_rna, checked_siret
from voucher_service.app import create_app
from voucher_service.core.campaign import PARIS
from voucher_service.demo import cast, ended, plan

PROGRAM = Path(sys.executable).with_name("voucher-service")


def demo(*arguments: str) -> str:
    result = run("demo", "--no-serve", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@sqlite_at_least
def test_the_pilot_comes_to_its_figures_whatever_interrupts_it(
    environment, database_url, monkeypatch
):
    monkeypatch.delenv("VOUCHER_PASSPHRASE_FILE")
    (environment / "passphrase").unlink()
    monkeypatch.setenv("VOUCHER_DATABASE_URL", database_url)
    _begin_and_kill(environment)
    said = demo()
    assert "5180 passes redeemed" in said
    assert "Tokens, shown only now" in said
    assert "/scan/v1/checks" in said
    assert re.search(r"Premiers essais du pass: ended, 650,00\s€ went home", said)
    _somebody_can_play_a_site(environment, said)
    _somebody_can_sit_at_each_desk(said)
    facts = json.loads(demo("--json"))
    assert (facts["booklets"], facts["passes"]) == (2000, 10_000)
    assert (facts["handed_over"], facts["redeemed"]) == (1400, 5180)
    assert facts["check_books"] == []
    assert facts["books"]["solvent"] is True
    assert facts["outstanding_cents"] == 10_000_000 - 5_180_000
    _money_meets(facts)
    _refusals_are_many(facts["refused"])
    assert stat.S_IMODE((environment / "passphrase").stat().st_mode) == 0o600
    assert "Tokens were shown the first time" in demo()
    assert json.loads(demo("--json")) == facts
    _a_paper_is_drawn_for_whoever_asks(environment, said)


def _begin_and_kill(home):
    """A real process, killed once the play has begun."""
    with (home / "said").open("wb") as said:
        first = subprocess.Popen([PROGRAM, "demo", "--no-serve"], stdout=said, stderr=said)
        while not (home / "demo.json").exists():
            assert first.poll() is None, (home / "said").read_text("utf-8")
            time.sleep(0.02)
        with pytest.raises(subprocess.TimeoutExpired):
            first.wait(timeout=0.5)
        first.kill()
        first.wait()
    assert '"begun"' in (home / "demo.json").read_text("utf-8")


def _somebody_can_play_a_site(home, said):
    """A link that joins, and a sheet of passes in people's hands, of which none was spent."""
    link = next(line.strip() for line in said.splitlines() if "/scanner/#" in line)
    sheet = home / "prints" / "passes-to-try.pdf"
    assert str(sheet) in said
    pictures = list(reading.pictures(sheet.read_bytes(), 150))
    codes = [code for picture in pictures for code in reading.codes(picture) if "/p#" in code]
    assert len(codes) == 2 * cast.PASSES
    app = create_app()
    client = app.test_client()
    body = {"pairing_code": link.partition("#")[2], "name": "Essai"}
    token = client.post("/scan/v1/devices", json=body).get_json()["token"]
    for code in codes:
        asked = {"code": code, "service": cast.TOOLS}
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.post("/scan/v1/checks", json=asked, headers=headers)
        assert answer.get_json()["verdict"] == "accepted"
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    app.extensions["voucher"].book.close()


def _somebody_can_sit_at_each_desk(said):
    """A link signs in once, and each leads to a desk of its own."""
    app = create_app()
    found = set()
    links = re.findall(r"http\S+(/account/links/sign-in/\S+)", said)
    for link in links:
        client = app.test_client()
        client.post(link, data=dict(HIDDEN.findall(client.get(link).text)))
        found.add(client.get("/desk").headers["Location"])
        assert "Ce lien a déjà servi" in client.get(link).text
    assert (len(links), found) == (7, {"/operator", "/point", "/association", "/funder"})
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    app.extensions["voucher"].book.close()


def _a_paper_is_drawn_for_whoever_asks(home, said):
    """By the service that the demonstration leaves behind, although it drew the passes to try."""
    [token] = re.findall(r"^ +auditor +(\S+)$", said, re.MULTILINE)
    asked = {"Authorization": f"Bearer {token}", "Accept": "application/pdf"}
    env = os.environ | {"PORT": str(free_port())}
    with serving([PROGRAM, "demo"], cwd=home, env=env) as client:
        paper = client.get("/api/v1/documents/AF-2026-000001", headers=asked)
        of_fees = client.get("/api/v1/fee-invoices", headers=asked | {"Accept": "*/*"}).json()
    invoices = [one for one in of_fees["items"] if one["kind"] == "fee_invoice"]
    assert [one["left_cents"] > 0 for one in invoices] == [False, True, False, True, True]
    assert paper.content.startswith(b"%PDF"), paper.text


def _money_meets(facts):
    earned = sum(
        part["paid_cents"] + part["payable_cents"] for part in facts["associations"].values()
    )
    assert earned == 5_180_000
    months = facts["funders_by_month"]
    assert len(months) == plan.CLOSED_MONTHS
    for by_funder in months.values():
        tenth = sum(by_funder.values()) // 10
        assert list(by_funder.values()) == [4 * tenth, 3 * tenth, 2 * tenth, tenth]


def _refusals_are_many(refused):
    assert refused["already_redeemed_here"] == 24
    assert refused["already_redeemed_elsewhere"] == 11
    assert set(refused) >= {
        *("not_handed_over", "blocked", "voided", "wrong_service", "unreadable"),
        "bad_signature",
    }


def test_a_home_with_other_data_is_never_reset(sqlite_house):
    sqlite_house.world.funder("Somebody real")
    sqlite_house.world.session.commit()
    assert "not a home that the demonstration made" in sqlite_house.refused("demo", "--reset")
    assert "0 passes redeemed" in sqlite_house.done("demo", "--no-serve")


def test_the_demonstration_refuses_production(environment, monkeypatch):
    monkeypatch.setenv("VOUCHER_ENV", "production")
    monkeypatch.setenv("VOUCHER_BASE_URL", "https://pass.example.org")
    monkeypatch.setenv("VOUCHER_ISSUER_SIRET", "43493312300029")
    result = run("demo")
    assert result.exit_code == 2
    assert "never in production" in result.stderr
    assert [path.name for path in environment.iterdir()] == ["passphrase"]


def test_invented_numbers_have_check_digits_that_agree():
    for funder in cast.FUNDERS:
        assert checked_siret(funder.siret) == funder.siret
        assert checked_iban(funder.iban) == funder.iban
    for payee in cast.ASSOCIATIONS:
        application = payee.application
        assert checked_iban(application.iban) == application.iban
        assert application.siret is None or checked_siret(application.siret)
        assert application.rna is None or checked_rna(application.rna)
    assert sum(point.stock for point in cast.POINTS) == cast.BOOKLETS
    assert sum(point.handed_over for point in cast.POINTS) == plan.HANDED_OVER


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 27, 10, 0, tzinfo=PARIS),
        datetime(2027, 1, 1, 0, 0, 1, tzinfo=PARIS),
        datetime(2027, 3, 31, 23, 59, tzinfo=PARIS),
        datetime(2028, 2, 29, 12, 0, tzinfo=PARIS),
        datetime(2027, 10, 31, 2, 30, tzinfo=PARIS),
    ],
)
def test_the_plan_fits_any_day_of_any_month(now):
    events = plan.events(now.astimezone(UTC))
    uses = [event for event in events if isinstance(event, plan.Used)]
    given = {event.booklet: event.at for event in events if isinstance(event, plan.Given)}
    assert (len(given), len(uses)) == (plan.HANDED_OVER, plan.REDEEMED)
    assert len({(use.booklet, use.number) for use in uses}) == plan.REDEEMED
    assert all(given[use.booklet] < use.moment <= use.at <= now for use in uses)
    assert max(event.at for event in events) <= now + timedelta(0)
    assert events == plan.events(now.astimezone(UTC))
    firsts = [plan.midnight(first) for first in plan.months(now.astimezone(UTC))]
    beside = ended.beats(firsts)
    used = [beat.at for beat in beside if beat.act is ended.Act.USE]
    assert len(used) == sum(ended.USES)
    assert firsts[0] < min(used) < max(used) < firsts[ended.MONTHS] < beside[-1].at < now
