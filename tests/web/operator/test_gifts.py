"""Gifts at the operator's desk: a page is opened, Stripe's money is seen, what waits is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bank_files import entry
from tests.support.operators import Operator, operator
from tests.support.stripe import House, gift_house, hurry
from voucher_service.store.engine import make_engine


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    hurry(monkeypatch)
    engine = make_engine(sqlite_url)
    with gift_house(engine, sqlite_url, tmp_path) as house:
        yield house
    engine.dispose()


def test_a_page_of_gifts_is_closed_and_opened_by_a_person(house: House):
    first = operator(house.service)
    path = f"/gifts/campaigns/{house.campaign}"
    assert "La page de dons est fermée." in first.done("/gifts", f"{path}/close")
    assert house.type().status_code == 404
    shown = first.done("/gifts", f"{path}/open")
    assert f"https://pass.example.org/give/{house.campaign}" in shown
    house.give()
    assert "page ouverte" in first.text("/gifts")


def test_a_person_follows_a_gift_to_its_passes_and_says_what_the_bank_shows(house: House):
    first = operator(house.service)
    house.stripe.pay(house.give())
    bill = house.stripe.bill(300)
    house.deliver()
    house.compare()
    shown = first.text("/gifts")
    assert "payé, argent attendu" in shown
    assert bill["id"] in shown
    explained = first.done(
        "/gifts", f"/gifts/movements/{bill['id']}", {"campaign": str(house.campaign)}
    )
    assert "Le mouvement est expliqué." in explained
    payout = house.stripe.pay_out()
    assert payout is not None
    house.deliver()
    house.bank_day(entry(payout["amount"], text="VIREMENT"), entry(33_190, text="FRAIS"))
    lines = house.nantes.finance.get("/bank-lines?state=unknown").get_json()["items"]
    by_cents = {line["amount_cents"]: f"/bank/lines/{line['id']}" for line in lines}
    paid, fees = by_cents[payout["amount"]], by_cents[33_190]
    _says(first, f"{paid}/stripe-payout", paid, payout=payout["id"])
    _says(first, f"{fees}/stripe-fees", fees)
    assert "Dons versés par Stripe" in first.text(paid)
    assert "Frais Stripe reversés" in first.text(fees)
    shown = first.text("/gifts")
    assert "devenu des pass" in shown
    assert "2\u202f191" in shown
    assert "Nouvelle de Stripe" in first.text("/jobs")


def _says(who: Operator, action: str, page: str, **fields: str) -> None:
    assert "La ligne est reconnue." in who.done(page, action, fields)


def test_an_auditor_reads_and_changes_nothing(house: House):
    auditor = operator(house.service, "auditor")
    shown = auditor.text("/gifts")
    assert "<button" not in shown.split("<main")[1].split("</main>")[0]
