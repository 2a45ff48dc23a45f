"""Whatever is sent, fitting the documents or not: no failure of ours, no undocumented answer."""

import itertools

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.result import Ok

from tests.support.long import LONG, sqlite_at_least

EXAMPLES = 6 if LONG else 2
"""Of each call, of what fits and of what does not."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
KEYS = itertools.count()


def fuzz(app, document, caller_of, known):
    """Send every call some examples; half of them name things that exist."""
    schema = schemathesis.openapi.from_wsgi(document, app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    # Endings last: one of them may end the very token that sends the others.
    for operation in sorted(operations, key=lambda one: one.method == "delete"):
        for mode in GenerationMode:
            cases = operation.as_strategy(generation_mode=mode)
            send_all(cases, caller_of(operation.definition.raw), known)


def send_all(cases, token, known):
    @BOUNDED
    @given(case=cases, exists=st.booleans())
    def send(case, exists):
        if exists:
            names = case.path_parameters or {}
            case.path_parameters = {name: known.get(name, names[name]) for name in names}
        headers = {"Idempotency-Key": f"fuzz-{next(KEYS)}", "Accept-Encoding": "identity"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        case.call_and_validate(headers=headers, checks=CHECKS)

    send()


@sqlite_at_least
def test_the_management_api_answers_whatever_is_sent(service, nantes):
    service.world.session.commit()
    known = {
        "campaign": str(nantes.campaign),
        "order": str(nantes.order),
        "serial": nantes.serials[0],
        "point": str(nantes.ccas),
        "association": str(nantes.ping.association),
        "site": str(nantes.ping.site),
    }
    tenants = {"association": nantes.ping.association, "funder": nantes.metropole}
    preferred = ("finance", "operator", "printer", *tenants)
    callers = {role: service.by(role, tenants.get(role)).token for role in preferred}

    def caller_of(operation):
        return next(callers[role] for role in preferred if role in operation["x-roles"])

    fuzz(service.app, "/api/v1/openapi.json", caller_of, known)


def test_the_scan_api_answers_whatever_is_sent(service, nantes):
    service.world.session.commit()

    def caller_of(operation):
        return nantes.ping.token if "security" in operation else None

    fuzz(service.app, "/scan/v1/openapi.json", caller_of, {})
