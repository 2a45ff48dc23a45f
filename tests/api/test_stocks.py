"""The stock of a point over the API: parcels counted, booklets given back, the register."""

import pytest

from tests.support.problems import refused

NOVEMBER = "?since=2026-11-01&until=2026-11-30"


@pytest.fixture
def ccas(service, nantes):
    return service.by("distributor", nantes.ccas)


def test_a_parcel_is_listed_and_counted_once_with_its_difference(nantes, ccas):
    address = f"/distribution-points/{nantes.ccas}/parcels"
    (parcel,) = ccas.get(address).json["items"]
    assert (parcel["first_serial"], parcel["booklets"], parcel["counted"]) == ("00000001", 3, None)
    body = {"counted": 2, "first_serial": "1", "last_serial": "3", "missing": ["2"]}
    count = f"/stock-movements/{parcel['id']}/count"
    refused(ccas.post(count, body | {"missing": ["9"]}), 422, "not_in_parcel", "missing")
    found = ccas.post(count, body)
    assert found.status_code == 201
    assert found.json == {
        "sent": 3, "counted": 2, "missing": ["00000002"], "foreign": 0, "unexplained": 0,
    }  # fmt: skip
    refused(ccas.post(count, body), 409, "counted_already")
    assert ccas.get(address).json["items"][0]["missing"] == ["00000002"]
    assert ccas.get("/booklets/00000002").json["status"] == "blocked"


def test_booklets_are_given_back_and_hand_overs_undone(service, nantes, ccas):
    body = {"first_serial": "3", "count": 1, "point": str(nantes.ccas), "reason": "trop"}
    given = ccas.post("/returns", body)
    assert given.status_code == 201
    assert given.json == body | {"id": given.json["id"]}
    refused(ccas.post("/returns", body), 409, "not_in_stock")
    point = {"point": str(nantes.ccas)}
    ccas.post("/handovers", point | {"serial": "1"})
    back = ccas.post("/booklets/00000001/take-back", point)
    assert back.json["status"] == "in_stock"
    ccas.post("/handovers", point | {"serial": "1"})
    service.world.later(days=3)
    refused(ccas.post("/booklets/00000001/take-back", point), 409, "not_undoable")
    why = {"reason": "elle déménage"}
    assert ccas.post("/booklets/00000001/take-back", point | why).json["status"] == "in_stock"


def test_the_register_is_facts_a_paper_and_a_spreadsheet(nantes, ccas):
    ccas.post("/handovers", {"serial": "1", "point": str(nantes.ccas)})
    address = f"/distribution-points/{nantes.ccas}/register{NOVEMBER}"
    facts = ccas.get(address).json
    closing = facts["accounts"][-1]
    assert (closing["movement"], closing["booklets"], closing["value_cents"]) == (
        "closing", 2, 10_000,
    )  # fmt: skip
    assert facts["uncounted"] == 3
    assert [entry["movement"] for entry in facts["entries"]] == ["received", "handed_over"]
    paper = ccas.get(address, headers={"Accept": "application/pdf"})
    assert paper.data.startswith(b"%PDF")
    table = ccas.get(address, headers={"Accept": "text/csv"})
    assert '"Stock à la fin";"2"' in table.data.decode("utf-8-sig")
    refused(ccas.get(address, headers={"Accept": "image/png"}), 406, "not_acceptable")
    backwards = f"/distribution-points/{nantes.ccas}/register?since=2026-11-02&until=2026-11-01"
    refused(ccas.get(backwards), 422, "ends_before_start", "since")
