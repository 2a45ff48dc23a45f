"""A house that ceded its scheme says so: to machines, to phones, and never takes anything."""

import pytest

from tests.support.problems import refused
from voucher_service.actions import succeeding
from voucher_service.actions.succeeding import House


@pytest.fixture
def ceded(service, nantes):
    session = service.world.session
    succeeding.cede(session, House("Seconde Maison", None), "test", service.world.now)
    session.commit()
    return nantes


def test_a_caller_is_told_that_nothing_is_written_here_any_more(ceded):
    body = {"name": "Caisse", "kind": "public"}
    key = {"key": "the-same-key"}
    refused(ceded.operator.post("/funders", body, **key), 409, "ceded")
    refused(ceded.operator.post("/funders", body, **key), 409, "ceded")
    given = {"serial": ceded.serials[0], "point": str(ceded.ccas)}
    refused(ceded.operator.post("/handovers", given), 409, "ceded")
    assert ceded.operator.get("/funders").status_code == 200  # reading goes on
    assert ceded.finance.get("/ledger/check-books").json["in_order"]


def test_a_phone_keeps_its_queue_and_is_told_where_to_pair(service, ceded):
    body = {"scan_id": "scan-00000001", "code": "x"}
    sent = service.send("POST", "/scan/v1/checks", ceded.ping.token, json=body)
    refused(sent, 401, "device_revoked")
    assert "Seconde Maison" in sent.json["detail"]


@pytest.mark.usefixtures("ceded")
def test_it_is_ceded_once(service):
    session, again = service.world.session, House("Seconde Maison", None)
    succeeding.cede(session, again, "test", service.world.now)
    with pytest.raises(Exception, match="ceded to Seconde Maison already"):
        succeeding.cede(session, House("Troisième", None), "test", service.world.now)
