"""A refund's file over the API: made, approved by another token, fetched, read by nobody else."""

from tests.support.ending import ask_refund
from tests.support.problems import refused
from voucher_service.actions import refunding


def test_a_deposit_goes_home_in_a_file(service, nantes):
    world, operator, finance = service.world, nantes.operator, nantes.finance
    world.receive(nantes.order, nantes.metropole, 500, "VIR de trop")
    number = ask_refund(world, nantes.campaign, nantes.metropole)
    refunding.approve(world.session, number, "token:2", world.now)
    made = operator.post("/refund-batches", {})
    assert (made.status_code, made.json["state"], made.json["total_cents"]) == (201, "made", 500)
    path = f"/refund-batches/{made.json['number']}"
    assert made.json["lines"][0]["iban_masked"].startswith("FR76")
    assert "0000112345678" not in made.text
    refused(finance.get(f"{path}.xml"), 409, "not_approved")
    refused(operator.post(f"{path}/approve"), 409, "four_eyes")
    assert finance.post(f"{path}/approve").json["state"] == "approved"
    refused(finance.post(f"{path}/cancel", {"reason": "trop tard"}), 409, "decided_already")
    file = finance.get(f"{path}.xml")
    assert number.encode() in file.data
    assert finance.get(f"{path}.xml").data == file.data
    sent = finance.get(f"/refunds/{number}").json
    assert (sent["state"], sent["batch"]) == ("sent", made.json["number"])
    assert len(finance.get("/refund-batches").json["items"]) == 1
    refused(finance.get("/refund-batches/VR-1"), 404, "not_found")
