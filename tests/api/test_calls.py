"""Calls for funds over the API: ordered, issued, read by its funder alone, reminded."""

from tests.support.calling import DEPARTEMENT_SIRET, METROPOLE_SIRET
from tests.support.problems import refused

DETAILS = {
    "street": "2 cours du Champ-de-Mars",
    "postcode": "44000",
    "town": "Nantes",
    "service_code": "DGNUM",
    "needs_service_code": True,
    "needs_engagement": True,
}


def test_a_call_from_the_order_to_its_reminder(service, nantes):
    operator, finance = nantes.operator, nantes.finance
    metropole = {"name": "Métropole", "kind": "public", "siret": METROPOLE_SIRET, **DETAILS}
    first = operator.post("/funders", metropole).json
    assert first.items() >= DETAILS.items()
    other = {"name": "Département", "kind": "public", "siret": DEPARTEMENT_SIRET}
    second = operator.post("/funders", other).json["id"]
    service.world.now = service.world.later(days=1)
    campaign = service.world.campaign({int(first["id"]): 1, int(second): 1}, name="Avec appels")
    engaged = {"booklets": 2, "engagements": [{"funder": second, "engagement_number": "E 7"}]}
    order = operator.post(f"/campaigns/{campaign}/orders", engaged).json
    waits, issued = (call["number"] for call in order["calls"])
    assert finance.get(f"/documents/{issued}").json["funder"]["engagement_number"] == "E 7"
    refused(finance.get(f"/documents/{waits}"), 404, "not_found")
    refused(finance.post(f"/calls/{waits}/issue", {}), 409, "engagement_number_missing")
    given = finance.post(f"/calls/{waits}/issue", {"engagement_number": "ENG-1"})
    assert (given.status_code, given.json["kind"]) == (201, "call_for_funds")
    refused(
        finance.post(f"/calls/{waits}/issue", {"engagement_number": "ENG-2"}), 409, "issued_already"
    )

    mine, another = service.by("funder", int(first["id"])), service.by("funder", nantes.msa)
    (seen,) = mine.get(f"/campaigns/{campaign}/calls").json["items"]
    assert (seen["number"], seen["left_cents"], seen["issued"]) == (waits, 5_000, True)
    assert seen["reference"] == mine.get(f"/documents/{waits}").json["reference"]
    for media_type in ("application/pdf", "text/csv"):
        drawn = mine.get(f"/documents/{waits}", headers={"Accept": media_type})
        assert drawn.content_type.startswith(media_type)
    refused(another.get(f"/calls/{waits}"), 404, "not_found")
    refused(another.get(f"/documents/{waits}"), 404, "not_found")

    refused(finance.post(f"/calls/{waits}/reminders"), 409, "not_late")
    service.world.later(days=31)
    reminder = finance.post(f"/calls/{waits}/reminders").json
    assert (reminder["kind"], reminder["total_cents"]) == ("reminder", 5_000)
    found = mine.get(f"/calls/{waits}").json
    assert (found["late"], found["reminders"]) == (True, [reminder["number"]])


def test_details_of_a_funder_can_be_put_right(nantes):
    path = f"/funders/{nantes.metropole}/details"
    assert nantes.operator.post(path, DETAILS).json.items() >= DETAILS.items()
    refused(nantes.operator.post(path, DETAILS | {"postcode": "4400"}), 422, "invalid", "postcode")
    refused(nantes.operator.post("/funders/999/details", DETAILS), 404, "not_found")


def test_a_funder_added_without_its_siret_is_given_it_once(nantes):
    plain = nantes.operator.post("/funders", {"name": "Région", "kind": "public"}).json["id"]
    path, siret = f"/funders/{plain}/siret", {"siret": METROPOLE_SIRET}
    refused(nantes.operator.post(path, {"siret": "1"}), 422, "bad_siret", "siret")
    assert nantes.operator.post(path, siret).json["siret"] == METROPOLE_SIRET
    refused(nantes.operator.post(path, {"siret": DEPARTEMENT_SIRET}), 409, "siret_given")
    other = nantes.operator.post("/funders", {"name": "Pays", "kind": "public"}).json["id"]
    refused(nantes.operator.post(f"/funders/{other}/siret", siret), 409, "siret_taken")
    refused(nantes.operator.post("/funders/999/siret", siret), 404, "not_found")
