"""A contest is decided once, a campaign ends once, and it is told once that all funders agreed."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support import ending
from tests.support.cast import PING, World
from tests.support.contesting import contest
from tests.support.paying import APPROVER, BANK, MAKER, RESERVED
from tests.support.racing import at_once, meet, meeting_before, shows, without
from voucher_service.actions import (
    closing,
    closing_papers,
    contesting,
    refund_batching,
    refunding,
)
from voucher_service.actions.checking import check_books
from voucher_service.core.campaign import PARIS
from voucher_service.core.contests import Outcome
from voucher_service.core.errors import Conflict, Mismatch
from voucher_service.store import closings, contests, orders, tables
from voucher_service.store.postings import post

BEGINS = datetime(2027, 12, 1, 9, 0, tzinfo=PARIS)
AFTER = datetime(2028, 2, 9, 9, 0, tzinfo=PARIS)
PERSONS = 4


def count(world: World, table: type, *conditions: object) -> int:
    found = world.session.scalar(select(func.count()).select_from(table).where(*conditions))  # type: ignore[arg-type]
    world.session.rollback()
    return int(found or 0)


def in_own_session(world: World, work: Callable[[Session], object]) -> object:
    with Session(world.engine, expire_on_commit=False) as session, session.begin():
        return work(session)


def together(world: World, works: list[Callable[[Session], object]]) -> list[object]:
    return at_once([partial(in_own_session, world, work) for work in works])


# Deciding a contest


def doubted(world: World) -> int:
    """A use that is contested and answered; the contest."""
    campaign = world.campaign({world.funder("Métropole"): 1})
    order = world.order(campaign, 1)
    world.fund(order)
    (serial,) = world.issue(order)
    point = world.point()
    world.stock([serial], point)
    world.hand_over(serial, point)
    world.redeem(world.at(PING, campaign, "Lieu"), world.codes(serial)[0])
    number = contest(world, 1)
    contesting.answer(world.session, number, "voici", "token:5", world.now)
    world.session.commit()
    return number


def decided_by_all(world: World, number: int) -> int:
    """Several persons decide at once, some one way and some the other; how many were heard."""

    def decide(person: int, session: Session) -> None:
        outcome = Outcome.UPHELD if person % 2 else Outcome.REJECTED
        contesting.decide(session, number, outcome, "vu", f"token:{10 + person}", world.now)

    answers = together(world, [partial(decide, person) for person in range(PERSONS)])
    assert all(answer is None or isinstance(answer, Conflict) for answer in answers), answers
    return answers.count(None)


def test_a_contest_is_decided_by_one_person(world: World):
    number = doubted(world)
    assert decided_by_all(world, number) == 1
    assert count(world, tables.ContestStep, tables.ContestStep.step == "decision") == 1
    world.later(days=16)
    ended = together(
        world, [lambda session: contesting.conclude(session, number, world.now)] * PERSONS
    )
    assert sorted(map(bool, ended)) == [False] * (PERSONS - 1) + [True]
    assert check_books(world.session) == []


def test_twin_without_lock_and_key_two_persons_decide_two_ways(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(contests, "locked", lambda session, n: session.get(tables.Contestation, n))
    monkeypatch.setattr(contests, "take", meeting_before(contests.take))

    def tried() -> int:
        world = fresh_worlds()
        number = doubted(world)
        without(world, "ALTER TABLE contest_step DROP CONSTRAINT pk_contest_step")
        return decided_by_all(world, number)

    shows("persons decided one contest", tried)


# Ending a campaign


def funded(world: World, funders: int = PERSONS) -> int:
    """A campaign of several funders on the first day of its end."""
    payers = [world.funder(f"Financeur {n}") for n in range(funders)]
    campaign = world.campaign(dict.fromkeys(payers, 1))
    world.fund(world.order(campaign, 1))
    world.now = BEGINS
    return campaign


def started_by_all(world: World, campaign: int) -> int:
    """Several persons begin the end at once; how many ends there are."""

    def start(person: int, session: Session) -> object:
        return closing.start(session, campaign, f"token:{person}", world.now).id

    told = together(world, [partial(start, person) for person in range(PERSONS)])
    assert all(isinstance(answer, int) for answer in told), told
    return count(world, tables.Closing)


def test_an_end_begins_once(world: World):
    assert started_by_all(world, funded(world)) == 1
    assert count(world, tables.Outbox, tables.Outbox.topic == "closing_started") == 1


def test_twin_without_its_locks_an_end_begins_again_and_again(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(closing, "lock_campaign", lambda _session, _campaign: None)
    monkeypatch.setattr(closings, "start", meeting_before(closings.start))

    def tried() -> int:
        world = fresh_worlds()
        campaign = funded(world)
        without(world, "ALTER TABLE closing DROP CONSTRAINT uq_closing_campaign_id_round")
        return started_by_all(world, campaign)

    shows("ends of one campaign", tried)


def agreed_by_all(world: World, campaign: int) -> int:
    """Every funder agrees at the same moment; how often it was told that all had."""
    closing.start(world.session, campaign, "token:1", world.now)
    world.session.commit()
    payers = [share.number for share in orders.shares(world.session, campaign)]
    world.session.rollback()

    def agree(funder: int, session: Session) -> None:
        closing.approve(session, campaign, funder, f"token:{funder}", world.now)

    told = together(world, [partial(agree, payer) for payer in payers])
    assert told == [None] * len(payers), told
    assert count(world, tables.ClosingApproval) == len(payers)
    return count(world, tables.Outbox, tables.Outbox.topic == "closing_approved")


def test_the_last_funder_to_agree_is_noticed(world: World):
    assert agreed_by_all(world, funded(world)) == 1


def test_twin_without_its_lock_every_funder_waits_for_another(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(closing, "current", closings.latest)
    approve = closings.approve

    def approve_and_meet(*arguments: object) -> bool:
        new = approve(*arguments)  # type: ignore[arg-type]
        meet()
        return new

    monkeypatch.setattr(closings, "approve", approve_and_meet)

    def tried() -> int:
        world = fresh_worlds()
        missed = agreed_by_all(world, funded(world)) != 1
        return 1 + missed

    shows("funders, less one, agreed and nobody noticed that all had", tried)


# Closing it


def closed_by_all(world: World, campaign: int) -> list[object]:
    def close(session: Session) -> object:
        return closing_papers.close_campaign(session, campaign, ending.SIGNATORY, world.now)

    return together(world, [close] * PERSONS)


def test_a_campaign_is_closed_once_with_one_number(world: World):
    campaign = funded(world)
    ending.begin(world, campaign)
    world.now = AFTER
    assert closed_by_all(world, campaign) == ["EC-2028-000001"] * PERSONS
    assert count(world, tables.Document) == 1 + PERSONS
    assert check_books(world.session) == []


def test_twin_without_its_locks_unused_value_goes_back_more_than_once(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(closing_papers, "lock_campaign", lambda _session, _campaign: None)
    monkeypatch.setattr(closing, "current", closings.latest)
    monkeypatch.setattr(closing_papers, "post", meeting_before(post))

    def tried() -> int:
        world = fresh_worlds()
        campaign = funded(world)
        ending.begin(world, campaign)
        world.now = AFTER
        without(world, "ALTER TABLE transfer DROP CONSTRAINT uq_transfer_event")
        # Their last check finds that what went back is not what was left, and stops them.
        return 1 + sum(isinstance(answer, Mismatch) for answer in closed_by_all(world, campaign))

    shows("closes, less one, gave the same value back again", tried)


def test_a_deposit_is_asked_for_once_and_sent_once(world: World):
    campaign = funded(world, 1)
    ending.begin(world, campaign)
    world.now = AFTER
    ending.close(world, campaign)

    def ask(session: Session) -> object:
        return refunding.ask(session, campaign, 1, ending.IBAN, "Trésorerie", "token:1", world.now)

    numbers = [answer for answer in together(world, [ask] * PERSONS) if isinstance(answer, str)]
    assert numbers == ["RB-2028-000001"]
    refunding.approve(world.session, numbers[0], APPROVER, world.now)
    file = refund_batching.make_batch(world.session, None, RESERVED, BANK, MAKER, world.now)
    world.session.commit()
    send = partial(refund_batching.approve_batch, number=file.number, actor=APPROVER, now=world.now)
    assert together(world, [send] * PERSONS).count(None) == 1
    assert check_books(world.session) == []
