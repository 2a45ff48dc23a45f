"""The OpenAPI documents: made from the declarations, valid, and complete."""

import re

import pytest
import schemathesis

from voucher_service.api.v1 import API
from voucher_service.http.body import Nothing

#: What the contract promises, as it is written there.
CONTRACT = """
POST /funders
POST /campaigns
POST /campaigns/{}/orders
POST /orders/{}/promises
POST /orders/{}/receipts
POST /orders/{}/issue
GET /orders/{}/booklets
POST /orders/{}/prints
GET /prints/{}
POST /distribution-points
POST /stock-movements
POST /handovers
POST /booklets/{}/block
POST /booklets/{}/unblock
POST /booklets/{}/void
POST /booklets/{}/replace
POST /associations
POST /associations/{}/sites
POST /associations/{}/accreditation
POST /campaigns/{}/approvals
POST /sites/{}/pairings
POST /periods
POST /periods/{}/close
GET /statements
GET /statements/{}
GET /statements/{}/signature
POST /statements/{}/approve
GET /periods/{}/payables
POST /payout-batches
GET /payout-batches
GET /payout-batches/{}
GET /payout-batches/{}.xml
POST /payout-batches/{}/approve
POST /payout-batches/{}/cancel
GET /payouts
POST /bank-statements
GET /bank-statements
GET /bank-lines
POST /bank-lines/{}/assign
POST /associations/{}/bank-accounts
GET /associations/{}/bank-accounts
POST /bank-accounts/{}/confirm
POST /bank-accounts/{}/refuse
GET /ledger/balances
GET /ledger/transfers
POST /tokens
DELETE /tokens/{}
GET /jobs/{}
GET /incidents
POST /incidents/{}/close
GET /disputes
POST /disputes/{}/answer
POST /statements/{}/disputes
GET /statement-disputes
POST /statement-disputes/{}/answer
"""

SCANNING = """
POST /devices
POST /checks
POST /redemptions
POST /redemptions/batch
POST /redemptions/{}/undo
GET /redemptions
GET /refusals
POST /refusals/{}/dispute
"""


def document(service, prefix):
    answer = service.client.get(f"{prefix}/openapi.json")
    assert answer.content_type == "application/json"
    return answer.json


def calls(document, prefix):
    return {
        f"{method.upper()} {re.sub('{.*?}', '{}', path).removeprefix(prefix)}"
        for path, methods in document["paths"].items()
        for method in methods
    }


DOCUMENTS = [("/api/v1", CONTRACT), ("/scan/v1", SCANNING)]


@pytest.mark.parametrize(("prefix", "promised"), DOCUMENTS)
def test_every_call_of_the_contract_is_described(service, prefix, promised):
    assert set(promised.strip().splitlines()) <= calls(document(service, prefix), prefix)


@pytest.mark.parametrize("prefix", ["/api/v1", "/scan/v1"])
def test_the_document_is_valid_openapi_3_1(service, prefix):
    found = document(service, prefix)
    assert found["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(found).validate()


@pytest.mark.parametrize("prefix", ["/api/v1", "/scan/v1"])
def test_every_reference_leads_somewhere(service, prefix):
    found = document(service, prefix)
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', str(found).replace("'", '"')))
    assert names
    assert names <= found["components"]["schemas"].keys()


def test_each_call_says_who_may_and_what_can_go_wrong(service):
    paths = document(service, "/api/v1")["paths"]
    for endpoint in API.endpoints:
        path = "/api/v1" + re.sub(r"<\w+:(\w+)>", r"{\1}", endpoint.path)
        call = paths[path][endpoint.method.lower()]
        assert call["x-roles"] == sorted(endpoint.roles or ())
        assert call["security"] == [{"token": []}]
        assert {"401", "403", "422", "429", "503"} <= call["responses"].keys()
        assert ("requestBody" in call) == (endpoint.body is not Nothing or bool(endpoint.raw))
        keyed = any(part["name"] == "Idempotency-Key" for part in call["parameters"])
        assert keyed == (endpoint.method == "POST")


def test_money_is_whole_cents_everywhere(service):
    def amounts(schema):
        for name, part in schema.get("properties", {}).items():
            if name.endswith("_cents"):
                yield name, part

    found = document(service, "/api/v1")["components"]["schemas"].values()
    money = [part for schema in found for _, part in amounts(schema)]
    assert money
    said = [{kind["type"] for kind in part.get("anyOf", [part])} for part in money]
    assert all(kinds - {"null"} == {"integer"} for kinds in said)
