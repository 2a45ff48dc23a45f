"""Calls for funds as papers: what public funders ask, what is left, and who is reminded when."""

import json

import pytest

from tests.support.calling import HOUSE, issued, ordered, paper
from tests.support.cast import World
from tests.support.ending import read
from tests.support.forging import forged
from voucher_service.actions import calling, ordering
from voucher_service.actions.auditing import audit
from voucher_service.actions.calling import Engagement
from voucher_service.actions.checking import check_books
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.references import is_creditor_reference
from voucher_service.store import tables
from voucher_service.store.queries.calls import CallStanding, call_for_funds

FIRST, SECOND = "AF-2026-000001", "AF-2026-000002"


def standing(world: World, number: str = FIRST) -> CallStanding:
    return call_for_funds(world.session, number)


def test_a_call_says_what_a_public_accountant_needs_to_pay_it(world: World):
    assert issued(world, ordered(world)) == [FIRST, SECOND]
    said = read(world, FIRST)
    assert said["funder"] == {
        "id": "1",
        "name": "Nantes Métropole",
        "siret": "24440040400129",
        "address": "2 cours du Champ-de-Mars, 44000 Nantes",
        "service_code": "DGNUM",
        "engagement_number": "ENG-2026-118",
    }
    assert (said["total_cents"], said["due_on"]) == (1_250_000, "2026-12-16")
    assert said["lines"][0]["order_cents"] == 2_500_000
    assert said["pay_to"]["iban"] == "FR7630001007941234567890185"
    assert is_creditor_reference(said["reference"])
    assert said["reference"].endswith("AF2026000001")
    assert "vat" not in json.dumps(said)


def test_a_paper_waits_for_what_its_funder_insists_on(world: World):
    order = ordered(world)
    assert calling.issue_calls(world.session, order, HOUSE, world.now) == [SECOND]
    with pytest.raises(Conflict, match="engagement number") as refused:
        calling.issue_call(world.session, FIRST, HOUSE, world.now)
    assert refused.value.reason == "engagement_number_missing"
    calling.set_engagement(world.session, FIRST, Engagement("ENG-1", "AUTRE"))
    calling.issue_call(world.session, FIRST, HOUSE, world.now)
    assert read(world, FIRST)["funder"]["service_code"] == "AUTRE"
    with pytest.raises(Conflict, match="never changes"):
        calling.set_engagement(world.session, FIRST, Engagement("ENG-2"))


def test_a_public_funder_without_siret_cannot_be_sent_a_paper(world: World):
    campaign = world.campaign({world.funder("État"): 1})
    world.order(campaign, 1)
    with pytest.raises(Conflict) as refused:
        calling.issue_call(world.session, FIRST, HOUSE, world.now)
    assert refused.value.reason == "siret_missing"


def test_an_engagement_of_somebody_who_is_not_called_is_refused(world: World):
    order, other = ordered(world), world.funder("MSA")
    with pytest.raises(Invalid):
        calling.give_engagement(world.session, order, other, Engagement("ENG-1"))


def test_a_call_issued_twice_is_one_paper(world: World):
    order = ordered(world)
    issued(world, order)
    before = paper(world, FIRST).sha256
    world.later(days=3)
    assert calling.issue_call(world.session, FIRST, HOUSE, world.now) == FIRST
    assert calling.issue_calls(world.session, order, HOUSE, world.now) == []
    assert paper(world, FIRST).sha256 == before


def test_what_is_left_after_partial_and_excess_payments(world: World):
    order = ordered(world)
    issued(world, order)
    payer = min(world.calls(order))
    world.receive(order, payer, 500_000, "VIR 1")
    assert (standing(world).received, standing(world).left) == (500_000, 750_000)
    world.receive(order, payer, 900_000, "VIR 2")
    found = standing(world)
    assert (found.left, found.excess) == (0, 150_000)
    assert not found.is_late(world.later(days=90).date())


def test_a_late_funder_is_reminded_of_what_is_left_and_not_too_often(world: World):
    order = ordered(world)
    issued(world, order)
    payer = min(world.calls(order))
    world.receive(order, payer, 500_000, "VIR 1")
    with pytest.raises(Conflict, match="late"):  # due on 16 December, and that day is not late
        calling.remind(world.session, FIRST, HOUSE, world.later(days=30))
    first = calling.remind(world.session, FIRST, HOUSE, world.later(days=4))
    said = read(world, first)
    assert (first, said["level"], said["days_late"]) == ("RL-2026-000001", 1, 4)
    assert (said["total_cents"], said["received_cents"]) == (750_000, 500_000)
    assert [line["cents"] for line in said["lines"]] == [1_250_000, 500_000]
    assert said["reference"] == read(world, FIRST)["reference"]
    with pytest.raises(Conflict) as refused:
        calling.remind(world.session, FIRST, HOUSE, world.later(days=6))
    assert refused.value.reason == "reminded_lately"
    second = calling.remind(world.session, FIRST, HOUSE, world.later(days=1))
    assert read(world, second)["level"] == 2
    assert standing(world).reminders == [first, second]
    world.receive(order, payer, 750_000, "VIR 2")
    with pytest.raises(Conflict):
        calling.remind(world.session, FIRST, HOUSE, world.later(days=30))
    assert check_books(world.session) == []


def test_a_receipt_that_bounces_is_owed_again(world: World):
    order = ordered(world)
    issued(world, order)
    receipt = world.receive(order, min(world.calls(order)), 1_250_000)
    assert standing(world).left == 0
    ordering.reverse_receipt(world.session, receipt, world.now)
    assert standing(world).left == 1_250_000


FORGED = [
    ("UPDATE call SET amount_cents = 1249999 WHERE number = 'AF-2026-000001'", "total_cents"),
    ("UPDATE call SET engagement_number = 'X'", "funder.engagement_number"),
    ("UPDATE campaign_order SET booklets = 499", "lines[1].booklets"),
    ("UPDATE campaign_funder SET weight = 2 WHERE funder_id = 2", "lines[1].weights"),
    ("UPDATE document SET total_cents = 1 WHERE number = 'AF-2026-000001'", "total_cents"),
]


def test_the_auditor_names_what_the_register_says_otherwise(world: World):
    issued(world, ordered(world))
    for statement, field in FORGED:
        with forged(world.session, statement):
            report = audit(world.session, lambda *_: iter(()), None, world.now)
        (documents,) = [chapter for chapter in report.chapters if chapter.name == "documents"]
        assert (FIRST, field) in {(item.subject, item.field) for item in documents.findings}


def test_the_paper_of_a_call_is_counted_under_the_number_of_its_call(world: World):
    issued(world, ordered(world))
    report = audit(world.session, lambda *_: iter(()), None, world.now)
    assert report.clean
    assert world.session.query(tables.Document).count() == 2
