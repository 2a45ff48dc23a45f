"""Where an association's money is: each reason in turn, from a scan to the bank account.

That every cent has its reason whatever happens is played in ``test_ledger_machine``.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import World, trust_the_keys
from tests.support.contesting import contest
from tests.support.paying import make, pay
from voucher_service.actions import bank_accounts, batching, judging, paying, settling
from voucher_service.actions.owing import Till, money_of
from voucher_service.core.campaign import Funding
from voucher_service.core.dues import Money, Waits
from voucher_service.core.payout_batch import Account
from voucher_service.payments import sepa
from voucher_service.store import tables

NEW_IBAN = "FR7630004000031234567890143"


@pytest.fixture
def autumn(engine: Engine, session: Session) -> Iterator[Autumn]:
    trust_the_keys(session)
    world = World(engine, session)
    yield Autumn(world)
    world.close_book()


def money(autumn: Autumn) -> Money:
    world = autumn.world
    return money_of(
        world.session,
        autumn.ping.association,
        sepa.account_faults,
        world.now,
        Till(paying.held_by_campaign(world.session), paying.books(world.session).solvent),
    )


def reasons(autumn: Autumn) -> list[tuple[str, int]]:
    return [(due.waits.value, due.cents) for due in money(autumn).dues]


def november(autumn: Autumn, passes: int = 3) -> str:
    """Some passes are used at PiNG and November is closed; the number of its statement."""
    autumn.spend(autumn.ping, passes)
    autumn.world.now = END_OF_NOVEMBER
    numbers = autumn.world.close("2026-11", END_OF_NOVEMBER)
    return next(number for number in numbers if number.startswith("RA"))


def test_an_association_without_uses_waits_for_nothing(autumn: Autumn):
    assert money(autumn) == Money([], {})


def test_the_money_of_november_is_followed_to_the_bank_account(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    autumn.spend(autumn.ping, 3)
    assert reasons(autumn) == [("not_stated", 3000)]
    world.now = END_OF_NOVEMBER
    number = world.close("2026-11", END_OF_NOVEMBER)[0]
    assert reasons(autumn) == [("not_approved", 3000)]
    settling.approve_statement(session, number, "token:2", world.now)
    assert reasons(autumn) == [("ready", 3000)]
    batch = make(world, "2026-11")
    assert reasons(autumn) == [("in_batch", 3000)]
    batching.approve_batch(session, batch.number, "token:2", world.now)
    (due,) = money(autumn).dues
    assert (due.waits, due.statement, due.reference) == (Waits.SENT, number, number)
    paying.payout_executed(session, number, world.now)
    assert money(autumn) == Money([], {})


def test_what_the_bank_gave_back_says_why_and_waits_for_another_account(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    number = november(autumn)
    settling.approve_statement(session, number, "token:2", world.now)
    pay(world, "2026-11")
    paying.payout_executed(session, number, world.now)
    paying.payout_returned(session, number, "AC04", world.now)
    (due,) = money(autumn).dues
    assert (due.waits, due.bank_reason) == (Waits.ACCOUNT_BLOCKED, "AC04")
    account = Account("PiNG", NEW_IBAN)
    assert not money(autumn).account_proposed
    bank_accounts.propose(session, autumn.ping.association, account, "person:1", world.now)
    session.commit()
    assert money(autumn).account_proposed
    world.confirm_account(autumn.ping.association, cooling_off_days=3)
    (due,) = money(autumn).dues
    assert due.waits is Waits.ACCOUNT_COOLING_OFF
    assert due.until == world.later(days=3)
    (due,) = money(autumn).dues
    assert (due.waits, due.bank_reason) == (Waits.READY, "AC04")


def test_nothing_is_promised_while_the_account_is_short(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    number = november(autumn)
    settling.approve_statement(session, number, "token:2", world.now)
    paying.bank_charge(session, autumn.campaign, "FRAIS 1", 100, world.now)
    assert reasons(autumn) == [("payments_stopped", 3000)]
    paying.top_up(session, autumn.campaign, "VIR 9", 100, world.now)
    assert reasons(autumn) == [("ready", 3000)]


def test_without_a_confirmed_account_the_money_says_so(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    number = november(autumn)
    settling.approve_statement(session, number, "token:2", world.now)
    session.query(tables.BankAccount).update({"confirmed_at": None})
    assert reasons(autumn) == [("account_not_confirmed", 3000)]


def test_a_holder_that_no_bank_can_write_is_named_before_a_batch_is_made(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    number = november(autumn)
    settling.approve_statement(session, number, "token:2", world.now)
    session.query(tables.BankAccount).update({"holder": "漢字"})
    assert reasons(autumn) == [("account_unfit", 3000)]


def test_a_contested_use_waits_aside_with_its_last_day_to_answer(autumn: Autumn):
    world = autumn.world
    autumn.spend(autumn.ping, 2)
    use, _ = world.session.query(tables.Redemption).order_by("id").all()
    number = contest(world, use.id)
    contested, rest = money(autumn).dues
    assert (contested.waits, contested.cents, contested.contest) == (Waits.CONTESTED, 1000, number)
    until = world.session.get_one(tables.Contestation, number).answer_until
    assert contested.until == until
    assert (rest.waits, rest.cents, rest.passes) == (Waits.NOT_STATED, 1000, 1)


def test_what_is_given_besides_uses_waits_for_the_next_statement(autumn: Autumn):
    world, session = autumn.world, autumn.world.session
    paying.top_up(session, autumn.campaign, "VIR 9", 700, world.now)
    incident = judging.open_goodwill(
        session, autumn.campaign, autumn.ping.association, 700, "L1", "geste", "token:1", world.now
    )
    judging.accept(session, incident, "vu", "token:2", world.now)
    assert reasons(autumn) == [("granted", 700)]


def test_what_a_campaign_has_not_received_yet_is_not_promised_for_the_next_batch(
    engine: Engine, session: Session
):
    trust_the_keys(session)
    world = World(engine, session)
    autumn = Autumn(world, funding=Funding.POSTPAID)
    number = november(autumn)
    settling.approve_statement(session, number, "token:2", world.now)
    assert reasons(autumn) == [("funds_not_arrived", 3000)]
    world.close_book()
