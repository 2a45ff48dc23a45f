"""What is sent is read strictly, and what cannot be read writes nothing."""

import json

import pytest

from tests.support.problems import refused

RECEIPT = {"funder": "1", "amount_cents": 100, "received_on": "2026-11-03", "reference": "VIR 1"}
JSON = {"content_type": "application/json"}


@pytest.fixture
def order(service):
    world = service.world
    return world.order(world.campaign({world.funder("MSA"): 1}), 1)


@pytest.fixture
def send(service, order):
    """Send a receipt that must be refused, and see that nothing was written."""
    finance = service.by("finance")

    def send(status, reason, field=None, **sent):
        before = service.checksum()
        refused(finance.post(f"/orders/{order}/receipts", **sent), status, reason, field)
        assert service.checksum() == before

    return send


NOT_JSON = [
    '{"funder": "1"',
    "not json",
    "NaN",
    '{"amount_cents": NaN}',
    '{"amount_cents": Infinity}',
    '{"amount_cents": 1, "amount_cents": 2}',
    '{"a": {"b": 1, "b": 1}}',
    "[" * 100_000,
    "\ufeff{}",
]


def test_what_is_not_json_is_not_guessed(send):
    for text in NOT_JSON:
        send(400, "malformed_json", data=text.encode(), **JSON)


def test_what_is_not_utf8_is_not_guessed(send):
    send(400, "malformed_json", data='{"reference": "été"}'.encode("latin-1"), **JSON)
    send(400, "malformed_json", data=json.dumps(RECEIPT).encode("utf-16"), **JSON)


def test_another_kind_of_body_is_refused(send):
    send(415, "not_json", data="funder=1", content_type="application/x-www-form-urlencoded")


def test_a_body_that_is_too_large_is_refused(send):
    send(413, "request_entity_too_large", data=b"{" + b" " * 300_000 + b"}", **JSON)


WRONG: list[tuple[dict, str]] = [
    ({"amount_cents": 100.0}, "amount_cents"),
    ({"amount_cents": "100"}, "amount_cents"),
    ({"amount_cents": True}, "amount_cents"),
    ({"amount_cents": 0}, "amount_cents"),
    ({"amount_cents": -1}, "amount_cents"),
    ({"amount_cents": 10**30}, "amount_cents"),
    ({"amount_cents": None}, "amount_cents"),
    ({"funder": 1}, "funder"),
    ({"funder": "01"}, "funder"),
    ({"funder": "one"}, "funder"),
    ({"funder": "9" * 19}, "funder"),
    ({"received_on": "03/11/2026"}, "received_on"),
    ({"received_on": "2026-02-30"}, "received_on"),
    ({"received_on": "1793000000"}, "received_on"),
    ({"received_on": "9999-12-31"}, "received_on"),
    ({"received_on": "2026-11-03T10:00:00Z"}, "received_on"),
    ({"reference": ""}, "reference"),
    ({"reference": "   "}, "reference"),
    ({"reference": "VIR\x00"}, "reference"),
    ({"reference": "x" * 501}, "reference"),
    ({"more": 1}, "more"),
]


def test_each_wrong_field_is_named(send):
    for changed, field in WRONG:
        send(422, "invalid", field, body=RECEIPT | changed)


def test_every_missing_field_is_named_at_once(service, order):
    answer = service.by("finance").post(f"/orders/{order}/receipts", {})
    named = {error["field"] for error in answer.json["errors"]}
    assert named == RECEIPT.keys()


def test_a_call_that_takes_no_body_refuses_one(service, order):
    operator = service.by("operator")
    refused(operator.post(f"/orders/{order}/issue", {"force": True}), 422, "invalid", "force")


def test_a_query_is_read_as_strictly(service):
    for query in ("limit=0", "limit=501", "limit=x", "cursor=x", "page=2", "limit=1&limit=2"):
        refused(service.by("operator").get(f"/funders?{query}"), 422, "invalid")


def test_a_call_that_takes_no_query_refuses_one(service, order):
    refused(service.by("operator").get(f"/orders/{order}?full=1"), 422, "invalid", "full")


def test_what_was_sent_is_never_repeated(service, order):
    secret = "FR7630006000011234567890189"
    answer = service.by("finance").post(f"/orders/{order}/receipts", RECEIPT | {"funder": secret})
    assert secret not in answer.text
