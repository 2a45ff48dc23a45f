"""A use is contested by who pays, answered by its association, decided by others, all by calls."""

import pytest

from tests.support.problems import refused
from voucher_service.core.contests import APPEAL_DAYS


@pytest.fixture
def spent(nantes):
    """A pass spent at PiNG."""
    world, serial = nantes.service.world, nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(nantes.ping, world.codes(serial)[0])
    return {"serial": serial, "number": 1, "reason": "Pas de service ce jour-là"}


@pytest.fixture
def people(service, nantes):
    return {
        "funder": service.by("funder", nantes.metropole),
        "association": service.by("association", nantes.ping.association),
        "decider": nantes.operator,
        "second": service.by("operator", person="a second one"),
    }


def test_a_contest_from_the_doubt_to_the_decision_of_an_appeal(service, nantes, spent, people):
    opened = people["funder"].post("/contests", spent)
    assert opened.status_code == 201
    contest = opened.json
    assert contest["state"] == "open"
    assert contest["value_cents"] == 1000
    assert contest["answer_until"] == "2026-12-01"
    assert (contest["opened_by"], contest["settled"]) == (None, False)
    path = f"/contests/{contest['id']}"
    decision = {"outcome": "upheld", "reason": "Planning vu"}
    refused(people["decider"].post(f"{path}/decision", decision), 409, "cure_period")
    answered = people["association"].post(f"{path}/answer", {"answer": "Atelier maintenu"})
    assert answered.json["state"] == "answered"
    decided = people["decider"].post(f"{path}/decision", decision)
    assert (decided.json["state"], decided.json["outcome"]) == ("decided", None)
    assert decided.json["appeal_until"] == "2026-12-01"
    refused(people["funder"].post(f"{path}/appeal", {"reason": "Non"}), 409, "not_the_loser")
    appealed = people["association"].post(f"{path}/appeal", {"reason": "Feuille signée"})
    assert appealed.json["state"] == "appealed"
    last = {"outcome": "rejected", "reason": "Feuille vue"}
    refused(people["decider"].post(f"{path}/appeal/decision", last), 409, "four_eyes")
    ended = people["second"].post(f"{path}/appeal/decision", last).json
    assert (ended["state"], ended["outcome"]) == ("rejected", "rejected")
    assert [step["step"] for step in ended["steps"]] == [
        "answer",
        "decision",
        "appeal",
        "appeal_decision",
    ]
    assert all(step["actor"].startswith("token:") for step in ended["steps"])
    assert service.by("auditor").get(path).json == ended
    kinds = [row["kind"] for row in nantes.finance.get("/ledger/transfers?limit=500").json["items"]]
    assert kinds[-2:] == ["contest", "rejected"]


def test_a_contest_that_nobody_appeals_ends_with_the_close_of_the_period(
    service, nantes, spent, people
):
    contest = people["decider"].post("/contests", spent).json
    path = f"/contests/{contest['id']}"
    refused(people["decider"].post("/contests", spent), 409, "not_contestable")
    people["association"].post(f"{path}/answer", {"answer": "Erreur de notre part"})
    decision = {"outcome": "upheld", "reason": "Reconnu"}
    refused(people["decider"].post(f"{path}/decision", decision), 409, "four_eyes")
    people["second"].post(f"{path}/decision", decision)
    service.world.later(days=APPEAL_DAYS + 1)
    service.world.close("2026-11", service.world.now)
    assert people["funder"].get(path).json["state"] == "upheld"
    assert nantes.finance.get("/ledger/check-books").json["in_order"]
    refused(people["funder"].post("/contests", spent), 404, "not_found")


def test_each_side_sees_its_own_and_nothing_of_who_decided(service, nantes, spent, people):
    contest = people["decider"].post("/contests", spent).json
    for who, sees in (
        (people["funder"], 1),
        (people["association"], 1),
        (service.by("funder", nantes.msa), 0),
        (service.by("association", nantes.alis44.association), 0),
    ):
        found = who.get("/contests?ended=false").json["items"]
        assert len(found) == sees
        assert [item["opened_by"] for item in found] == [None] * sees
    refused(service.by("funder", nantes.msa).post("/contests", spent), 404, "not_found")
    assert contest["opened_by"] == f"token:{people['decider'].number}"
    for query, count in (
        (f"campaign={nantes.campaign}&association={nantes.ping.association}", 1),
        (f"campaign={nantes.msa_campaign}", 0),
        (f"association={nantes.alis44.association}", 0),
        ("ended=true", 0),
    ):
        assert len(nantes.finance.get(f"/contests?{query}").json["items"]) == count
