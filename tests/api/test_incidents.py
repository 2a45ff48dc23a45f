"""Incidents and disputes as a console works on them: listed, answered, closed."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.problems import refused
from voucher_service.actions import disputing
from voucher_service.store import tables


@dataclass
class Doubled:
    """A pass that PiNG took, and Alis44 too without network."""

    nantes: Any
    incident: str
    dispute: str


@pytest.fixture
def doubled(nantes) -> Doubled:
    world, serial = nantes.service.world, nantes.serials[0]
    nantes.operator.post(
        f"/campaigns/{nantes.campaign}/approvals", {"association": str(nantes.alis44.association)}
    )
    world.hand_over(serial, nantes.ccas)
    code = world.codes(serial)[0]
    world.redeem(nantes.ping, code)
    world.redeem(nantes.alis44, code, offline=True, scan_id="scan-late")
    alis44 = nantes.alis44
    said = (alis44.site, alis44.device, "scan-late", "La personne était là")
    dispute = disputing.dispute(world.session, *said, world.now)
    number = dispute.id
    world.session.commit()
    [incident] = world.session.query(tables.Incident)
    return Doubled(nantes, str(incident.id), str(number))


def test_an_incident_says_what_was_refused_and_which_use_won(doubled: Doubled):
    nantes = doubled.nantes
    [item] = nantes.operator.get("/incidents").json["items"]
    assert item == nantes.finance.get(f"/incidents/{doubled.incident}").json
    assert (item["kind"], item["state"], item["value_cents"]) == ("double_use", "open", 1000)
    assert (item["association"], item["borne_by"]) == (str(nantes.alis44.association), "scheme")
    one_pass = {"serial": nantes.serials[0], "number": 1}
    assert item["refused"]["scan_id"] == "scan-late"
    assert item["refused"]["pass"] == item["use"]["pass"] == one_pass
    assert item["use"]["association"] == str(nantes.ping.association)
    assert item["use"]["undone"] is False


def test_an_association_reads_its_own_and_not_who_else_took_the_pass(service, doubled: Doubled):
    alis44 = service.by("association", doubled.nantes.alis44.association)
    [item] = alis44.get("/incidents").json["items"]
    assert (item["use"]["association"], item["use"]["site"]) == (None, None)
    assert item["use"]["redeemed_at"]
    ping = service.by("association", doubled.nantes.ping.association)
    for path in ("incidents", "disputes"):
        assert ping.get(f"/{path}").json["items"] == []
    refused(ping.get(f"/incidents/{doubled.incident}"), 404, "not_found")
    refused(ping.get(f"/disputes/{doubled.dispute}"), 404, "not_found")


FILTERS = [
    ("incidents?kind=double_use&state=open&campaign={campaign}", 1),
    ("incidents?association={alis44}", 1),
    ("incidents?association={ping}", 0),
    ("incidents?state=closed", 0),
    ("incidents?kind=goodwill", 0),
    ("incidents?campaign={msa_campaign}", 0),
    ("disputes?state=open&association={alis44}", 1),
    ("disputes?association={ping}", 0),
    ("disputes?state=upheld", 0),
]


def test_lists_are_filtered(doubled: Doubled):
    nantes = doubled.nantes
    given = {
        "campaign": nantes.campaign,
        "msa_campaign": nantes.msa_campaign,
        "ping": nantes.ping.association,
        "alis44": nantes.alis44.association,
    }
    for path, found in FILTERS:
        answer = nantes.operator.get(f"/{path.format(**given)}").json
        assert answer is not None
        assert len(answer["items"]) == found, path


def test_a_filter_that_means_nothing_is_refused(doubled: Doubled):
    for path in ("incidents?kind=theft", "incidents?state=new", "disputes?state=closed"):
        field = path.partition("?")[2].partition("=")[0]
        refused(doubled.nantes.operator.get(f"/{path}"), 422, "invalid", field)


def test_an_incident_is_closed_once_with_what_was_decided(service, doubled: Doubled):
    path = f"/incidents/{doubled.incident}/close"
    finance, alis44 = doubled.nantes.finance, doubled.nantes.alis44.association
    closed = finance.post(path, {"resolution": "Payé par la Ville"})
    assert (closed.status_code, closed.json["state"]) == (200, "closed")
    assert closed.json["closed_by"] == f"token:{finance.number}"
    refused(finance.post(path, {"resolution": "Non"}), 409, "closed_already")
    read = service.by("association", alis44).get(f"/incidents/{doubled.incident}").json
    assert read["resolution"] == "Payé par la Ville"
    topics = [row.topic for row in service.world.session.query(tables.Outbox)]
    assert topics == ["double_use_found", "incident_closed"]


@pytest.mark.parametrize(("upheld", "state"), [(True, "upheld"), (False, "rejected")])
def test_a_dispute_is_answered_once_and_the_association_is_told(
    service, doubled: Doubled, upheld: bool, state: str
):
    path = f"/disputes/{doubled.dispute}/answer"
    operator = doubled.nantes.operator
    answered = operator.post(path, {"upheld": upheld, "answer": "Après lecture"})
    assert (answered.status_code, answered.json["state"]) == (200, state)
    assert answered.json["refused"]["scan_id"] == "scan-late"
    refused(operator.post(path, {"upheld": upheld, "answer": "Encore"}), 409, "answered_already")
    [told] = service.world.session.query(tables.Outbox).filter_by(topic="dispute_answered")
    assert told.payload == {
        "dispute": int(doubled.dispute),
        "association": doubled.nantes.alis44.association,
    }


WITHOUT_WORDS: list[tuple[str, dict, str]] = [
    ("incidents/1/close", {}, "resolution"),
    ("incidents/1/close", {"resolution": " "}, "resolution"),
    ("disputes/1/answer", {"upheld": "yes", "answer": "x"}, "upheld"),
    ("disputes/1/answer", {"upheld": True, "answer": ""}, "answer"),
]


def test_a_decision_needs_its_words(doubled: Doubled):
    before = doubled.nantes.service.checksum()
    for call, body, field in WITHOUT_WORDS:
        refused(doubled.nantes.operator.post(f"/{call}", body), 422, "invalid", field)
    assert doubled.nantes.service.checksum() == before


def test_what_does_not_exist_is_not_found(doubled: Doubled):
    operator = doubled.nantes.operator
    refused(operator.post("/incidents/99/close", {"resolution": "x"}), 404, "not_found")
    refused(operator.post("/disputes/99/answer", {"upheld": True, "answer": "x"}), 404, "not_found")
    for path in ("/incidents/99", "/disputes/99"):
        refused(operator.get(path), 404, "not_found")
