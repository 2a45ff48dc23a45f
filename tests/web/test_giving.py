"""The page of gifts: easy, in two languages, without script; and nothing where gifts are closed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stripe import House, count, gift_house, hurry, policy_of
from voucher_service.store import tables
from voucher_service.store.engine import make_engine


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    hurry(monkeypatch)
    engine = make_engine(sqlite_url)
    with gift_house(engine, sqlite_url, tmp_path) as house:
        yield house
    engine.dispose()


def test_the_form_says_what_a_gift_becomes_and_leads_to_stripe_only(house: House):
    page = house.service.client.get(f"/give/{house.campaign}")
    assert page.status_code == 200
    assert "Pass numérique Nantes" in page.text
    assert "10,00" in page.text
    assert policy_of(page) == f"'self' {house.stripe.address}"
    assert "<script" not in page.text
    english = house.service.client.get(f"/give/{house.campaign}", headers={"Accept-Language": "en"})
    assert "Make a gift" in english.text


def test_stripe_is_told_who_gives_what_and_where_to_come_back(house: House):
    house.give(engagement="ENG 7")
    (session,) = house.stripe.sessions()
    assert (session["amount_total"], session["currency"]) == (2_191_000, "eur")
    assert session["customer_email"] == "dons@laposte.example"
    assert session["metadata"] == {"gift": "1", "engagement": "ENG 7"}
    assert session["client_reference_id"] == "1"
    assert session["locale"] == "fr"
    assert session["success_url"] == f"https://pass.example.org/give/{house.campaign}/thanks"
    thanks = house.service.client.get(f"/give/{house.campaign}/thanks")
    assert "Merci" in thanks.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"amount": "beaucoup"}, "Écrivez un montant"),
        ({"amount": ""}, "Écrivez un montant"),
        ({"amount": "-5"}, "Écrivez un montant"),
        ({"amount": "9,99"}, "au moins la valeur"),
        ({"amount": "1000000"}, "trop grand"),
        ({"name": " "}, "Écrivez un nom"),
        ({"mail": "poste"}, "Écrivez une adresse"),
        ({"mail": "a@b"}, "Écrivez une adresse"),
        ({"engagement": "x" * 501}, "trop longue"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    house: House, typed: dict[str, str], says: str
):
    answer = house.type(**typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert re.search(r'\saria-invalid="true"\s', answer.text)
    assert "La Poste" in answer.text or "name" in typed
    assert house.stripe.sessions() == []
    assert count(house.service.world.session, tables.Gift) == 0


def test_the_first_page_leads_to_the_schemes_that_take_gifts(house: House):
    link = f'<a href="/give/{house.campaign}">Pass numérique Nantes</a>'
    assert link in house.service.client.get("/").text


def test_where_gifts_are_closed_the_page_says_so(house: House):
    path = f"/campaigns/{house.campaign}/gifts/opening"
    assert house.nantes.operator.delete(path).get_json()["open"] is False
    for answer in (house.service.client.get(f"/give/{house.campaign}"), house.type()):
        assert answer.status_code == 404
        assert "fermés" in answer.text
    assert house.service.client.get("/give/pay/unknown").status_code == 404
    assert "/give/" not in house.service.client.get("/").text


def test_without_an_account_at_stripe_every_door_says_that_gifts_are_off(service, nantes):
    assert service.client.get(f"/give/{nantes.campaign}").status_code == 404
    answer = service.client.post("/stripe/webhooks", data=b"{}")
    assert answer.get_json()["reason"] == "stripe_off"
    opened = nantes.operator.post(f"/campaigns/{nantes.campaign}/gifts/opening")
    assert opened.get_json()["reason"] == "stripe_off"
    said = nantes.finance.get("/stripe").get_json()
    assert said["on"] is False
    assert "VOUCHER_STRIPE_KEY_FILE" in said["why_off"]
