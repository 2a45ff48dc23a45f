"""Associations, their sites and their phones, as machines say it."""

import pytest

from tests.support.cast import BASE_URL, PING
from tests.support.places_files import good_rows, to_csv
from tests.support.problems import refused
from voucher_service.core.campaign import SERVICES
from voucher_service.store import tables

NAME, RNA, IBAN = PING
ASSOCIATION = {
    "name": NAME,
    "rna": RNA,
    "legal_form": "Association loi 1901",
    "contact_email": "contact@ping.example",
    "bank": {"iban": IBAN, "holder": "PING"},
}
SITE = {
    "name": "PiNG, Île de Nantes",
    "adresse": "38 rue du Breil",
    "code_postal": "44100",
    "commune": "Nantes",
    "code_insee": "44109",
    "latitude": 47.22,
    "longitude": -1.58,
    "services": list(SERVICES[:2]),
    "telephone": "+33240000000",
    "horaires": "Mo-Fr 09:00-17:00",
}


@pytest.fixture
def operator(service):
    return service.by("operator")


@pytest.fixture
def association(operator):
    return operator.post("/associations", ASSOCIATION).json["id"]


def test_an_association_applies_and_its_bank_details_are_never_given_back(operator):
    added = operator.post("/associations", ASSOCIATION)
    assert added.status_code == 201
    assert added.json["accreditation"] == "applied"
    path = f"/associations/{added.json['id']}"
    for answer in (added, operator.get("/associations"), operator.get(path)):
        assert IBAN not in answer.text
    assert operator.get("/associations").json["items"] == [added.json]


BAD_ASSOCIATIONS: list[tuple[dict, str, str]] = [
    ({"rna": "1234"}, "bad_rna", "rna"),
    ({"rna": None}, "not_identified", "siret"),
    ({"siret": "123"}, "bad_siret", "siret"),
    ({"contact_email": "contact"}, "invalid", "contact_email"),
    ({"bank": {"iban": IBAN}}, "invalid", "bank.holder"),
    ({"bank": {"iban": "FR7630006000011234567890188", "holder": "PING"}}, "bad_iban", "bank.iban"),
]


def test_an_association_that_cannot_be_is_not_added(service, operator):
    before = service.checksum()
    for changed, reason, field in BAD_ASSOCIATIONS:
        refused(operator.post("/associations", ASSOCIATION | changed), 422, reason, field)
    assert service.checksum() == before


def test_one_number_is_one_association(service, operator, association):
    before = service.checksum()
    refused(operator.post("/associations", ASSOCIATION), 409, "association_known")
    assert service.checksum() == before
    assert operator.get(f"/associations/{association}").json["steps"] == []


def test_every_decision_keeps_its_reason_and_who_took_it(operator, association):
    path = f"/associations/{association}"
    steps = [
        {"to": "info_requested", "reason": "RIB illisible"},
        {"to": "under_review"},
        {"to": "accredited"},
    ]
    for step in steps:
        decided = operator.post(f"{path}/accreditation", step)
        assert decided.status_code == 200
        assert decided.json["accreditation"] == step["to"]
    known = operator.get(path).json
    assert [(step["from"], step["to"], step["reason"]) for step in known["steps"]] == [
        ("applied", "info_requested", "RIB illisible"),
        ("info_requested", "under_review", None),
        ("under_review", "accredited", None),
    ]
    assert {step["actor"] for step in known["steps"]} == {f"token:{operator.number}"}


def test_a_step_that_does_not_exist_or_owes_a_reason_is_not_taken(service, operator, association):
    path = f"/associations/{association}/accreditation"
    before = service.checksum()
    refused(operator.post(path, {"to": "accredited"}), 409, "no_such_step")
    refused(operator.post(path, {"to": "info_requested"}), 422, "reason_missing", "reason")
    refused(operator.post(path, {"to": "friend"}), 422, "invalid", "to")
    refused(operator.post("/associations/99/accreditation", {"to": "withdrawn"}), 404, "not_found")
    assert service.checksum() == before


def test_an_association_is_approved_for_a_campaign_once(service, operator, association):
    world = service.world
    campaign = world.campaign({world.funder("MSA"): 1})
    path, body = f"/campaigns/{campaign}/approvals", {"association": association}
    for _ in range(2):
        approved = operator.post(path, body)
        assert approved.status_code == 201
        assert approved.json == {"campaign": str(campaign), "association": association}
    (listed,) = operator.get(path).json["items"]
    assert listed["id"] == association
    refused(operator.get("/campaigns/99/approvals"), 404, "not_found")
    refused(operator.post(path, {"association": "99"}), 404, "not_found")
    refused(operator.post("/campaigns/99/approvals", body), 404, "not_found")


def test_a_site_is_read_as_it_was_written(operator, association):
    more = {"site_web": "https://ping.example", "publics_specifiquement_adresses": ["Jeunes"]}
    added = operator.post(f"/associations/{association}/sites", SITE | more)
    assert added.status_code == 201
    assert added.json == SITE | {
        "id": added.json["id"],
        "association": association,
        "details": more,
        "closed_at": None,
    }
    for path in ("/sites", f"/associations/{association}/sites"):
        assert operator.get(path).json["items"] == [added.json]
    assert operator.get(f"/sites/{added.json['id']}").json == added.json


BAD_SITES: list[tuple[dict, str]] = [
    ({"services": []}, "services"),
    ({"services": ["Jardinage"]}, "services.0"),
    ({"code_postal": "4410"}, "code_postal"),
    ({"code_insee": "441"}, "code_insee"),
    ({"latitude": 91.0}, "latitude"),
    ({"nom": "PiNG"}, "nom"),
    ({"presentation_resume": "x" * 281}, "presentation_resume"),
]


def test_a_site_that_cannot_be_is_not_added(service, operator, association):
    before = service.checksum()
    for changed, field in BAD_SITES:
        answer = operator.post(f"/associations/{association}/sites", SITE | changed)
        refused(answer, 422, "invalid", field)
    refused(operator.post("/associations/99/sites", SITE), 404, "not_found")
    assert service.checksum() == before


def test_several_phones_join_by_one_code_and_leave_one_by_one(service, operator, association):
    site = operator.post(f"/associations/{association}/sites", SITE).json["id"]
    mine = service.by("association", int(association))
    code = mine.post(f"/sites/{site}/pairings").json["pairing_code"]
    tokens = [
        service.send(
            "POST", "/scan/v1/devices", None, json={"pairing_code": code, "name": name}
        ).json["token"]
        for name in ("Accueil", "Atelier")
    ]
    phones = mine.get(f"/associations/{association}/devices").json["items"]
    assert [phone["name"] for phone in phones] == ["Accueil", "Atelier"]
    assert mine.delete(f"/devices/{phones[0]['id']}").status_code == 204
    refused(mine.delete(f"/devices/{phones[0]['id']}"), 409, "revoked_already")
    refused(service.send("GET", "/scan/v1/redemptions", tokens[0]), 401, "device_revoked")
    assert service.send("GET", "/scan/v1/redemptions", tokens[1]).status_code == 200
    refused(mine.delete("/devices/99"), 404, "not_found")


def test_a_pairing_code_lives_a_day_and_is_kept_as_a_hash(service, operator, association):
    site = operator.post(f"/associations/{association}/sites", SITE).json["id"]
    opened = operator.post(f"/sites/{site}/pairings")
    assert opened.status_code == 201
    code = opened.json["pairing_code"]
    assert opened.json["link"] == f"{BASE_URL}/scanner/#{code}"
    (row,) = service.world.session.query(tables.Pairing).all()
    assert (row.expires_at - row.created_at).days == 1
    assert len(row.code_hash) == 32
    service.world.later(hours=24)
    body = {"pairing_code": opened.json["pairing_code"], "name": "Accueil"}
    refused(service.send("POST", "/scan/v1/devices", None, json=body), 404, "no_such_pairing")
    refused(operator.post("/sites/99/pairings"), 404, "not_found")


def test_places_are_brought_looked_at_and_taken_over(nantes):
    rows = good_rows(3, [PING[1]])
    sent = {"data": to_csv(rows), "headers": {"Content-Type": "text/csv"}}
    brought = nantes.operator.post("/site-files", **sent)
    assert (brought.status_code, brought.json["new"]) == (201, 3)
    before = len(nantes.operator.get("/sites").json["items"])
    done = nantes.operator.post(f"/site-files/{brought.json['id']}/take-over")
    assert (done.json["taken_over"], done.json["new"]) == (True, 3)
    assert len(nantes.operator.get("/sites").json["items"]) == before + 3
    again = nantes.operator.post(f"/site-files/{brought.json['id']}/take-over")
    assert again.json["reason"] == "taken_already"
    rows[1] |= {"horaires": "Mo 10:00-12:00", "date_maj": "2026-11-01", "code_insee": "x"}
    sent["data"] = to_csv(rows)
    faulty = nantes.operator.post("/site-files", **sent).json
    assert [(fault["field"], fault["value"]) for fault in faulty["faults"]] == [("code_insee", "x")]
    refusal = nantes.operator.post(f"/site-files/{faulty['id']}/take-over")
    assert refusal.json["reason"] == "faulty_places"
    rows[1]["code_insee"] = ""
    sent["data"] = to_csv([*rows, rows[0] | {"id": "9", "pivot": "W999999999"}])
    known = nantes.operator.post("/site-files?known_only=true", **sent).json
    assert (known["left_out"], known["same"], known["faults"]) == (1, 2, [])
    assert known["changed"][0]["changes"]["horaires"][1] == "Mo 10:00-12:00"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("prise_rdv", "javascript:alert(1)", "bad_url"),
        ("fiche_acces_libre", "data:text/html,<script>alert(1)</script>", "bad_url"),
        ("site_web", "https://ping.example|javascript:alert(1)", "bad_url"),
        ("courriels", "personne", "bad_mail"),
        ("modalites_acces", ["<b>Venir</b>"], "not_in_list"),
    ],
)
def test_what_is_published_of_a_site_is_the_national_schema_s(
    service, operator, association, name, value, reason
):
    before = service.checksum()
    path = f"/associations/{association}/sites"
    refused(operator.post(path, SITE | {name: value}), 422, reason, name)
    assert service.checksum() == before
