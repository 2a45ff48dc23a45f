"""A worker is killed in the middle of what a webhook left it to do: the next one does it, once.

Real processes, a real signal, and a Stripe that answers over HTTP. The worker is killed while it
asks Stripe, and again in the middle of its transaction, held back there by a lock of the test's.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.support.banking import Bank
from tests.support.cast import World, trust_the_keys
from tests.support.fake_stripe import FakeStripe, running_stripe
from tests.support.fake_stripe.webhooks import SECRET
from tests.support.fake_stripe.world import KEY
from tests.support.gifts import GIFT, Till
from tests.support.service import settings as secrets_of_a_test
from tests.support.stage import PROGRAM
from tests.support.stripe import ACCOUNT
from voucher_service.actions import giving, hearing
from voucher_service.actions.checking import check_books
from voucher_service.payments.stripe_checkout import Order, open_checkout
from voucher_service.payments.stripe_client import stripe_client
from voucher_service.store import tables

SOON = 60
"""Seconds in which a process gets somewhere, on a machine that does other things too."""


@contextmanager
def worker(environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker as people start it, killed at the end if it still lives."""
    process = subprocess.Popen(
        [PROGRAM, "worker"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(what: str, true) -> None:
    deadline = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < deadline, f"not {what} within {SOON} s"
        time.sleep(0.01)


def kill(process: "subprocess.Popen[bytes]") -> None:
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def lease_runs_out(world: World) -> None:
    """A minute passes: whoever was killed is not waited for any more."""
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE job SET claimed_until = now() - interval '1 second'"))


def event_of_a_gift(world: World, stripe: FakeStripe, home: Path, url: str) -> int:
    """A gift was paid at Stripe, and its webhook was kept with its job; the gift's number."""
    campaign = world.campaign({world.funder("Métropole"): 1, world.funder("État"): 1})
    giving.open_to_gifts(world.session, campaign, "token:1", world.now)
    gift = Till(world, Bank(world)).ask(campaign, GIFT)
    row = world.session.get_one(tables.Gift, gift)
    row.session_id = None
    order = Order(gift, row.at, GIFT, row.mail, "fr", "Don", "", "https://a.fr", "https://a.fr")
    world.session.commit()
    made = replace(secrets_of_a_test(home, url), stripe=replace(ACCOUNT, api=stripe.address))
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
    pg_engine: Engine, postgres_url: str, tmp_path: Path
):
    with running_stripe() as stripe, Session(pg_engine) as session:
        trust_the_keys(session)
        world = World(pg_engine, session)
        gift = event_of_a_gift(world, stripe, tmp_path, postgres_url)
        environment = {
            **os.environ,
            "VOUCHER_ENV": "test",
            "VOUCHER_HOME": str(tmp_path),
            "VOUCHER_DATABASE_URL": postgres_url,
            "VOUCHER_STRIPE_KEY": KEY,
            "VOUCHER_STRIPE_WEBHOOK_SECRETS": SECRET,
            "VOUCHER_STRIPE_API": stripe.address,
        }
        asked = len(stripe.requests)
        stripe.lock.acquire()  # Stripe does not answer while this is held
        try:
            with worker(environment) as process:
                until("asking Stripe", lambda: stripe.knocked > 0)
                kill(process)
        finally:
            stripe.lock.release()
        assert counted(world, "stripe_transaction") == 0
        lease_runs_out(world)
        with pg_engine.begin() as holder, worker(environment) as process:
            holder.execute(text("SELECT id FROM campaign FOR UPDATE"))
            until("held in its transaction", lambda: waits_for_a_lock(pg_engine))
            kill(process)
        assert counted(world, "stripe_transaction") == counted(world, "transfer") == 0
        with worker(environment):
            until("done", lambda: done(world))
        assert len(stripe.requests) > asked
        assert counted(world, "stripe_transaction") == 1
        assert counted(world, "transfer", "kind = 'gift'") == 1
        assert counted(world, "stripe_event", "acted_at IS NOT NULL") == 1
        session.rollback()
        assert session.get_one(tables.Gift, gift).passes == 2_191
        assert check_books(session) == []


def done(world: World) -> bool:
    """Whether the job is done. A dead worker's last sign of life may still be on its way."""
    lease_runs_out(world)
    return counted(world, "job", "state = 'done'") == 1


def counted(world: World, table: str, condition: str = "true") -> int:
    with world.engine.connect() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {table} WHERE {condition}"))  # noqa: S608
        return int(found.scalar_one())


def waits_for_a_lock(engine: Engine) -> bool:
    question = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with engine.connect() as connection:
        return bool(connection.execute(text(question)).scalar_one())
