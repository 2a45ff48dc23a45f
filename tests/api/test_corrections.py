"""Setting accounts right over the API: incidents with money, debts, repayments."""

import pytest

from tests.support.problems import refused
from voucher_service.actions import paying


@pytest.fixture
def second(service):
    return service.by("finance", person="who judges")


@pytest.fixture
def spent(nantes):
    """A pass spent at PiNG."""
    world, serial = nantes.service.world, nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(nantes.ping, world.codes(serial)[0])
    return {"serial": serial, "number": 1}


def amount(nantes, cents, reference="DEB 7"):
    return {
        "association": str(nantes.ping.association),
        "campaign": str(nantes.campaign),
        "amount_cents": cents,
        "reference": reference,
        "reason": "Virement en double",
    }


def test_a_fraud_is_said_by_one_and_judged_by_another(nantes, second, spent):
    opened = nantes.finance.post("/incidents/fraud", spent | {"reason": "Photo du pass"})
    assert opened.status_code == 201
    assert (opened.json["kind"], opened.json["outcome"]) == ("fraud", None)
    path = f"/incidents/{opened.json['id']}/acceptance"
    said = {"resolution": "Avéré"}
    refused(nantes.finance.post(path, said), 409, "four_eyes")
    ended = second.post(path, said).json
    assert (ended["state"], ended["outcome"]) == ("closed", "accepted")
    assert ended["use"]["undone"]
    refused(second.post(path, said), 409, "closed_already")
    refused(nantes.finance.post("/incidents/fraud", spent | {"reason": "Encore"}), 404, "not_found")
    assert nantes.finance.get("/ledger/check-books").json["in_order"]


def test_an_overpayment_is_a_debt_until_it_is_paid_back(service, nantes, second):
    world = service.world
    opened = nantes.finance.post("/incidents/overpayment", amount(nantes, 12_000)).json
    second.post(f"/incidents/{opened['id']}/acceptance", {"resolution": "Confirmé par la banque"})
    (debt,) = service.by("auditor").get("/debts").json["items"]
    assert debt == {
        "association": str(nantes.ping.association),
        "name": "PiNG",
        "campaign": str(nantes.campaign),
        "owed_cents": 12_000,
        "since": world.now.date().isoformat(),
        "note_due": True,
    }
    path = f"/associations/{nantes.ping.association}/repayments"
    body = {"campaign": str(nantes.campaign), "amount_cents": 5_000, "reference": "VIR 9"}
    repaid = nantes.finance.post(path, body)
    assert repaid.status_code == 201
    assert repaid.json == {"repaid_cents": 5_000, "excess_cents": 0, "owed_cents": 7_000}
    refused(nantes.finance.post(path, body), 409, "repayment_known")
    off = {"campaign": str(nantes.campaign), "amount_cents": 7_000, "reason": "Introuvable"}
    path = f"/associations/{nantes.ping.association}/write-offs"
    assert nantes.finance.post(path, off).json["owed_cents"] == 0
    refused(nantes.finance.post(path, off), 409, "more_than_owed")
    assert nantes.finance.get(f"/debts?campaign={nantes.campaign}").json["items"] == []


def test_a_goodwill_waits_for_the_operators_own_money(service, nantes, second):
    opened = nantes.operator.post("/incidents/goodwill", amount(nantes, 800, "Lettre 3")).json
    path = f"/incidents/{opened['id']}/acceptance"
    answer = second.post(path, {"resolution": "Accordé"})
    refused(answer, 409, "operator_money_missing")
    assert "8,00" in answer.json["detail"]
    paying.top_up(service.world.session, nantes.campaign, "VIR op", 800, service.world.now)
    assert second.post(path, {"resolution": "Accordé"}).json["outcome"] == "accepted"
    assert nantes.finance.get("/ledger/check-books").json["in_order"]


@pytest.mark.parametrize(
    ("path", "changed", "field"),
    [
        ("/incidents/goodwill", {"amount_cents": 0}, "amount_cents"),
        ("/incidents/goodwill", {"amount_cents": 1.5}, "amount_cents"),
        ("/incidents/overpayment", {"reason": " "}, "reason"),
        ("/incidents/overpayment", {"extra": 1}, "extra"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(service, nantes, path, changed, field):
    before = service.checksum()
    refused(nantes.finance.post(path, amount(nantes, 1) | changed), 422, "invalid", field)
    assert service.checksum() == before
