"""A statement disputed by programs: said by the association, answered by the operator."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.problems import refused
from voucher_service.actions import judging, paying


@dataclass
class Stated:
    """PiNG has a statement of one pass."""

    nantes: Any
    ping: Any
    number: str

    def say(self, **body: object) -> Any:
        return self.ping.post(f"/statements/{self.number}/disputes", {"reason": "Voyez."} | body)


@pytest.fixture
def stated(service, nantes) -> Stated:
    world = service.world
    world.hand_over(nantes.serials[0], nantes.ccas)
    world.redeem(nantes.ping, world.codes(nantes.serials[0])[0])
    world.later(days=20)
    numbers = world.close("2026-11", world.now)
    world.session.commit()
    own = next(number for number in numbers if number.startswith("RA"))
    return Stated(nantes, service.by("association", nantes.ping.association), own)


def test_an_association_disputes_a_line_and_reads_the_answer_and_its_correction(stated: Stated):
    nantes, world = stated.nantes, stated.nantes.service.world
    line = {"kind": "amount", "serial": nantes.serials[0], "number": 1}
    first = stated.say(**line)
    assert first.status_code == 201
    assert stated.say(**line | {"reason": "encore"}).json == first.json
    dispute = first.json["id"]
    assert nantes.finance.get("/statement-disputes?state=open").json["items"] == [first.json]
    paying.top_up(world.session, nantes.campaign, "VIR op", 500, world.now)
    whose = (nantes.campaign, nantes.ping.association, 500, "R 1", "oubli", "token:91", world.now)
    incident = judging.open_goodwill(world.session, *whose)
    world.session.commit()
    path = f"/statement-disputes/{dispute}/answer"
    answer = {"upheld": True, "answer": "Vous avez raison.", "incident": str(incident)}
    refused(nantes.finance.post(path, answer), 409, "not_corrected_yet")
    refused(nantes.finance.post(path, answer | {"incident": "99"}), 422, "incident_unknown")
    judging.accept(world.session, incident, "oubli", "token:92", world.now)
    world.session.commit()
    assert nantes.finance.post(path, answer).status_code == 200
    refused(nantes.operator.post(path, answer), 409, "answered_already")
    read = stated.ping.get(f"/statement-disputes/{dispute}").json
    assert (read["state"], read["answer"]) == ("upheld", "Vous avez raison.")
    corrected = {"incident": str(incident), "kind": "goodwill", "value_cents": 500}
    assert read["corrected_by"] == corrected | {"statement": None}


def test_what_cannot_be_said_of_a_statement_is_refused_beside_its_field(stated: Stated):
    refused(stated.say(kind="correction"), 422, "which_correction")
    refused(stated.say(kind="amount", serial="99999999", number=1), 422, "serial_unknown")
    refused(stated.say(kind="wrong"), 422, "invalid")
    refused(stated.say(kind="account", reason="x" * 501), 422, "invalid")
    alis44 = stated.nantes.service.by("association", stated.nantes.alis44.association)
    body = {"kind": "account", "reason": "pas à nous"}
    refused(alis44.post(f"/statements/{stated.number}/disputes", body), 404, "not_found")
    assert alis44.get("/statement-disputes").json["items"] == []
    assert stated.ping.get(f"/statement-disputes?statement={stated.number}").json["items"] == []
