"""Tokens: shown once, kept as a hash, ended for good."""

from tests.support.problems import refused
from tests.support.service import Caller
from voucher_service.actions.pairing import secret_hash
from voucher_service.store import tables


def test_a_token_is_shown_once_and_kept_as_a_hash(service):
    operator = service.by("operator")
    made = operator.post("/tokens", {"role": "auditor"})
    assert made.status_code == 201
    text = made.json["token"]
    row = service.world.session.get(tables.Token, int(made.json["id"]))
    assert row is not None
    assert row.token_hash == secret_hash(text)
    assert text not in operator.get("/tokens?limit=500").text
    assert Caller(service, text, row.id).get("/campaigns").status_code == 200


def test_a_token_of_one_tenant_names_it(service, nantes):
    operator = service.by("operator")
    made = operator.post("/tokens", {"role": "funder", "tenant": str(nantes.msa)}).get_json()
    assert made["tenant"] == str(nantes.msa)
    seen = Caller(service, made["token"], 0).get("/campaigns").get_json()["items"]
    assert [campaign["id"] for campaign in seen] == [str(nantes.msa_campaign)]


def test_a_token_that_cannot_be_is_not_made(service):
    operator = service.by("operator")
    before = service.checksum()
    for body, status, reason in (
        ({}, 422, "invalid"),
        ({"role": "king"}, 422, "invalid"),
        ({"role": "funder"}, 422, "tenant_missing"),
        ({"role": "funder", "tenant": "99"}, 404, "not_found"),
        ({"role": "operator", "tenant": "1"}, 422, "tenant_unexpected"),
    ):
        refused(operator.post("/tokens", body), status, reason)
    assert service.checksum() == before


def test_an_ended_token_opens_nothing(service):
    operator, left = service.by("operator"), service.by("finance", person="who left")
    ended = operator.delete(f"/tokens/{left.number}")
    assert (ended.status_code, ended.data) == (204, b"")
    refused(left.get("/campaigns"), 401, "token_unknown")
    refused(operator.delete(f"/tokens/{left.number}"), 409, "revoked_already")
    refused(operator.delete("/tokens/999"), 404, "not_found")
    (listed,) = (
        item for item in operator.get("/tokens").json["items"] if item["id"] == str(left.number)
    )
    assert listed["revoked_at"] is not None
