"""Papers of associations: attestations for a régie, and invoices made in their name by mandate."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.autumn import Autumn
from tests.support.banking import november_paid
from tests.support.cast import OPERATOR, STATEMENT_KEY, World
from tests.support.forging import forged
from voucher_service.actions import attesting, paying, self_billing
from voucher_service.actions.auditing import audit
from voucher_service.actions.checking import check_books
from voucher_service.actions.freezing import Signatory
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.findings import Finding
from voucher_service.documents import factur_x
from voucher_service.store import tables

RA, OTHER = "RA-2026-000001", "RA-2026-000002"
SIGNATORY = Signatory(OPERATOR, STATEMENT_KEY)
BUYER = self_billing.Buyer(SIGNATORY, "FR32434933123", "Prestations : {campaign}")
EXEMPT = self_billing.Mandate(date(2026, 11, 1), "Convention 12", 30, 0)
TAXED = self_billing.Mandate(date(2026, 11, 1), "Convention 12", 30, 2_000, "FR52380911300")


@pytest.fixture
def paid(world: World) -> Autumn:
    """70.00 € for PiNG, which has a SIRET and must invoice, and 40.00 € for Alis44."""
    autumn = november_paid(world)
    world.session.get_one(tables.Association, autumn.ping.association).siret = "52380911300012"
    world.session.commit()
    return autumn


def read(world: World, number: str) -> Any:
    return json.loads(world.session.get_one(tables.Document, number).document)


def found(world: World) -> list[Finding]:
    report = audit(world.session, lambda *_: iter(()), None, world.now)
    return [item for chapter in report.chapters for item in chapter.findings]


def attest(world: World, statement: str, site: int) -> str:
    return attesting.attest(world.session, statement, site, SIGNATORY, world.now)


def issue(world: World, statement: str = RA) -> str:
    return self_billing.issue(world.session, statement, BUYER, world.now)


def mandate(autumn: Autumn, given: self_billing.Mandate = EXEMPT) -> None:
    world = autumn.world
    who = autumn.ping.association
    self_billing.give_mandate(world.session, who, given, "token:1", world.now)


def refuses(reason: str) -> Any:
    return pytest.raises((Conflict, Invalid, NotFound), match=reason)


def test_a_site_is_attested_its_own_uses_of_a_statement_once(paid: Autumn):
    world, site = paid.world, paid.ping.site
    paying.payout_executed(world.session, RA, world.now)
    number = attest(world, RA, site)
    said = read(world, number)
    assert (number, said["statement"], said["period"]["label"]) == (
        "AT-2026-000001",
        RA,
        "2026-11",
    )
    assert (said["redemptions"], said["total_cents"], len(said["lines"])) == (7, 7_000, 7)
    assert said["paid"] == {"end_to_end": RA, "paid_on": "2026-12-10"}
    assert said["paid_at_latest_on"] == "2027-01-01"
    assert attest(world, RA, site) == number
    with refuses("not_found"):
        attest(world, OTHER, site)
    empty = world.site(paid.ping.association, "Bibliothèque")
    with refuses("nothing_used"):
        attest(world, RA, empty)
    assert check_books(world.session) == []
    assert found(world) == []


def test_nothing_is_invoiced_without_a_mandate_that_is_older_than_the_statement(paid: Autumn):
    world, who = paid.world, paid.ping.association
    with refuses("no_mandate"):
        issue(world)
    with refuses("siret_missing"):
        self_billing.give_mandate(
            world.session, paid.alis44.association, EXEMPT, "token:1", world.now
        )
    later = self_billing.Mandate(date(2026, 12, 5), "C", 30, 0)
    with refuses("in_the_future"):
        mandate(paid, self_billing.Mandate(date(2027, 12, 5), "C", 30, 0))
    mandate(paid, later)
    with refuses("before_mandate"):
        issue(world)
    with refuses("mandate_in_force"):
        mandate(paid)
    self_billing.end_mandate(world.session, who, "token:1", world.now)
    mandate(paid)
    assert issue(world) == f"FA{who}-2026-000001"
    with refuses("no_mandate"):
        issue(world, OTHER)


@pytest.mark.parametrize(("given", "net"), [(EXEMPT, 7_000), (TAXED, 5_833)])
def test_a_self_billed_invoice_is_the_statement_to_the_cent_and_breaks_no_rule(
    paid: Autumn, given: self_billing.Mandate, net: int
):
    world = paid.world
    mandate(paid, given)
    number = issue(world)
    said = read(world, number)
    assert (said["type_code"], said["net_cents"], said["total_cents"]) == ("389", net, 7_000)
    assert (said["seller"]["name"], said["buyer"]["name"]) == ("PiNG", "Opérateur")
    assert said["supplied_on"] == "2026-11-30"
    assert said["pay_to"] is None
    assert list(factur_x.faults_of(factur_x.xml_of(said))) == []
    assert issue(world) == number
    assert check_books(world.session) == []
    assert found(world) == []


def test_an_association_contests_in_the_time_of_its_mandate_and_once(paid: Autumn):
    world = paid.world
    mandate(paid)
    number = issue(world)

    def contest(days: int, reason: str = "il manque un pass") -> None:
        now = world.now + timedelta(days=days)
        self_billing.contest(world.session, number, reason, "token:5", now)

    with refuses("contest_too_late"):
        contest(31)
    with refuses("reason_missing"):
        contest(1, " ")
    contest(30)
    with refuses("contested_already"):
        contest(30)
    kept = world.session.get_one(tables.SelfBilled, number)
    assert (kept.contest_reason, kept.contested_by) == ("il manque un pass", "token:5")


def test_the_auditor_names_what_was_altered_of_them(paid: Autumn):
    world = paid.world
    mandate(paid)
    invoice, attestation = issue(world), attest(world, RA, paid.ping.site)
    for statement, subject, field in (
        ("UPDATE document SET total_cents = 1", attestation, "total_cents"),
        ("UPDATE document SET total_cents = 1", invoice, "total_cents"),
        ("UPDATE attestation SET site_id = 2", attestation, "site.id"),
        ("UPDATE billing_mandate SET vat_bp = 550", invoice, "vat.rate_bp"),
        (f"UPDATE self_billed SET statement_number = '{OTHER}'", invoice, "subject"),  # noqa: S608
    ):
        with forged(world.session, statement):
            named = {(item.subject, item.field) for item in found(world)}
        assert (subject, field) in named, statement
