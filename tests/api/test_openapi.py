"""The OpenAPI documents: made from the declarations, valid, and complete."""

import re

import jsonschema_rs
import pytest

from voucher_service.api.v1 import API
from voucher_service.http.endpoint import EVERYBODY

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
GET /ledger/balances
GET /ledger/transfers
POST /tokens
DELETE /tokens/{}
GET /jobs/{}
"""

SCANNING = """
POST /devices
POST /checks
POST /redemptions
POST /redemptions/batch
POST /redemptions/{}/undo
GET /redemptions
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


@pytest.mark.parametrize(
    ("prefix", "promised"), [("/api/v1", CONTRACT), ("/scan/v1", SCANNING)]
)
def test_every_call_of_the_contract_is_described(service, prefix, promised):
    assert set(promised.strip().splitlines()) <= calls(document(service, prefix), prefix)
