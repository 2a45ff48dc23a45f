"""Who may do what: generated from the declarations, so that no call can be forgotten."""

import re
from collections.abc import Iterator

import pytest

from tests.actions.test_association_papers import BUYER, EXEMPT
from tests.support.calling import METROPOLE_SIRET
from tests.support.cast import World
from tests.support.ending import a_document, ask_refund
from tests.support.fees import invoiced
from tests.support.nantes import Nantes
from tests.support.paying import pay
from tests.support.problems import refused
from tests.support.service import Service
from voucher_service.actions import contesting, disputing, self_billing, settling
from voucher_service.actions.disputing_statements import dispute_statement
from voucher_service.actions.tokens import TENANTS, Role
from voucher_service.api.v1 import API
from voucher_service.core.disputes import Line, Wrong
from voucher_service.http.endpoint import Endpoint
from voucher_service.store import tables


def roles_of(endpoint: Endpoint) -> frozenset[Role]:
    assert endpoint.roles, f"{endpoint.name} says who may"
    return endpoint.roles


def anywhere(endpoint: Endpoint) -> str:
    """The path of a call, with things that may or may not exist."""
    return re.sub(r"<\w+:\w+>", "1", endpoint.path)


def called_by(service: Service, role: Role, nantes: Nantes) -> object:
    tenants = {
        Role.FUNDER: nantes.metropole,
        Role.DISTRIBUTOR: nantes.ccas,
        Role.ASSOCIATION: nantes.ping.association,
    }
    return service.by(role, tenants.get(role))


def forbidden() -> Iterator[tuple[Endpoint, Role]]:
    for endpoint in API.endpoints:
        for role in Role:
            if role not in roles_of(endpoint):
                yield endpoint, role


def send(caller, endpoint: Endpoint, path: str):
    return getattr(caller, endpoint.method.lower())(path)


def test_a_role_that_may_not_is_told_so_and_nothing_is_written(service, nantes):
    callers = {role: called_by(service, role, nantes) for role in Role}
    before = service.checksum()
    for endpoint, role in forbidden():
        refused(send(callers[role], endpoint, anywhere(endpoint)), 403, "role_not_allowed")
    assert service.checksum() == before


def test_nobody_is_let_in_without_a_token_or_with_an_ended_one(service, nantes):
    ended = service.by("operator", person="who left")
    assert nantes.operator.delete(f"/tokens/{ended.number}").status_code == 204
    before = service.checksum()
    for endpoint in API.endpoints:
        path = anywhere(endpoint)
        refused(service.send(endpoint.method, path, None), 401, "token_missing")
        refused(send(ended, endpoint, path), 401, "token_unknown")
    assert service.checksum() == before


def test_an_auditor_reads_every_fact_but_no_code_and_only_asks_for_what_takes_long_to_read():
    for endpoint in API.endpoints:
        to_hand_out = endpoint.name in {"printed", "letter", "slip", "payout_file", "refund_file"}
        reads = endpoint.method == "GET" and not to_hand_out
        asks = endpoint.name in {"ask_audit", "ask_fec"}
        assert (Role.AUDITOR in roles_of(endpoint)) == (reads or asks), endpoint.name


FUNDER_THINGS = {
    "/funders/<id:funder>/account": "/funders/{funder}/account",
    "/campaigns/<id:campaign>": "/campaigns/{campaign}",
    "/campaigns/<id:campaign>/orders": "/campaigns/{campaign}/orders",
    "/orders/<id:order>": "/orders/{order}",
    "/orders/<id:order>/booklets": "/orders/{order}/booklets",
    "/orders/<id:order>/promises": "/orders/{order}/promises",
    "/statements/<word:number>/agree": "/statements/{statement}/agree",
    "/statements/<word:number>": "/statements/{statement}",
    "/statements/<word:number>/signature": "/statements/{statement}/signature",
    "/contests/<id:contest>": "/contests/1",
    "/contests/<id:contest>/appeal": "/contests/1/appeal",
    "/campaigns/<id:campaign>/closing": "/campaigns/{campaign}/closing",
    "/campaigns/<id:campaign>/closing/approve": "/campaigns/{campaign}/closing/approve",
    "/campaigns/<id:campaign>/closing/choices": "/campaigns/{campaign}/closing/choices",
    "/campaigns/<id:campaign>/documents": "/campaigns/{campaign}/documents",
    "/campaigns/<id:campaign>/calls": "/campaigns/{campaign}/calls",
    "/calls/<word:number>": "/calls/AF-2026-000001",
    "/fee-invoices/<word:number>": "/fee-invoices/FS-2026-000001",
    "/fee-invoices/<word:number>/standing": "/fee-invoices/FS-2026-000001/standing",
    "/fee-invoices/<word:number>/signature": "/fee-invoices/FS-2026-000001/signature",
    "/documents/<word:number>": "/documents/{document}",
    "/documents/<word:number>/signature": "/documents/{document}/signature",
    "/refunds/<word:number>": "/refunds/{refund}",
}
DISTRIBUTOR_THINGS = {
    "/distribution-points/<id:point>": "/distribution-points/{point}",
    "/distribution-points/<id:point>/booklets": "/distribution-points/{point}/booklets",
    "/booklets/<word:serial>": "/booklets/{serial}",
    "/booklets/<word:serial>/block": "/booklets/{serial}/block",
    "/booklets/<word:serial>/letter": "/booklets/{serial}/letter",
    "/booklets/<word:serial>/slip": "/booklets/{serial}/slip",
    "/booklets/<word:serial>/take-back": "/booklets/{serial}/take-back",
    "/distribution-points/<id:point>/parcels": "/distribution-points/{point}/parcels",
    "/distribution-points/<id:point>/register": (
        "/distribution-points/{point}/register?since=2026-11-01&until=2026-11-30"
    ),
    "/stock-movements/<id:movement>/count": "/stock-movements/1/count",
    "/returns": "/returns",
    "/handovers": "/handovers",
}
ASSOCIATION_THINGS = {
    "/associations/<id:association>/account": "/associations/{association}/account",
    "/associations/<id:association>": "/associations/{association}",
    "/associations/<id:association>/sites": "/associations/{association}/sites",
    "/associations/<id:association>/devices": "/associations/{association}/devices",
    "/associations/<id:association>/bank-accounts": "/associations/{association}/bank-accounts",
    "/sites/<id:site>": "/sites/{site}",
    "/sites/<id:site>/pairings": "/sites/{site}/pairings",
    "/sites/<id:site>/devices": "/sites/{site}/devices",
    "/devices/<id:device>": "/devices/{device}",
    "/incidents/<id:incident>": "/incidents/1",
    "/disputes/<id:dispute>": "/disputes/1",
    "/statements/<word:number>/disputes": "/statements/{statement}/disputes",
    "/statement-disputes/<id:dispute>": "/statement-disputes/1",
    "/contests/<id:contest>": "/contests/1",
    "/contests/<id:contest>/answer": "/contests/1/answer",
    "/associations/<id:association>/documents": "/associations/{association}/documents",
    "/documents/<word:number>": "/documents/{document}",
    "/documents/<word:number>/signature": "/documents/{document}/signature",
    "/contests/<id:contest>/appeal": "/contests/1/appeal",
    "/associations/<id:association>/billing-mandates": (
        "/associations/{association}/billing-mandates"
    ),
    "/statements/<word:number>/attestations": "/statements/{statement}/attestations",
    "/self-billed-invoices/<word:number>": "/self-billed-invoices/{self_billed}",
    "/self-billed-invoices/<word:number>/contest": "/self-billed-invoices/{self_billed}/contest",
    "/statements/<word:number>": "/statements/{statement}",
    "/statements/<word:number>/signature": "/statements/{statement}/signature",
}
THINGS = {
    Role.FUNDER: FUNDER_THINGS,
    Role.DISTRIBUTOR: DISTRIBUTOR_THINGS,
    Role.ASSOCIATION: ASSOCIATION_THINGS,
}
BODIES = {
    "record_promise": {"funder": "{funder}", "payment_order_number": "M 12", "amount_cents": 100},
    "block": {"reason": "perdu"},
    "propose_account": {"iban": "FR7630006000011234567890189", "holder": "PiNG"},
    "choose": {"to": {"choice": "carry_over"}},
    "answer_contest": {"answer": "voici"},
    "open_statement_dispute": {"kind": "amount", "reason": "trop peu"},
    "appeal_contest": {"reason": "encore"},
    "attest": {"site": "{site}"},
    "contest_invoice": {"reason": "faux"},
    "hand_over": {"serial": "{serial}", "point": "{point}"},
    "take_back": {"point": "{point}"},
    "count_delivery": {"counted": 3, "first_serial": "1", "last_serial": "3"},
    "give_back": {"first_serial": "{serial}", "count": 1, "point": "{point}", "reason": "trop"},
    "add_site": {
        "name": "Lieu",
        "adresse": "1 rue du Port",
        "code_postal": "44000",
        "commune": "Nantes",
        "services": ["Loisirs et créations numériques"],
    },
}


def filled(body, things: dict[str, str]):
    if body is None:
        return None
    return {k: v.format(**things) if isinstance(v, str) else v for k, v in body.items()}


@pytest.mark.parametrize("role", TENANTS)
def test_the_table_of_things_names_every_call_that_a_tenant_may_make(role):
    listed = {"/funders", "/campaigns", "/statements", "/associations", "/sites"}
    listed |= {"/incidents", "/disputes", "/payouts", "/contests", "/fee-invoices"}
    listed |= {"/statement-disputes"}
    may = {e.path for e in API.endpoints if role in roles_of(e)} - listed - {"/distribution-points"}
    assert may == set(THINGS[role])


def settled(nantes: Nantes) -> dict[str, str]:
    """A pass spent at PiNG, tried again, and the period closed: a statement for each side."""
    world, ping = nantes.service.world, nantes.ping
    serial = nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(ping, world.codes(serial)[0])
    world.redeem(ping, world.codes(serial)[0], offline=True, scan_id="scan-late")
    disputing.dispute(world.session, ping.site, ping.device, "scan-late", "Présent", world.now)
    world.later(days=20)
    numbers = world.close("2026-11", world.now)
    settling.approve_statement(world.session, numbers[0], "token:2", world.now)
    pay(world, "2026-11")
    contesting.contest(world.session, 1, "doute", "token:1", world.now)
    disputed = world.session, numbers[0], Wrong.ACCOUNT, Line(), "pas à nous", "person:1", world.now
    dispute_statement(*disputed)
    world.receive(nantes.order, nantes.metropole, 500, "VIR de trop")
    world.session.get_one(tables.Funder, nantes.metropole).siret = METROPOLE_SIRET
    invoiced(world, nantes.metropole)
    refund = ask_refund(world, nantes.campaign, nantes.metropole)
    whose = {"funder": nantes.metropole}, {"association": ping.association}
    papers = [a_document(world, nantes.campaign, **who) for who in whose]
    return {
        "refund": refund,
        "funder_document": papers[0],
        "association_document": papers[1],
        "campaign": str(nantes.campaign),
        "order": str(nantes.order),
        "funder": str(nantes.metropole),
        "point": str(nantes.ccas),
        "serial": nantes.serials[1],
        "association": str(nantes.ping.association),
        "site": str(nantes.ping.site),
        "device": str(nantes.ping.device),
        "association_statement": numbers[0],
        "self_billed": self_billed(world, ping.association, numbers[0]),
        "funder_statement": next(n for n in numbers if n.startswith("RF")),
    }


def self_billed(world: World, association: int, statement: str) -> str:
    """An invoice in an association's name."""
    world.session.get_one(tables.Association, association).siret = "52380911300012"
    self_billing.give_mandate(world.session, association, EXEMPT, "token:1", world.now)
    number = self_billing.issue(world.session, statement, BUYER, world.now)
    world.session.commit()
    return number


def tenants(nantes: Nantes, role: Role) -> tuple[int, int]:
    """Whose the things are, and somebody else of the same role."""
    return {
        Role.FUNDER: (nantes.metropole, nantes.msa),
        Role.DISTRIBUTOR: (nantes.ccas, nantes.france_services),
        Role.ASSOCIATION: (nantes.ping.association, nantes.alis44.association),
    }[role]


@pytest.mark.parametrize("role", TENANTS)
def test_a_thing_of_another_tenant_does_not_exist(service, nantes, role):
    things = settled(nantes)
    things["statement"] = things.get(f"{role}_statement", "")
    things["document"] = things.get(f"{role}_document", "")
    own, other = (service.by(role, tenant) for tenant in tenants(nantes, role))
    calls = [e for e in API.endpoints if e.path in THINGS[role] and role in roles_of(e)]
    # Endings last: what was ended is not there to be read.
    calls.sort(key=lambda e: ("GET", "POST", "DELETE").index(e.method))
    before = service.checksum()
    for endpoint in calls:
        path = THINGS[role][endpoint.path].format(**things)
        body = filled(BODIES.get(endpoint.name), things)
        given = {} if body is None else {"body": body}
        found = getattr(other, endpoint.method.lower())(path, **given)
        refused(found, 404, "not_found")
    assert service.checksum() == before
    for endpoint in sorted(calls, key=lambda e: e.name == "block"):
        path = THINGS[role][endpoint.path].format(**things)
        body = filled(BODIES.get(endpoint.name), things)
        given = {} if body is None else {"body": body}
        found = getattr(own, endpoint.method.lower())(path, **given)
        assert found.status_code < 300 or found.status_code == 409, (endpoint.name, found.text)


@pytest.mark.parametrize("role", TENANTS)
def test_lists_of_two_tenants_have_nothing_in_common(service, nantes, role):
    settled(nantes)
    own, other = (service.by(role, tenant) for tenant in tenants(nantes, role))
    lists = [
        e for e in API.endpoints if e.method == "GET" and "<" not in e.path and role in roles_of(e)
    ]
    assert lists
    seen = False
    for endpoint in lists:
        mine, theirs = (
            {item.get("id") or item["number"] for item in caller.get(endpoint.path).json["items"]}
            for caller in (own, other)
        )
        assert not mine & theirs, endpoint.path
        assert mine, endpoint.path
        seen = seen or bool(theirs)
    assert seen


def test_a_funder_reads_its_own_share_of_what_it_pays_for_with_others(service, nantes):
    metropole = service.by("funder", nantes.metropole)
    campaign = metropole.get(f"/campaigns/{nantes.campaign}").json
    assert campaign["funders"] == [{"funder": str(nantes.metropole), "weight": 1}]
    assert campaign["weights"] == 3
    order = metropole.get(f"/orders/{nantes.order}").json
    assert {call["funder"] for call in order["calls"]} == {str(nantes.metropole)}
    assert {receipt["funder"] for receipt in order["receipts"]} == {str(nantes.metropole)}


def test_a_funder_promises_in_its_own_name_only(service, nantes):
    metropole = service.by("funder", nantes.metropole)
    promise = {"payment_order_number": "M 12", "amount_cents": 100}
    path = f"/orders/{nantes.order}/promises"
    refused(metropole.post(path, promise | {"funder": str(nantes.etat)}), 404, "not_found")
    assert metropole.post(path, promise | {"funder": str(nantes.metropole)}).status_code == 201
