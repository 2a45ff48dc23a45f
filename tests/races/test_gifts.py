"""Stripe tells one thing to several at once: kept once, taken in once, and making one donor."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy.orm import Session

from tests.support.banking import Bank
from tests.support.cast import World
from tests.support.gifts import Till
from tests.support.racing import at_once, meeting_before, shows, without
from voucher_service.actions import gift_money, giving, hearing, ordering
from voucher_service.actions.checking import check_books
from voucher_service.core.gifts import Checkout
from voucher_service.store import gifts, orders, tables

EVENT = ("evt_1", "checkout.session.completed", "cs_1", "0" * 64)


def count(world: World, table: type) -> int:
    world.session.rollback()
    found = world.session.query(table).count()
    world.session.rollback()
    return found


def hear(world: World) -> bool:
    with Session(world.engine) as session, session.begin():
        return hearing.hear(session, EVENT, hearing.WEBHOOK, world.now, known=True)


def test_an_event_delivered_by_eight_at_once_is_kept_once_and_leaves_one_job(world: World):
    answers = at_once([partial(hear, world)] * 8)
    assert sorted(answers) == [False] * 7 + [True]
    assert (count(world, tables.StripeEvent), count(world, tables.Job)) == (1, 1)


def test_twin_without_its_key_an_event_leaves_many_jobs(fresh_worlds: Callable[[], World]):
    def tried() -> int:
        world = fresh_worlds()
        without(world, "ALTER TABLE stripe_event DROP CONSTRAINT pk_stripe_event")
        at_once([partial(hear, world)] * 8)
        return count(world, tables.Job)

    shows("jobs for one event", tried)


def asked(world: World, gifts_wanted: int = 1) -> tuple[Till, list[int]]:
    """A campaign of two funders that somebody gives to."""
    funders = {world.funder(name): 1 for name in ("Métropole", "Département")}
    campaign = world.campaign(funders)
    giving.open_to_gifts(world.session, campaign, "token:1", world.now)
    world.session.commit()
    till = Till(world, Bank(world))
    return till, [till.ask(campaign, 5_000) for _ in range(gifts_wanted)]


def paid(till: Till, gift: int) -> Checkout:
    """What Stripe says of a gift that is paid, before anybody has heard it."""
    till.movements[gift].append(till.movement("charge", 5_000, 100))
    return till.checkout(gift)


def take(world: World, said: Checkout) -> None:
    with Session(world.engine) as session, session.begin():
        gift_money.take_checkout(session, said, world.now)


def test_two_workers_on_one_event_move_its_money_once(world: World):
    till, [gift] = asked(world)
    answers = at_once([partial(take, world, paid(till, gift))] * 4)
    assert answers == [None] * 4
    assert count(world, tables.StripeTransaction) == 1
    assert count(world, tables.Transfer) == 2
    assert check_books(world.session) == []


def test_twin_without_key_and_lock_one_payment_is_taken_in_again(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gifts, "lock", lambda session, gift: session.get_one(tables.Gift, gift))
    monkeypatch.setattr(orders, "lock_campaign", lambda *_: None)

    def tried() -> int:
        world = fresh_worlds()
        without(
            world,
            "ALTER TABLE stripe_transaction DROP CONSTRAINT pk_stripe_transaction",
            "ALTER TABLE transfer DROP CONSTRAINT uq_transfer_event",
        )
        till, [gift] = asked(world)
        at_once([partial(take, world, paid(till, gift))] * 4)
        return count(world, tables.StripeTransaction)

    shows("movements of one payment", tried)


def test_two_first_gifts_of_one_donor_make_one_funder_and_one_round(world: World):
    till, both = asked(world, 2)
    at_once([partial(take, world, paid(till, gift)) for gift in both])
    assert count(world, tables.Funder) == 3
    assert count(world, tables.GiftRound) == 1
    assert sum(till.row(gift).passes or 0 for gift in both) == 10
    assert check_books(world.session) == []


def test_twin_without_the_campaigns_lock_a_donor_is_made_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(orders, "lock_campaign", lambda *_: None)
    monkeypatch.setattr(ordering, "add_funder", meeting_before(ordering.add_funder))

    def tried() -> int:
        world = fresh_worlds()
        till, both = asked(world, 2)
        at_once([partial(take, world, paid(till, gift)) for gift in both])
        return count(world, tables.Funder) - 2

    shows("funders of one donor", tried)
