"""Closing a period: once, whole or not at all, and never again."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.autumn import END_OF_DECEMBER, END_OF_NOVEMBER, Autumn
from tests.support.calling import HOUSE
from tests.support.cast import NAGA, OPERATOR, STATEMENT_KEY, World
from tests.support.contesting import REJECTED, contest, decide
from voucher_service.actions import settling
from voucher_service.actions.checking import check_books
from voucher_service.actions.freezing import Signatory
from voucher_service.actions.paying import books
from voucher_service.core import accounts
from voucher_service.core.attestation import verify
from voucher_service.core.campaign import PARIS, Funding
from voucher_service.core.canonical import canonical, sha256_hex
from voucher_service.core.errors import Conflict, Mismatch, NotFound
from voucher_service.core.passes import Accepted
from voucher_service.core.references import is_creditor_reference, numbers_in
from voucher_service.store import tables
from voucher_service.store.postings import balance

SIGNATORY = Signatory(OPERATOR, STATEMENT_KEY)


@pytest.fixture
def autumn(world: World) -> Autumn:
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    autumn.spend(autumn.alis44, 4)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    return autumn


def test_each_association_and_each_funder_gets_one_numbered_statement(autumn: Autumn):
    numbers = autumn.world.close("2026-11", END_OF_NOVEMBER)
    assert numbers == [
        "RA-2026-000001",
        "RA-2026-000002",
        "RF-2026-000001",
        "RF-2026-000002",
        "RF-2026-000003",
    ]
    totals = [autumn.world.session.get_one(tables.Statement, n).total_cents for n in numbers]
    assert totals == [7_000, 4_000, 3_667, 3_667, 3_666]
    assert check_books(autumn.world.session) == []


def test_a_statement_is_its_bytes_their_hash_and_a_signature_anyone_can_check(autumn: Autumn):
    for number in autumn.world.close("2026-11", END_OF_NOVEMBER):
        row = autumn.world.session.get_one(tables.Statement, number)
        assert canonical(json.loads(row.document)) == row.document
        assert sha256_hex(row.document) == row.sha256
        assert verify(row.document, row.signature, STATEMENT_KEY.public)
        assert not verify(row.document + b" ", row.signature, STATEMENT_KEY.public)


def test_closing_twice_gives_the_same_statements_and_writes_nothing_more(autumn: Autumn):
    first = autumn.world.close("2026-11", END_OF_NOVEMBER)
    again = autumn.world.close("2026-11", END_OF_NOVEMBER)
    assert first == again
    assert autumn.world.session.query(tables.Statement).count() == 5


def test_an_associations_statement_goes_down_to_each_use(autumn: Autumn):
    ping, *_ = autumn.world.close("2026-11", END_OF_NOVEMBER)
    document = autumn.statement(ping)
    lines = document["lines"]
    assert isinstance(lines, list)
    assert len(lines) == 7
    assert {line["site_name"] for line in lines} == {"PiNG Breil"}
    assert sum(line["cents"] for line in lines) == 7_000
    (campaign,) = document["campaigns"]
    assert [part["cents"] for part in campaign["by_funder"]] == [2_334, 2_333, 2_333]


def test_the_grid_adds_up_both_ways_across_statements(autumn: Autumn):
    numbers = autumn.world.close("2026-11", END_OF_NOVEMBER)
    documents = [autumn.statement(number) for number in numbers]
    rows = [part["cents"] for d in documents[:2] for c in d["campaigns"] for part in c["by_funder"]]
    columns = [line["share_cents"] for d in documents[2:] for line in d["by_association"]]
    assert sorted(rows) == sorted(columns)
    assert sum(rows) == 11_000


def test_a_period_cannot_be_closed_before_its_cut_off(autumn: Autumn):
    autumn.world.now = datetime(2026, 11, 30, 23, 0, tzinfo=PARIS)
    with pytest.raises(Conflict, match="not_over"):
        autumn.world.close("2026-11", END_OF_NOVEMBER)


def test_a_label_has_one_cut_off(autumn: Autumn):
    autumn.world.close("2026-11", END_OF_NOVEMBER)
    with pytest.raises(Conflict, match="other_cutoff"):
        autumn.world.close("2026-11", END_OF_DECEMBER)


def test_a_period_nobody_opened_cannot_be_closed(world: World):
    with pytest.raises(NotFound):
        settling.close_period(world.session, "2026-11", SIGNATORY, "token:1", world.now)


def test_a_use_that_can_still_be_undone_waits_for_the_next_period(autumn: Autumn):
    world = autumn.world
    world.now = END_OF_NOVEMBER - timedelta(minutes=5)
    autumn.spend(autumn.ping, 1)
    world.now = END_OF_NOVEMBER + timedelta(minutes=5)
    ping, *_ = world.close("2026-11", END_OF_NOVEMBER)
    assert world.session.get_one(tables.Statement, ping).total_cents == 7_000
    world.now = datetime(2027, 1, 2, tzinfo=PARIS)
    (late, *_) = world.close("2026-12", END_OF_DECEMBER)
    assert world.session.get_one(tables.Statement, late).total_cents == 1_000


def test_an_offline_scan_that_comes_after_the_close_falls_into_the_open_period(autumn: Autumn):
    world = autumn.world
    world.close("2026-11", END_OF_NOVEMBER)
    world.now = datetime(2026, 12, 3, 9, 0, tzinfo=PARIS)
    served = datetime(2026, 11, 30, 17, 0, tzinfo=PARIS)
    autumn.spend(autumn.ping, 1, offline=True, moment=served)
    world.now = datetime(2027, 1, 2, tzinfo=PARIS)
    (number, *_) = world.close("2026-12", END_OF_DECEMBER)
    (line,) = autumn.statement(number)["lines"]
    assert line["service_at"] == "2026-11-30T17:00:00+01:00"
    use = world.session.query(tables.Transfer).filter_by(kind="use").order_by("id").all()[-1]
    assert use.value_date.isoformat() == "2026-11-30"
    assert check_books(world.session) == []


def test_a_contested_use_waits_until_it_is_decided(autumn: Autumn):
    world = autumn.world
    first = world.session.query(tables.Redemption).order_by("id").first()
    assert first is not None
    number = contest(world, first.id)
    ping, *_ = world.close("2026-11", END_OF_NOVEMBER)
    assert world.session.get_one(tables.Statement, ping).total_cents == 6_000
    assert books(world.session).contested == 1_000
    decide(world, number, REJECTED)
    world.now = datetime(2027, 1, 2, tzinfo=PARIS)
    late, *_ = world.close("2026-12", END_OF_DECEMBER)
    assert world.session.get_one(tables.Statement, late).total_cents == 1_000
    assert books(world.session).contested == 0


def test_what_the_ledger_does_not_owe_stops_the_close_and_nothing_is_written(
    autumn: Autumn, forge: Callable[[str], None]
):
    forge("UPDATE redemption SET cents = 900 WHERE id = 1")
    with pytest.raises(Mismatch, match="ledger_differs"):
        autumn.world.close("2026-11", END_OF_NOVEMBER)
    autumn.world.session.rollback()
    assert autumn.world.session.query(tables.Statement).count() == 0
    claimed = tables.Redemption.period_id.is_not(None)
    assert autumn.world.session.query(tables.Redemption).filter(claimed).count() == 0


def test_whoever_closed_cannot_approve(autumn: Autumn):
    (number, *_) = autumn.world.close("2026-11", END_OF_NOVEMBER, actor="token:1")
    with pytest.raises(Conflict, match="four_eyes"):
        settling.approve_statement(autumn.world.session, number, "token:1", autumn.world.now)
    settling.approve_statement(autumn.world.session, number, "token:2", autumn.world.now)
    with pytest.raises(Conflict, match="approved_already"):
        settling.approve_statement(autumn.world.session, number, "token:3", autumn.world.now)


def test_a_post_funded_campaign_owes_nothing_first_and_calls_what_was_used(world: World):
    autumn = Autumn(world, funding=Funding.POSTPAID)
    assert world.session.query(tables.Call).count() == 0
    autumn.spend(autumn.ping, 5)
    assert books(world.session).awaiting_funds == 5_000
    assert books(world.session).solvent
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    world.close("2026-11", END_OF_NOVEMBER)
    owed = [-balance(world.session, accounts.receivable(funder)) for funder in autumn.funders]
    assert owed == [1_667, 1_667, 1_666]
    assert balance(world.session, accounts.to_be_funded(autumn.campaign)) == 0
    assert check_books(world.session) == []


def test_a_statement_that_asks_for_money_says_how_to_pay_it(world: World):
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 5)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    settling.open_period(world.session, "2026-11", END_OF_NOVEMBER, world.now)
    house = replace(HOUSE.signatory, pay_to=HOUSE.pay_to)
    settling.close_period(world.session, "2026-11", house, "token:1", world.now)
    payment = autumn.statement("RF-2026-000001")["payment"]
    assert payment["due_on"] == "2027-01-01"
    assert payment["pay_to"]["iban"] == HOUSE.pay_to.iban
    assert is_creditor_reference(payment["reference"])
    assert numbers_in(payment["reference"], "RF") == ["RF-2026-000001"]
    assert "payment" not in autumn.statement("RA-2026-000001")
    assert check_books(world.session) == []


def test_an_empty_month_has_no_statement_and_is_closed_all_the_same(world: World):
    world.now = datetime(2026, 12, 2, tzinfo=PARIS)
    assert world.close("2026-11", END_OF_NOVEMBER) == []
    assert world.session.query(tables.Period).one().closed_at is not None


def test_the_head_of_the_seals_stands_on_every_statement(autumn: Autumn):
    (number, *_) = autumn.world.close("2026-11", END_OF_NOVEMBER)
    seal = autumn.world.session.query(tables.Seal).one()
    assert autumn.statement(number)["seal"] == {"no": 1, "hash": seal.hash}


def test_one_statement_may_hold_two_campaigns(autumn: Autumn):
    second = autumn.world.campaign({autumn.funders[0]: 1}, name="Deuxième")
    naga = autumn.world.association(NAGA, (autumn.campaign, second))
    phone = autumn.world.phone(naga, autumn.world.site(naga, "Nâga"))
    autumn.world.now = datetime(2026, 11, 20, tzinfo=PARIS)
    autumn.spend(phone, 1)
    order = autumn.world.order(second, 1)
    autumn.world.fund(order)
    (serial,) = autumn.world.issue(order)
    point = autumn.world.point()
    autumn.world.stock([serial], point)
    autumn.world.hand_over(serial, point)
    assert isinstance(autumn.world.redeem(phone, autumn.world.codes(serial)[0]), Accepted)
    autumn.world.now = datetime(2026, 12, 2, tzinfo=PARIS)
    numbers = autumn.world.close("2026-11", END_OF_NOVEMBER)
    naga_statement = autumn.statement(numbers[2])
    assert [part["name"] for part in naga_statement["campaigns"]] == [
        "Pass numérique Nantes",
        "Deuxième",
    ]
    assert check_books(autumn.world.session) == []


def test_a_funder_agrees_to_its_statement_once_and_nobody_is_paid_by_that(autumn: Autumn):
    autumn.spend(autumn.ping, 1)
    world = autumn.world
    world.now = END_OF_NOVEMBER
    payee, *_, funder = world.close("2026-11", END_OF_NOVEMBER)
    refusals = [
        (payee, "person:7", "not_a_funders"),
        (funder, "token:1", "four_eyes"),
        (funder, "person:7", None),
        (funder, "person:8", "agreed_already"),
    ]
    for number, actor, reason in refusals:
        if reason is None:
            settling.agree_to_statement(world.session, number, actor, world.now)
            continue
        with pytest.raises(Conflict) as refused:
            settling.agree_to_statement(world.session, number, actor, world.now)
        assert refused.value.reason == reason
    assert world.session.query(tables.StatementApproval).count() == 0
