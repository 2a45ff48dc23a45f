"""The open books: the same figures for people and machines, and the rule in plain words."""

import pytest

from tests.support.autumn import Autumn
from voucher_service.actions import paying, remembering
from voucher_service.web import open_books


@pytest.fixture
def autumn(service):
    """Six booklets of five passes of 10 euros, paid by three funders; three passes used."""
    autumn = Autumn(service.world)
    autumn.spend(autumn.ping, 3)
    return autumn


@pytest.mark.usefixtures("autumn")
def test_machines_read_the_position_of_the_scheme(fetch):
    assert fetch("/books.json").json == {
        "as_of": "2026-11-16T10:00:00+01:00",
        "bank_reserved_cents": 30_000,
        "outstanding_cents": 27_000,
        "payable_cents": 3_000,
        "contested_cents": 0,
        "deposits_cents": 0,
        "awaiting_funds_cents": 0,
        "solvent": True,
    }


@pytest.mark.usefixtures("autumn")
def test_people_read_the_answer_the_rule_and_the_figures(visit):
    page = visit("/books")
    text = page.text.replace("\u202f", " ").replace("\u00a0", " ").replace("&#39;", "'")
    assert "Oui, l'argent couvre tout ce qui est dû." in text
    assert "L'argent au compte doit couvrir tout ce qui est dû." in text
    assert "16/11/2026 10:00" in text
    for amount in ("300,00 €", "270,00 €", "30,00 €"):
        assert f"<td>{amount}</td>" in text


def test_a_scheme_that_lacks_money_says_so(autumn, service, fetch, visit):
    paying.bank_charge(service.world.session, autumn.campaign, "FRAIS 1", 1, service.world.now)
    assert fetch("/books.json").json["solvent"] is False
    assert "Non, il manque de l&#39;argent." in visit("/books").text


def test_the_ledger_is_added_up_twice_a_minute_at_most(autumn, fetch, monkeypatch):
    first = fetch("/books.json").data
    autumn.spend(autumn.ping, 1)
    autumn.world.later(minutes=1)
    assert fetch("/books.json").data == first
    monkeypatch.setattr(open_books, "SECONDS", -1)
    later = fetch("/books.json").json
    assert later["payable_cents"] == 4_000
    assert later["as_of"] == "2026-11-16T10:01:00+01:00"


@pytest.mark.usefixtures("autumn")
def test_anybody_can_follow_the_books_month_by_month(service, visit, fetch):
    service.world.later(days=60)
    remembering.keep_past_months(service.world.session, service.world.now)
    items = fetch("/books/history.json").json["items"]
    assert [item["month"] for item in items] == ["2026-12", "2026-11"]
    now = fetch("/books.json").json
    assert {name: items[0][name] for name in now if name != "as_of"} == {
        name: value for name, value in now.items() if name != "as_of"
    }
    page = visit("/books")
    assert 'href="/books/2026-11">novembre 2026</a>' in page.text
    month = visit("/books/2026-11").text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Les comptes ouverts – novembre 2026" in month
    assert "<td>300,00 €</td>" in month
    assert "01/12/2026 00:00" in month
    assert visit("/books/2031-01").status_code == 404
