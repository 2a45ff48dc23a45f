"""Corrections: who pays for what went wrong, and that no funder pays for what was not a use."""

from datetime import datetime
from typing import Any

import pytest

from tests.support.autumn import END_OF_DECEMBER, END_OF_NOVEMBER, Autumn
from tests.support.cast import Point, World
from tests.support.contesting import contest, in_order
from tests.support.paying import settle
from voucher_service.actions import correcting, disputing, judging, paying, settling
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core import accounts
from voucher_service.core.campaign import PARIS
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.passes import Accepted, Refused
from voucher_service.store import corrections, tables
from voucher_service.store.postings import balance

DECEMBER = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
JANUARY = datetime(2027, 1, 2, 9, 0, tzinfo=PARIS)


@pytest.fixture
def autumn(world: World) -> Autumn:
    """Seven uses at PiNG and four at Alis44."""
    return used(Autumn(world))


def used(autumn: Autumn) -> Autumn:
    autumn.spend(autumn.ping, 7)
    autumn.spend(autumn.alis44, 4)
    return autumn


def refuses(reason: str) -> Any:
    return pytest.raises((Conflict, Invalid, NotFound), match=reason)


def double_use(autumn: Autumn, first: Point, second: Point) -> int:
    """A pass taken by two phones without network; the incident."""
    world, code = autumn.world, autumn.codes.pop()
    assert isinstance(world.redeem(first, code, offline=True), Accepted)
    assert isinstance(world.redeem(second, code, offline=True), Refused)
    world.session.rollback()
    return world.session.query(tables.Incident).one().id


def overpaid(autumn: Autumn, cents: int) -> None:
    """The bank paid PiNG too much, and a second person found it right."""
    world = autumn.world
    number = judging.open_overpayment(
        world.session,
        autumn.campaign,
        autumn.ping.association,
        cents,
        "DEB 77",
        "Virement en double",
        "token:1",
        world.now,
    )
    judging.accept(world.session, number, "Virement en double", "token:2", world.now)
    world.session.commit()


def goodwill(autumn: Autumn, cents: int, reference: str = "Lettre 12") -> int:
    return judging.open_goodwill(
        autumn.world.session,
        autumn.campaign,
        autumn.alis44.association,
        cents,
        reference,
        "Panne du service",
        "token:1",
        autumn.world.now,
    )


def closed(autumn: Autumn) -> list[str]:
    """November's statements, closed."""
    autumn.world.now = DECEMBER
    return autumn.world.close("2026-11", END_OF_NOVEMBER)


def paid(autumn: Autumn, number: str) -> None:
    world = autumn.world
    settling.approve_statement(world.session, number, "token:2", world.now)
    settle(world, number)


def test_a_double_use_that_the_scheme_bears_is_paid_by_the_operator_and_no_funder(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    number = double_use(autumn, autumn.ping, autumn.alis44)
    before = books(session)
    with refuses("operator_money_missing"):
        judging.accept(session, number, "Bonne foi", "token:2", world.now)
    session.rollback()
    paying.top_up(session, autumn.campaign, "VIR op", 1_000, world.now)
    judging.accept(session, number, "Bonne foi", "token:2", world.now)
    after = books(session)
    assert after.outstanding == before.outstanding
    assert after.payable == before.payable + 1_000
    assert after.solvent
    _, alis44, *funders = closed(autumn)
    totals = autumn.statement(alis44)["totals"]
    assert (totals["gross_cents"], totals["granted_cents"], totals["net_cents"]) == (
        4_000,
        1_000,
        5_000,
    )
    assert sum(autumn.statement(number)["share"]["period_cents"] for number in funders) == 12_000
    paid(autumn, alis44)
    assert balance(session, accounts.OPERATOR_OWES) == 0
    in_order(world)


def test_a_double_use_that_the_site_bears_is_not_paid_and_can_be_dismissed(world: World):
    autumn = Autumn(world, borne_by="site")
    number = double_use(autumn, autumn.ping, autumn.alis44)
    paying.top_up(world.session, autumn.campaign, "VIR op", 1_000, world.now)
    with refuses("borne_by_site"):
        judging.accept(world.session, number, "Bonne foi", "token:2", world.now)
    world.session.rollback()
    disputing.close_incident(world.session, number, "À sa charge", "token:2", world.now)
    row = world.session.get_one(tables.Incident, number)
    assert (row.outcome, world.session.query(tables.Correction).count()) == ("dismissed", 0)
    with refuses("closed_already"):
        judging.accept(world.session, number, "Bonne foi", "token:3", world.now)


def test_a_goodwill_is_proposed_by_one_judged_by_another_and_said_on_the_statement(
    autumn: Autumn,
):
    world, session = autumn.world, autumn.world.session
    paying.top_up(session, autumn.campaign, "VIR op", 2_000, world.now)
    number = goodwill(autumn, 2_000)
    with refuses("incident_known"):
        goodwill(autumn, 2_000)
    with refuses("four_eyes"):
        judging.accept(session, number, "Accordé", "token:1", world.now)
    judging.accept(session, number, "Accordé", "token:2", world.now)
    _, alis44, *_ = closed(autumn)
    (line,) = autumn.statement(alis44)["corrections"]
    assert (line["kind"], line["reason"], line["cents"]) == ("granted", "Accordé", 2_000)
    in_order(world)


def test_an_association_with_nothing_but_a_goodwill_has_a_statement_and_funders_have_none(
    autumn: Autumn,
):
    world, session = autumn.world, autumn.world.session
    closed(autumn)
    paying.top_up(session, autumn.campaign, "VIR op", 500, world.now)
    judging.accept(session, goodwill(autumn, 500), "Accordé", "token:2", world.now)
    world.now = JANUARY
    (number,) = world.close("2026-12", END_OF_DECEMBER)
    assert autumn.statement(number)["totals"]["net_cents"] == 500
    paid(autumn, number)
    in_order(world)


def test_an_overpayment_is_a_hole_until_the_operator_fills_it_and_the_association_owes_it(
    autumn: Autumn,
):
    world, session = autumn.world, autumn.world.session
    overpaid(autumn, 700)
    assert not books(session).solvent
    ping, *_ = closed(autumn)
    totals = autumn.statement(ping)["totals"]
    assert (totals["charged_cents"], totals["offset_cents"], totals["net_cents"]) == (
        700,
        700,
        6_300,
    )
    assert books(session).solvent  # what PiNG earned covers it
    paid(autumn, ping)
    in_order(world)


def test_a_fraud_names_the_use_it_takes_back(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    settled = judging.open_fraud(session, 1, "Pass photographiés", "token:1", world.now)
    unsettled = judging.open_fraud(session, 2, "Pass photographiés", "token:1", world.now)
    judging.accept(session, unsettled, "Avéré", "token:2", world.now)
    entry = session.query(tables.Transfer).order_by(tables.Transfer.id.desc()).first()
    assert entry is not None
    assert (entry.kind, entry.reverses) == ("reversal", "use:2")
    ping, *_ = closed(autumn)
    assert autumn.statement(ping)["totals"]["net_cents"] == 6_000
    paid(autumn, ping)
    with refuses("operator_money_missing"):
        judging.accept(session, settled, "Avéré", "token:2", world.now)
    session.rollback()
    paying.top_up(session, autumn.campaign, "VIR op", 1_000, world.now)
    judging.accept(session, settled, "Avéré", "token:2", world.now)
    entry = session.query(tables.Transfer).order_by(tables.Transfer.id.desc()).first()
    assert entry is not None
    assert (entry.kind, entry.reverses) == ("cancelled_after_payment", "use:1")
    with refuses("incident_known"):
        judging.open_fraud(session, 1, "Encore", "token:1", world.now)
    in_order(world)


def test_a_contested_use_is_decided_and_not_judged_beside(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    number = judging.open_fraud(session, 1, "Doute", "token:1", world.now)
    contest(world, 1)
    with refuses("not_cancellable"):
        judging.accept(session, number, "Avéré", "token:2", world.now)


def test_what_is_paid_back_lowers_the_debt_and_what_is_beyond_is_owed(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    overpaid(autumn, 700)
    ping, campaign = autumn.ping.association, autumn.campaign
    args = (session, ping, campaign)
    assert correcting.repay(*args, 300, "VIR 1", "token:1", world.now) == (300, 0)
    with refuses("repayment_known"):
        correcting.repay(*args, 300, "VIR 1", "token:1", world.now)
    with refuses("more_than_owed"):
        correcting.write_off(*args, 401, "Cadeau", "token:1", world.now)
    correcting.write_off(*args, 100, "Frais non réclamés", "token:1", world.now)
    (part,) = corrections.debt_parts(session, campaign, ping)
    assert (part.cents, part.left_cents) == (700, 300)
    assert correcting.repay(*args, 450, "VIR 2", "token:1", world.now) == (300, 150)
    assert corrections.debt_parts(session, campaign, ping) == []
    # 100.00 € short of nothing: the operator bears what it wrote off.
    assert -balance(session, accounts.OPERATOR_OWES) == 100
    paying.top_up(session, campaign, "VIR op", 100, world.now)
    number, *_ = closed(autumn)
    totals = autumn.statement(number)["totals"]
    assert (totals["charged_cents"], totals["repaid_cents"], totals["granted_cents"]) == (
        700,
        700,
        150,
    )
    assert (totals["offset_cents"], totals["net_cents"]) == (0, 7_150)
    in_order(world)


def test_an_incident_needs_words_and_things_that_exist(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    with refuses("reason_missing"):
        judging.open_fraud(session, 1, " ", "token:1", world.now)
    with refuses("not_found"):
        judging.open_fraud(session, 99, "x", "token:1", world.now)
    with refuses("resolution_missing"):
        judging.accept(session, goodwill(autumn, 1), " ", "token:2", world.now)
    with refuses("not_found"):
        judging.open_goodwill(session, 99, 1, 1, "r", "x", "token:1", world.now)
    with refuses("not_found"):
        correcting.repay(session, 99, autumn.campaign, 1, "VIR", "token:1", world.now)
    session.rollback()
    assert check_books(session) == []
