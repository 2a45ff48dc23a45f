"""Every error is a problem that machines can read."""

from sqlalchemy.exc import OperationalError

from tests.support.desks import HIDDEN
from tests.support.problems import refused
from voucher_service.api.v1 import API
from voucher_service.store import idempotency, tables


def test_a_path_that_does_not_exist_is_a_problem_too(service):
    refused(service.by("operator").get("/nothing"), 404, "not_found")


def test_an_id_that_cannot_be_one_names_nothing(service):
    for path in ("/orders/0", "/orders/x", "/orders/9999999999999999999", "/orders/1%00"):
        refused(service.by("operator").get(path), 404, "not_found")


def test_a_wrong_method_is_told_the_right_ones(service):
    answer = service.by("operator").delete("/funders")
    refused(answer, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_who_has_no_token_is_told_which_kind_to_send(service):
    answer = service.send("GET", "/funders", None)
    refused(answer, 401, "token_missing")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_of_another_scheme_is_no_token(service):
    answer = service.send("GET", "/funders", None, headers={"Authorization": "Basic YTpi"})
    refused(answer, 401, "token_missing")


def test_a_problem_bears_the_id_of_its_request(service):
    answer = service.by("operator").get("/nothing")
    assert answer.json["instance"] == f"urn:request:{answer.headers['X-Request-Id']}"


def test_a_database_that_is_away_asks_for_patience(service, monkeypatch):
    operator = service.by("operator")

    def away(*_arguments, **_options):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(idempotency, "begin", away)
    answer = operator.post("/funders", {"name": "MSA", "kind": "public"})
    refused(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def test_the_same_thing_written_by_somebody_else_just_now_is_a_conflict(service, monkeypatch):
    operator = service.by("operator")
    body = {"name": "MSA", "kind": "public", "siret": "43493312300029"}
    assert operator.post("/funders", body).status_code == 201
    # As if the other one had committed between our look and our insert.
    monkeypatch.setattr("voucher_service.store.orders.funder_with", lambda *_: None)
    before = service.checksum()
    refused(operator.post("/funders", body), 409, "exists_already")
    assert service.checksum() == before


def test_every_call_has_one_name():
    names = [endpoint.name for endpoint in API.endpoints]
    assert len(names) == len(set(names))


def test_what_no_database_can_hold_is_a_fault_of_who_sent_it(service):
    form = service.client.get("/association/apply").text
    said = {"name": "PiNG", "siret": "43493312300029", "contact_email": "a@ping.example"}
    said |= {"representative": "Camille\x00Martin", "allowed": "true"}
    answer = service.client.post("/association/apply", data=dict(HIDDEN.findall(form)) | said)
    assert answer.status_code in {303, 422}  # SQLite holds even that
    counted = service.world.session.query(tables.Association).count()
    assert counted == (answer.status_code == 303)
