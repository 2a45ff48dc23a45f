"""A worker is killed in the middle of what Stripe is asked or has told: the next one does it, once.

Killed when Stripe has answered and nothing is written, and again when all is written and nothing is
committed. Stripe answers over HTTP, and counts.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.cli.conftest import House
from tests.cli.test_banking import BATCH, PERIOD, payable
from tests.support.banking import Bank
from tests.support.fake_stripe import FakeStripe, accounts, running_stripe
from tests.support.fake_stripe.webhooks import SECRET
from tests.support.fake_stripe.world import KEY
from tests.support.gifts import GIFT, Till
from tests.support.killing import Commands
from tests.support.paying import APPROVER, BANK, RESERVED
from tests.support.service import settings as of_a_test
from tests.support.stripe import ACCOUNT
from voucher_service import jobs
from voucher_service.actions import batching, giving, hearing, rail
from voucher_service.actions.checking import check_books
from voucher_service.config import read_settings
from voucher_service.jobs.tools import make_tools
from voucher_service.payments.stripe_checkout import Order, open_checkout
from voucher_service.payments.stripe_client import stripe_client
from voucher_service.store import jobs as store
from voucher_service.store import tables
from voucher_service.store.session import sessions_on

SAID = "voucher_service.payments.stripe_reading:checkout"
"""Stripe has said what a gift is, and nothing is written."""
TAKEN_IN = "voucher_service.actions.gift_money:take_checkout"
"""A gift is written, and not committed."""
SENT = "voucher_service.payments.stripe_connect:transfer"
"""Stripe has sent a payout, and nothing is written."""
BOOKED = "voucher_service.actions.rail:transferred"
"""A payout that Stripe has sent is written, and not committed."""


@pytest.fixture
def stripe(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    with running_stripe() as stripe:
        for name, value in (
            ("KEY", KEY),
            ("PAYOUTS_KEY", KEY),
            ("WEBHOOK_SECRETS", SECRET),
            ("API", stripe.address),
        ):
            monkeypatch.setenv(f"VOUCHER_STRIPE_{name}", value)
        yield stripe
    house.world.session.rollback()


def counted(house: House, table: type, **facts: object) -> int:
    session = house.world.session
    found = session.scalar(select(func.count()).select_from(table).filter_by(**facts))
    session.commit()
    return found or 0


def finish(house: House) -> None:
    """Whoever was killed is not waited for any more, and another worker does what is left."""
    house.world.session.commit()
    sessions, tools = sessions_on(house.world.engine), make_tools(read_settings())
    later = datetime.now(UTC) + 2 * store.LEASE
    while jobs.run_one(sessions, tools, jobs.EVERYWHERE, "the next one", lambda: later):
        pass


def lease_runs_out(house: House) -> None:
    session = house.world.session
    session.query(tables.Job).update({"claimed_until": datetime.now(UTC) - timedelta(hours=1)})
    session.commit()


def gift_is_told(house: House, stripe: FakeStripe) -> int:
    """A gift was paid at Stripe, and its webhook was kept with its job; the gift's number."""
    world = house.world
    campaign = world.campaign({world.funder("Métropole"): 1, world.funder("État"): 1})
    giving.open_to_gifts(world.session, campaign, "token:1", world.now)
    gift = Till(world, Bank(world)).ask(campaign, GIFT)
    row = world.session.get_one(tables.Gift, gift)
    row.session_id = None
    order = Order(gift, row.at, GIFT, row.mail, "fr", "Don", "", "https://a.fr", "https://a.fr")
    world.session.commit()
    made = replace(of_a_test(house.path, "sqlite://"), stripe=replace(ACCOUNT, api=stripe.address))
    with stripe_client(made) as client:
        name, _ = open_checkout(client, order)
    giving.has_session(world.session, gift, name)
    stripe.pay(name)
    (told,) = stripe.webhooks.take("checkout.session.completed")
    event = told["id"], told["type"], name, "0" * 64
    assert hearing.hear(world.session, event, hearing.WEBHOOK, world.now, known=True)
    world.session.commit()
    return gift


def test_a_webhooks_job_killed_twice_is_done_once(
    house: House, stripe: FakeStripe, commands: Commands
):
    gift = gift_is_told(house, stripe)
    for there in (SAID, TAKEN_IN):
        asked = len(stripe.requests)
        commands.killed("worker", there=there)
        assert len(stripe.requests) > asked
        assert counted(house, tables.StripeTransaction) == counted(house, tables.Transfer) == 0
        assert counted(house, tables.StripeEvent, acted_at=None) == 1
        lease_runs_out(house)
    finish(house)
    assert counted(house, tables.StripeTransaction) == 1
    assert counted(house, tables.Transfer, kind="gift") == 1
    assert counted(house, tables.StripeEvent, acted_at=None) == 0
    assert counted(house, tables.Job, state="done") == 1
    session = house.world.session
    assert session.get_one(tables.Gift, gift).passes == 2_191
    assert check_books(session) == []


def batch_is_funded(house: House, stripe: FakeStripe) -> None:
    """A batch of 30.00 € and 20.00 €, approved, whose money is at Stripe; its job waits."""
    world, session = house.world, house.world.session
    number = BATCH.format(payable(house))
    batching.make_batch(session, PERIOD, None, RESERVED, BANK, "token:1", world.now)
    for association in session.scalars(select(tables.Association.id)).all():
        made = accounts.create_account(stripe, RECIPIENT)
        accounts.onboard(stripe, made["id"])
        rail.add_recipient(session, association, made["id"], "token:1", world.now)
    rail.choose(session, number, "token:1", world.now)
    batching.approve_batch(session, number, APPROVER, world.now)
    rail.fund(session, number, 5_000, world.now.date(), world.now)
    stripe.transaction("topup", 5_000, "", 0)
    store.enqueue(session, store.RAIL, {"batch": number}, 1, None, world.now)
    session.commit()


RECIPIENT = {
    "configuration": {
        "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    }
}


def test_a_transfer_killed_before_its_commit_is_sent_once(
    house: House, stripe: FakeStripe, commands: Commands
):
    batch_is_funded(house, stripe)
    stripe.lists_are_late = True  # only the idempotency key knows of it
    for there in (SENT, BOOKED):
        commands.killed("worker", there=there)
        assert len(stripe.objects.of("transfer")) == 1
        assert counted(house, tables.RailTransfer) == 0
        assert counted(house, tables.Transfer, kind="rail_paid") == 0
        lease_runs_out(house)
    stripe.lists_are_late = False
    finish(house)
    sent = stripe.objects.of("transfer")
    assert sorted(item["amount"] for item in sent) == [2_000, 3_000]
    assert counted(house, tables.RailTransfer) == counted(house, tables.Transfer, kind="rail_paid")
    assert counted(house, tables.RailTransfer) == 2
    asked = [key for _, key in stripe.lines("POST", "/v1/transfers")]
    assert len(asked) == 3, "the first was asked for twice, under one key, and then found"
    assert set(asked) == {item["transfer_group"] for item in sent}
    assert check_books(house.world.session) == []


def test_a_second_part_killed_before_its_commit_goes_back_once(
    house: House, stripe: FakeStripe, commands: Commands
):
    batch_is_funded(house, stripe)
    finish(house)
    name = stripe.objects.of("transfer")[0]["id"]
    for cents in (500, 700):
        accounts.reverse(stripe, name, {"amount": cents})
    for event in stripe.webhooks.take("transfer.reversed"):
        told = event["id"], event["type"], name, "0" * 64
        assert hearing.hear(house.world.session, told, hearing.WEBHOOK, house.world.now, known=True)
    house.world.session.commit()
    commands.killed("worker", there="voucher_service.actions.reclaiming:taken_back", nth=2)
    assert counted(house, tables.RailReversal) == counted(house, tables.Correction) == 0
    lease_runs_out(house)
    finish(house)
    assert counted(house, tables.RailReversal) == counted(house, tables.Correction) == 2
    assert counted(house, tables.Transfer, kind="rail_owed") == 2
    assert counted(house, tables.Job, state="done") == 3
