"""The end of a campaign over the API: begun, agreed, closed, papers read, money sent home."""

import hashlib
import json
from datetime import datetime

import pytest

from tests.support.cast import STATEMENT_KEY
from tests.support.ending import IBAN, settle
from tests.support.problems import refused
from voucher_service.actions import refunding
from voucher_service.core.attestation import from_base64url, verify
from voucher_service.core.campaign import PARIS

BEGINS = datetime(2027, 12, 1, 9, 0, tzinfo=PARIS)
AFTER = datetime(2028, 2, 8, 0, 30, 1, tzinfo=PARIS)
ACCOUNT = {"iban": IBAN, "holder": "Trésorerie de Nantes"}


@pytest.fixture
def path(nantes):
    return f"/campaigns/{nantes.campaign}/closing"


@pytest.fixture
def payers(service, nantes):
    """The three funders of the Nantes campaign, each with its token."""
    return {n: service.by("funder", n) for n in (nantes.metropole, nantes.departement, nantes.etat)}


@pytest.fixture
def over(service, nantes, path, payers):
    """Two of thirty passes used; begun, agreed by all, every use on a statement."""
    world, serial = service.world, nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    for code in world.codes(serial)[:2]:
        world.redeem(nantes.ping, code)
    world.now = BEGINS
    assert nantes.operator.post(path).status_code == 201
    for payer in payers.values():
        assert payer.post(f"{path}/approve", {}).status_code == 200
    world.now = AFTER
    settle(world)
    return nantes


def test_before_its_end_a_campaign_says_its_days_and_what_is_open(service, nantes, path, payers):
    found = payers[nantes.metropole].get(path).json
    assert found["state"] == "ahead"
    assert [alert["on"] for alert in found["alerts"]] == ["2027-12-01", "2027-12-16", "2027-12-24"]
    assert (found["last_day"], found["grace_until"], found["uploads_until"]) == (
        "2027-12-31",
        "2028-01-31",
        "2028-02-07",
    )
    assert found["booklets"] == {
        "issued": 6,
        "handed_over": 0,
        "not_handed_over": 6,
        "started": 0,
    }
    assert [one["reason"] for one in found["open"]] == ["not_over", "not_started"]
    refused(nantes.operator.post(path), 409, "too_early")
    refused(nantes.finance.post(f"{path}/statement"), 409, "not_started")
    refused(service.by("funder", nantes.msa).get(path), 404, "not_found")


def test_funders_agree_and_whoever_began_agrees_for_nobody(service, nantes, path, payers):
    world = service.world
    world.now = BEGINS
    assert nantes.operator.post(path).json["state"] == "started"
    assert nantes.operator.post(path).json["round"] == 1
    serial, point = nantes.serials[0], str(nantes.ccas)
    frozen = nantes.operator.post("/handovers", {"serial": serial, "point": point})
    refused(frozen, 409, "campaign_closing")
    metropole, departement, etat = payers
    payers[metropole].post(f"{path}/approve", {})
    on_paper = {"funder": str(departement), "reference": "Délibération 12"}
    refused(nantes.operator.post(f"{path}/approve", on_paper), 409, "four_eyes")
    refused(nantes.finance.post(f"{path}/approve", {}), 422, "paper_missing")
    nantes.finance.post(f"{path}/approve", on_paper)
    found = payers[etat].post(f"{path}/approve", {}).json
    assert found["state"] == "approved"
    assert [one["reference"] for one in found["approvals"]] == [None, "Délibération 12", None]
    refused(nantes.finance.post(f"{path}/statement"), 409, "not_over")


def test_a_campaign_closes_once_with_papers_that_anybody_can_check(service, over, path, payers):
    closed = over.finance.post(f"{path}/statement")
    assert closed.status_code == 201
    assert over.finance.post(f"{path}/statement").json["statement"] == closed.json["statement"]
    assert closed.json["state"] == "closed"
    assert closed.json["open"] == []
    assert [one["deposit_cents"] for one in closed.json["credits"]] == [9_333, 9_333, 9_334]
    metropole = payers[over.metropole]
    papers = metropole.get(f"/campaigns/{over.campaign}/documents").json["items"]
    assert [(paper["kind"], paper["number"]) for paper in papers] == [
        ("credit_note", "AV-2028-000001"),
        ("closing_statement", "EC-2028-000001"),
    ]
    for paper in papers:
        address = f"/documents/{paper['number']}"
        content = metropole.get(address).data
        proof = metropole.get(f"{address}/signature").json
        assert proof["sha256"] == hashlib.sha256(content).hexdigest()
        assert verify(content, from_base64url(proof["signature"]), STATEMENT_KEY.public)
        for media_type in ("application/pdf", "text/csv"):
            drawn = metropole.get(address, headers={"Accept": media_type})
            assert drawn.content_type == media_type
            assert metropole.get(address, headers={"Accept": media_type}).data == drawn.data
        refused(metropole.get(address, headers={"Accept": "image/png"}), 406, "not_acceptable")
        page = service.client.get(
            f"/verify/{paper['number']}", headers={"Accept": "application/json"}
        )
        assert page.json["valid"]
    foreign = service.by("funder", over.departement).get("/documents/AV-2028-000001")
    refused(foreign, 404, "not_found")
    assert over.finance.get("/ledger/check-books").json["in_order"]


def test_each_funder_chooses_what_is_done_with_its_money(service, over, path, payers):
    over.finance.post(f"{path}/statement")
    world = service.world
    metropole, departement, etat = payers.values()
    home = {"to": {"choice": "refund", "account": ACCOUNT}}
    asked = metropole.post(f"{path}/choices", home)
    assert asked.status_code == 201
    number = asked.json["refund"]
    refused(metropole.post(f"{path}/choices", home), 409, "refund_open")
    kept = departement.post(f"{path}/choices", {"to": {"choice": "carry_over"}}).json
    assert (kept["carry_over"], kept["deposit_cents"]) == (None, 9_333)
    following = world.campaign({over.etat: 1}, name="2028")
    order = str(world.order(following, 1))
    carried = etat.post(f"{path}/choices", {"to": {"choice": "carry_over", "order": order}}).json
    assert (carried["carry_over"], carried["carried_cents"]) == ("RP-2028-000001", 5_000)
    assert over.operator.get(f"/orders/{order}").json["funded"]
    refund = f"/refunds/{number}"
    refused(over.finance.post("/refund-batches", {}), 409, "nothing_to_refund")
    assert over.finance.post(f"{refund}/approve").json["state"] == "approved"
    refused(over.finance.post(f"{refund}/send"), 404, "not_found")  # by its file, and only so
    file = over.operator.post("/refund-batches", {}).json["number"]
    assert over.finance.post(f"/refund-batches/{file}/approve").json["state"] == "approved"
    assert over.finance.get(refund).json["state"] == "sent"
    refunding.executed(world.session, number, world.now)
    world.session.commit()
    found = metropole.get(refund).json
    assert (found["state"], found["amount_cents"]) == ("settled", 9_333)
    assert IBAN not in json.dumps(found)
    money = over.finance.get(path).json["credits"]
    assert [one["choice"] for one in money] == ["refund", "carry_over", "carry_over"]
    assert [one["deposit_cents"] for one in money] == [0, 9_333, 4_334]
    (item,) = over.finance.get(f"/refunds?campaign={over.campaign}").json["items"]
    assert item["number"] == number
    assert over.finance.get("/ledger/check-books").json["in_order"]


def test_a_refund_asked_by_finance_is_given_up_or_approved_by_another(over, path):
    over.finance.post(f"{path}/statement")
    body = {"funder": str(over.etat), "account": ACCOUNT}
    asked = over.finance.post(f"/campaigns/{over.campaign}/refunds", body)
    assert asked.status_code == 201
    refund = f"/refunds/{asked.json['number']}"
    refused(over.finance.post(f"{refund}/approve"), 409, "four_eyes")
    given_up = over.finance.post(f"{refund}/withdraw", {"reason": "Autre compte"}).json
    assert (given_up["state"], given_up["reason"]) == ("withdrawn", "Autre compte")
    refused(over.operator.post(f"{refund}/approve"), 409, "approved_already")


def test_a_choice_waits_for_the_closing_and_names_its_funder(nantes, path, payers):
    home = {"to": {"choice": "refund", "account": ACCOUNT}}
    refused(payers[nantes.etat].post(f"{path}/choices", home), 409, "not_closed")
    refused(nantes.finance.post(f"{path}/choices", home), 422, "funder_missing")
    for wrong in ({"to": {"choice": "gift"}}, {"to": home["to"] | {"order": "1"}}, {}):
        refused(nantes.finance.post(f"{path}/choices", wrong), 422, "invalid")


def test_a_note_of_debt_is_sent_when_it_is_due(service, nantes):
    world, second = service.world, service.by("finance", person="who judges")
    body = {
        "association": str(nantes.ping.association),
        "campaign": str(nantes.campaign),
        "amount_cents": 9_999,
        "reference": "DEB 7",
        "reason": "En double",
    }
    opened = nantes.finance.post("/incidents/overpayment", body).json
    second.post(f"/incidents/{opened['id']}/acceptance", {"resolution": "Avéré"})
    path = f"/associations/{nantes.ping.association}/debit-notes"
    asked = {"campaign": str(nantes.campaign)}
    refused(nantes.finance.post(path, asked), 409, "note_not_due")
    world.later(days=90)
    note = nantes.finance.post(path, asked)
    assert note.status_code == 201
    assert (note.json["kind"], note.json["total_cents"]) == ("debit_note", 9_999)
    ping = service.by("association", nantes.ping.association)
    (item,) = ping.get(f"/associations/{nantes.ping.association}/documents").json["items"]
    said = ping.get(f"/documents/{item['number']}").json
    assert said["lines"][0]["left_cents"] == 9_999
    assert said["pay_to"]["iban"].startswith("FR76")
    assert ping.get(
        f"/documents/{item['number']}", headers={"Accept": "application/pdf"}
    ).data.startswith(b"%PDF")
