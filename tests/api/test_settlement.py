"""Periods closed by one person, statements approved by another, read by whom they concern."""

import hashlib
import json

import pytest

from tests.support.cast import STATEMENT_KEY
from tests.support.problems import refused
from voucher_service.api import settlement
from voucher_service.core.attestation import from_base64url, verify
from voucher_service.store import renderings, tables

PERIOD = {"label": "2026-11", "cutoff": "2026-12-01T00:00:00+01:00"}


@pytest.fixture
def closed(service, nantes):
    """November, with one pass spent at PiNG, closed by finance. The numbers of its statements."""
    world, finance = service.world, nantes.finance
    serial = nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(nantes.ping, world.codes(serial)[0])
    finance.post("/periods", PERIOD)
    world.later(days=20)
    asked = finance.post("/periods/2026-11/close")
    assert asked.status_code == 202
    service.run_jobs()
    job = finance.get(f"/jobs/{asked.json['job']['id']}").json
    assert job["state"] == "done", job["note"]
    return [item["number"] for item in finance.get("/statements").json["items"]]


def test_a_period_is_named_once(service):
    finance = service.by("finance")
    opened = finance.post("/periods", PERIOD)
    assert opened.status_code == 201
    assert opened.json["closed_at"] is None
    assert finance.post("/periods", PERIOD).json == opened.json
    before = service.checksum()
    other = PERIOD | {"cutoff": "2026-12-02T00:00:00+01:00"}
    refused(finance.post("/periods", other), 409, "other_cutoff")
    assert service.checksum() == before
    assert finance.get("/periods").json["items"] == [opened.json]


BAD_PERIODS: list[tuple[dict, str]] = [
    ({"label": ""}, "label"),
    ({"label": "november 2026"}, "label"),
    ({"cutoff": "2026-12-01"}, "cutoff"),
    ({"cutoff": "2026-12-01T00:00:00"}, "cutoff"),
    ({"cutoff": "1793000000"}, "cutoff"),
    ({"cutoff": 1793000000}, "cutoff"),
    ({"cutoff": "0001-01-01T00:00:00+14:00"}, "cutoff"),
]


def test_a_period_that_cannot_be_is_not_opened(service):
    before = service.checksum()
    for changed, field in BAD_PERIODS:
        refused(service.by("finance").post("/periods", PERIOD | changed), 422, "invalid", field)
    assert service.checksum() == before


def test_a_period_is_closed_when_it_is_over_and_exists(service):
    finance = service.by("finance")
    finance.post("/periods", PERIOD)
    before = service.checksum()
    refused(finance.post("/periods/2026-11/close"), 409, "not_over")
    refused(finance.post("/periods/2026-12/close"), 404, "not_found")
    assert service.checksum() == before


def test_closing_makes_one_statement_for_each_side(nantes, closed):
    found = {item["number"]: item for item in nantes.finance.get("/statements").json["items"]}
    (association,) = (item for item in found.values() if item["kind"] == "association")
    assert association == {
        "number": "RA-2026-000001",
        "kind": "association",
        "period": "2026-11",
        "association": str(nantes.ping.association),
        "funder": None,
        "campaign": None,
        "total_cents": 1000,
        "state": "issued",
        "sha256": association["sha256"],
    }
    funders = [item for item in found.values() if item["kind"] == "funder"]
    assert sorted(item["total_cents"] for item in funders) == [333, 333, 334]
    assert {item["campaign"] for item in funders} == {str(nantes.campaign)}
    assert len(closed) == 4
    assert nantes.finance.get("/periods").json["items"][0]["closed_by"].startswith("token:")


def test_statements_are_found_by_period_association_and_funder(nantes, closed):
    def found(query):
        return [item["number"] for item in nantes.finance.get(f"/statements?{query}").json["items"]]

    assert found("period=2026-11") == closed
    assert found("period=2026-10") == []
    assert found(f"association={nantes.ping.association}") == ["RA-2026-000001"]
    assert len(found(f"funder={nantes.etat}&period=2026-11")) == 1
    first = nantes.finance.get("/statements?limit=3").json
    rest = nantes.finance.get(f"/statements?limit=3&cursor={first['next']}").json
    assert [item["number"] for item in first["items"] + rest["items"]] == closed
    assert rest["next"] is None


def test_a_statement_is_given_exactly_as_it_was_signed(service, nantes, closed):
    number = closed[0]
    json_bytes = nantes.finance.get(f"/statements/{number}").data
    assert json_bytes == service.world.session.get(tables.Statement, number).document
    proof = nantes.finance.get(f"/statements/{number}/signature").json
    assert proof["sha256"] == hashlib.sha256(json_bytes).hexdigest()
    assert proof["alg"] == "Ed25519"
    assert proof["kid"] == STATEMENT_KEY.kid
    assert verify(json_bytes, from_base64url(proof["signature"]), STATEMENT_KEY.public)
    assert json.loads(json_bytes)["number"] == number


@pytest.fixture
def undrawn(service, nantes):
    """A statement whose drawing failed after the close."""
    world, serial = service.world, nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(nantes.ping, world.codes(serial)[0])
    world.later(days=20)
    return world.close("2026-11", world.now)[0]


def test_a_drawing_is_made_once_and_kept(service, nantes, undrawn, monkeypatch):
    session, path = service.world.session, f"/statements/{undrawn}"
    for accept, begins in (("text/csv", "\ufeff".encode()), ("application/pdf", b"%PDF-")):
        drawn = nantes.finance.get(path, headers={"Accept": accept})
        assert drawn.content_type.startswith(accept)
        assert drawn.headers["Vary"] == "Accept"
        assert drawn.data.startswith(begins)
        kept = session.get(tables.Rendering, (undrawn, accept))
        assert kept.content == drawn.data
        assert kept.sha256 == hashlib.sha256(drawn.data).hexdigest()
        with monkeypatch.context() as other:
            other.setattr(settlement, "draw", lambda *_: b"drawn differently")
            assert nantes.finance.get(path, headers={"Accept": accept}).data == drawn.data


def test_of_two_drawings_the_first_stays(service, nantes, undrawn, monkeypatch):
    world = service.world
    renderings.keep(world.session, undrawn, "text/csv", b"first", world.now)
    # As if the other one had been kept between our look and our turn to write.
    monkeypatch.setattr("voucher_service.store.queries.statements.rendering", lambda *_: None)
    answer = nantes.finance.get(f"/statements/{undrawn}", headers={"Accept": "text/csv"})
    assert answer.data == b"first"


ACCEPTED = [
    (None, "application/json"),
    ("*/*", "application/json"),
    ("application/*", "application/json"),
    ("text/html, text/csv;q=0.5", "text/csv"),
    ("application/pdf, */*;q=0.1", "application/pdf"),
]


def test_the_caller_says_what_it_can_read(nantes, closed):
    for accept, given in ACCEPTED:
        headers = {"Accept": accept} if accept else {}
        answer = nantes.finance.get(f"/statements/{closed[0]}", headers=headers)
        assert answer.content_type.split(";")[0] == given


def test_what_no_statement_comes_as_is_not_given(nantes, closed):
    answer = nantes.finance.get(f"/statements/{closed[0]}", headers={"Accept": "image/png"})
    refused(answer, 406, "not_acceptable")


def test_a_second_person_approves_and_nobody_twice(service, nantes, closed):
    path = f"/statements/{closed[0]}/approve"
    before = service.checksum()
    refused(nantes.finance.post(path), 409, "four_eyes")
    refused(nantes.finance.post("/statements/RA-2026-999999/approve"), 404, "not_found")
    assert service.checksum() == before
    approved = service.by("finance", person="somebody else").post(path)
    assert approved.status_code == 200
    assert approved.json["state"] == "approved"
    refused(nantes.operator.post(path), 409, "approved_already")


def test_a_period_closed_twice_is_closed_once(service, nantes, closed):
    assert nantes.finance.post("/periods/2026-11/close").status_code == 202
    service.run_jobs()
    again = [item["number"] for item in nantes.finance.get("/statements").json["items"]]
    assert again == closed


def test_a_statement_tells_how_far_its_payment_has_come(service, nantes, closed):
    world = service.world
    payout = tables.Payout(
        end_to_end="E2E-1",
        statement_number=closed[0],
        cents=1000,
        planned_at=world.now,
        sent_at=world.now,
    )
    world.session.add(payout)

    def state():
        found = nantes.finance.get(f"/statements?association={nantes.ping.association}").json
        return found["items"][0]["state"]

    assert state() == "sent"
    payout.settled_at = world.now
    assert state() == "settled"
    payout.returned_at = world.now
    assert state() == "returned"
    payout.returned_at, payout.settled_at, payout.rejected_at = None, None, world.now
    assert state() == "rejected"
