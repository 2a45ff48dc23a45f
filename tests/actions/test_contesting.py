"""Contested uses: the value waits, the association answers, people decide, and money follows."""

from datetime import datetime
from typing import Any

import pytest

from tests.support.autumn import END_OF_DECEMBER, END_OF_NOVEMBER, Autumn
from tests.support.cast import World
from tests.support.contesting import (
    REJECTED,
    UPHELD,
    contest,
    decide,
    in_order,
    wait_for_appeals,
)
from tests.support.paying import send, settle
from voucher_service.actions import contesting, paying, settling
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core import accounts
from voucher_service.core.campaign import PARIS, Funding
from voucher_service.core.contests import Side
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.passes import Accepted, Refused
from voucher_service.store import tables
from voucher_service.store.postings import balance
from voucher_service.store.queries import public

DECEMBER = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
JANUARY = datetime(2027, 1, 2, 9, 0, tzinfo=PARIS)
FEBRUARY = datetime(2027, 2, 2, 9, 0, tzinfo=PARIS)
END_OF_JANUARY = datetime(2027, 2, 1, tzinfo=PARIS)


@pytest.fixture
def autumn(world: World) -> Autumn:
    """Seven uses at PiNG and four at Alis44, in November."""
    autumn = Autumn(world, fee_bp=400)
    autumn.spend(autumn.ping, 7)
    autumn.spend(autumn.alis44, 4)
    return autumn


def told(world: World, topic: str) -> list[dict[str, Any]]:
    return [row.payload for row in world.session.query(tables.Outbox).filter_by(topic=topic)]


def refuses(reason: str) -> Any:
    return pytest.raises((Conflict, Invalid, NotFound), match=reason)


def closed(autumn: Autumn) -> str:
    """November is closed, approved and paid; PiNG's statement."""
    world = autumn.world
    world.now = DECEMBER
    numbers = world.close("2026-11", END_OF_NOVEMBER)
    pay(world, numbers)
    return numbers[0]


def pay(world: World, numbers: list[str]) -> None:
    for number in numbers:
        if number.startswith("RA"):
            settling.approve_statement(world.session, number, "token:2", world.now)
            settle(world, number)
    world.session.commit()


def test_the_value_waits_until_nobody_can_change_the_outcome(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    number = contest(world, 1)
    assert (books(session).contested, books(session).payable) == (1_000, 10_000)
    (opened,) = told(world, "contest_opened")
    assert opened["answer_until"] == "2026-12-01"
    assert opened["association"] == autumn.ping.association
    decide(world, number, UPHELD)
    assert contesting.conclude_all(session, world.now) == []
    assert books(session).contested == 1_000
    assert wait_for_appeals(world) == [number]
    assert wait_for_appeals(world) == []
    assert (books(session).contested, books(session).outstanding) == (0, 20_000)
    for topic in ("contest_answered", "contest_decided", "contest_ended"):
        assert len(told(world, topic)) == 1
    assert check_books(session) == []


def test_a_pass_whose_contest_was_upheld_lives_again(autumn: Autumn):
    world = autumn.world
    code = autumn.codes.pop()
    assert isinstance(world.redeem(autumn.ping, code), Accepted)
    last = world.session.query(tables.Redemption).order_by(tables.Redemption.id.desc()).first()
    assert last is not None
    decide(world, contest(world, last.id), UPHELD)
    assert isinstance(world.redeem(autumn.alis44, code), Refused)
    wait_for_appeals(world)
    assert isinstance(world.redeem(autumn.alis44, code), Accepted)
    assert check_books(world.session) == []


def test_an_association_answers_in_its_days_or_is_judged_without(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    answered, silent = contest(world, 1), contest(world, 2)
    with refuses("cure_period"):
        contesting.decide(session, silent, UPHELD, "vu", "token:2", world.now)
    contesting.answer(session, answered, "présent ce jour-là", "token:5", world.now)
    contesting.decide(session, answered, REJECTED, "vu", "token:2", world.now)
    world.later(days=16)
    with refuses("cure_over"):
        contesting.answer(session, silent, "trop tard", "token:5", world.now)
    contesting.decide(session, silent, UPHELD, "sans réponse", "token:2", world.now)


def test_whoever_doubts_does_not_decide_and_nothing_is_said_without_words(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    with refuses("reason_missing"):
        contesting.contest(session, 1, " ", "token:1", world.now)
    number = contest(world, 1)
    with refuses("reason_missing"):
        contesting.answer(session, number, "", "token:5", world.now)
    contesting.answer(session, number, "voici", "token:5", world.now)
    with refuses("four_eyes"):
        contesting.decide(session, number, UPHELD, "vu", "token:1", world.now)
    with refuses("not_found"):
        contesting.decide(session, 99, UPHELD, "vu", "token:2", world.now)


def test_an_appeal_is_made_once_by_the_loser_and_decided_by_a_third_person(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    number = contest(world, 1)
    decide(world, number, UPHELD)
    with refuses("not_the_loser"):
        contesting.appeal(session, number, Side.PAYER, "encore", "token:1", world.now)
    session.rollback()
    number = contest(world, 1)
    decide(world, number, UPHELD)
    contesting.appeal(session, number, Side.ASSOCIATION, "une preuve", "token:5", world.now)
    assert wait_for_appeals(world) == []
    with refuses("four_eyes"):
        contesting.decide_appeal(session, number, REJECTED, "vu", "token:2", world.now)
    contesting.decide_appeal(session, number, REJECTED, "preuve vue", "token:3", world.now)
    row = session.get_one(tables.Contestation, number)
    assert (row.outcome, row.decided_by) == ("rejected", "token:3")
    assert (books(session).contested, books(session).payable) == (0, 11_000)
    with refuses("decided_already"):
        contesting.appeal(session, number, Side.PAYER, "encore", "token:1", world.now)
    assert check_books(session) == []


def test_a_use_on_a_statement_is_contested_for_thirty_days_and_nothing_moves(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    closed(autumn)
    before = books(session)
    world.later(days=30)
    contest(world, 1)
    with refuses("not_contestable"):
        contest(world, 1)
    assert books(session) == before
    world.later(days=1)
    with refuses("contest_too_late"):
        contest(world, 2)


def test_what_was_paid_wrongly_is_owed_back_and_taken_off_the_next_statement(autumn: Autumn):
    """The fee kept on it goes back too; funders bear one use less; the statement stays valid."""
    world, session = autumn.world, autumn.world.session
    november = closed(autumn)
    paying.top_up(session, autumn.campaign, "VIR avance", 1_000, world.now)
    decide(world, contest(world, 1), UPHELD)
    wait_for_appeals(world)
    debt = accounts.receivable_from(autumn.ping.association)
    assert -balance(session, debt) == 1_000
    assert books(session).solvent
    autumn.spend(autumn.ping, 3)
    world.now = JANUARY
    december, *others = world.close("2026-12", END_OF_DECEMBER)
    said = autumn.statement(december)
    assert said["totals"] == said["totals"] | {
        "gross_cents": 3_000,
        "fee_cents": 120,
        "fee_returned_cents": 40,
        "carried_in_cents": 0,
        "cancelled_cents": 1_000,
        "offset_cents": 1_000,
        "carried_out_cents": 0,
        "net_cents": 1_920,
    }
    (line,) = said["corrections"]
    assert (line["kind"], line["cents"], line["serial"]) == ("cancelled", 1_000, "00000006")
    borne = [autumn.statement(number)["share"]["period_cents"] for number in others]
    assert borne == [667, 666, 667]  # 130.00 by thirds, less 110.00 by thirds
    assert balance(session, debt) == 0
    pay(world, [december])
    in_order(world)
    for number in (november, december):
        found = public.verified(session, number)
        assert found is not None
        assert found.valid


def test_a_debt_larger_than_what_was_earned_is_carried_and_never_paid_below_zero(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    closed(autumn)
    paying.top_up(session, autumn.campaign, "VIR avance", 3_000, world.now)
    for use in (1, 2, 3):
        decide(world, contest(world, use), UPHELD)
    wait_for_appeals(world)
    autumn.spend(autumn.ping, 1)
    world.now = JANUARY
    december, *others = world.close("2026-12", END_OF_DECEMBER)
    totals = autumn.statement(december)["totals"]
    assert (totals["net_cents"], totals["offset_cents"]) == (0, 1_000 - 40 + 120)
    assert totals["carried_out_cents"] == 3_000 - 1_080
    assert autumn.statement(december)["debts"][0]["cents"] == 1_920
    assert sum(autumn.statement(number)["share"]["period_cents"] for number in others) == -2_000
    settling.approve_statement(session, december, "token:2", world.now)
    with refuses("nothing_to_pay"):
        send(world, december)
    autumn.spend(autumn.ping, 5)
    world.now = FEBRUARY
    january, *_ = world.close("2027-01", END_OF_JANUARY)
    totals = autumn.statement(january)["totals"]
    assert (totals["carried_in_cents"], totals["carried_out_cents"]) == (1_920, 0)
    assert totals["net_cents"] == 5_000 - 200 - 1_920
    in_order(world)


def test_a_contest_cannot_make_the_account_short(autumn: Autumn):
    """What was paid has left: until it is back, the operator's own money stands for it."""
    world, session = autumn.world, autumn.world.session
    closed(autumn)
    number = contest(world, 1)
    contesting.answer(session, number, "voici", "token:5", world.now)
    with refuses("operator_money_missing"):
        contesting.decide(session, number, UPHELD, "vu", "token:2", world.now)
    paying.top_up(session, autumn.campaign, "VIR avance", 1_000, world.now)
    contesting.decide(session, number, UPHELD, "vu", "token:2", world.now)
    paying.bank_charge(session, autumn.campaign, "FRAIS", 1, world.now)
    assert wait_for_appeals(world) == []  # left for later
    paying.top_up(session, autumn.campaign, "VIR frais", 1, world.now)
    assert wait_for_appeals(world) == [number]
    assert check_books(session) == []


def test_contests_stand_on_statements_while_they_are_open(autumn: Autumn):
    world = autumn.world
    number = contest(world, 1)
    world.now = DECEMBER
    ping, _, funder, *_ = world.close("2026-11", END_OF_NOVEMBER)
    (line,) = autumn.statement(ping)["contested"]
    assert line == {
        "contest": str(number),
        "campaign": str(autumn.campaign),
        "serial": "00000006",
        "number": 5,
        "reason": "doute",
        "state": "open",
        "answer_until": "2026-12-01",
        "cents": 1_000,
        "settled": False,
    }
    assert autumn.statement(funder)["activity"]["cumulative"]["contested_cents"] == 1_000


def test_in_a_post_funded_campaign_funders_owe_less_next_time(world: World):
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 6)
    world.now = DECEMBER
    numbers = world.close("2026-11", END_OF_NOVEMBER)
    for funder in autumn.funders:
        world.receive(1, funder, 2_000)
    pay(world, numbers)
    paying.top_up(world.session, autumn.campaign, "VIR avance", 3_000, world.now)
    for use in (1, 2, 3):
        decide(world, contest(world, use), UPHELD)
    wait_for_appeals(world)
    autumn.spend(autumn.ping, 9)
    world.now = JANUARY
    december, *others = world.close("2026-12", END_OF_DECEMBER)
    assert autumn.statement(december)["totals"]["net_cents"] == 6_000
    assert [autumn.statement(number)["due_cents"] for number in others] == [2_000] * 3
    assert books(world.session).awaiting_funds == 6_000
    in_order(world)
