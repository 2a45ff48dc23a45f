"""Stripe is asked by two at once: each payout leaves once, each part goes back once.

Lists at Stripe are late here: they do not show yet what the other one made, so that looking first
saves nobody. The key of the request and the key of the row do.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.databases import PostgresCopies
from tests.support.racing import at_once, meet, meeting_before, shows, without
from tests.support.rail import BATCH, PING, Desk, running_rail
from tests.support.stripe import hurry
from voucher_service.actions import reclaiming
from voucher_service.core.rail import TakenBack
from voucher_service.jobs import rail as jobs
from voucher_service.payments import stripe_connect
from voucher_service.store import payouts, tables
from voucher_service.store.engine import make_engine
from voucher_service.store.once import insert_once
from voucher_service.store.session import sessions_on

REQUESTS = itertools.count()


@pytest.fixture
def desk(
    pg_engine: Engine, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A November of two associations, to be paid by Stripe."""
    hurry(monkeypatch)
    with running_rail(pg_engine, postgres_url, tmp_path) as desk:
        yield desk


@pytest.fixture
def fresh_desks(
    postgres_copies: PostgresCopies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Desk]]:
    """A new desk for each try of a twin. Nobody asks whether its books are right."""
    hurry(monkeypatch)
    with ExitStack() as stack:

        def fresh() -> Desk:
            url = stack.enter_context(postgres_copies.fresh())
            engine = make_engine(url)
            stack.callback(engine.dispose)
            home = tmp_path / f"home{next(REQUESTS)}"
            home.mkdir()
            return stack.enter_context(running_rail(engine, url, home, right=False))

        yield fresh


def funded(desk: Desk) -> None:
    desk.recipients()
    desk.batch()
    desk.fund()
    desk.stripe.lists_are_late = True


def pay(desk: Desk) -> str:
    """What a worker does."""
    sessions = sessions_on(desk.service.world.engine)
    now = desk.service.world.now
    return jobs.pay(sessions, desk.service.services.settings, BATCH, now)


def both_pay(desk: Desk) -> list[Any]:
    funded(desk)
    desk.service.world.session.commit()
    return at_once([partial(pay, desk)] * 2)


def transfers(desk: Desk) -> int:
    """How often PiNG was paid."""
    return len(desk.stripe.objects.of("transfer", description=PING))


def keyless(create: Callable[[Any], str], key: str, *_asked: object) -> str:
    """Stripe is asked without the key that makes it once."""
    meet()
    return create({"idempotency_key": f"{key}:{next(REQUESTS)}"})


def test_two_workers_on_one_batch_have_each_payout_sent_once(desk: Desk):
    told = both_pay(desk)
    assert sum(int(text.partition(" ")[0]) for text in told) == 2, told
    assert len(desk.stripe.objects.of("transfer")) == 2
    assert desk.states() == ["settled", "settled"]
    assert desk.differences() == []


def test_twin_without_their_key_a_payout_is_sent_by_both(
    fresh_desks: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stripe_connect, "_once", keyless)

    def tried() -> int:
        desk = fresh_desks()
        desk.stripe.transaction("topup", 11_000, "", 0)  # or Stripe has too little for the bug
        both_pay(desk)
        return transfers(desk)

    shows("transfers of one payout", tried)


def ask(desk: Desk, name: str, cents: int) -> tuple[int, str]:
    """Somebody has a part taken back: the status, and the reversal or the reason."""
    headers = {
        "Authorization": f"Bearer {desk.service.by('finance').token}",
        "Idempotency-Key": f"race-{next(REQUESTS)}",
    }
    asked = {"amount_cents": cents, "name": name}
    client = desk.service.app.test_client()
    told = client.post(f"/api/v1/payouts/{PING}/reversal", json=asked, headers=headers)
    found = told.get_json()
    return told.status_code, found.get("reversal") or found["reason"]


def parts(desk: Desk) -> list[int]:
    """Cents of every part that the books know."""
    session = desk.service.world.session
    session.commit()
    found = [cents for (cents,) in session.query(tables.RailReversal.cents)]
    session.commit()
    return found


def late(desk: Desk) -> None:
    """Paid; and from now on the list of what went back is late."""
    desk.paid()
    desk.service.world.session.commit()
    desk.stripe.lists_are_late = True


def test_two_who_take_one_transfer_back_take_each_part_once_and_never_too_much(desk: Desk):
    late(desk)
    same = at_once([partial(ask, desk, "INC-1", 1_000)] * 2)
    assert [status for status, _ in same] == [200, 200]
    assert len({reversal for _, reversal in same}) == 1
    assert parts(desk) == [1_000]
    beyond = at_once([partial(ask, desk, name, 4_000) for name in ("INC-2", "INC-3")])
    assert sorted(status for status, _ in beyond) in ([200, 409], [200, 422])
    assert parts(desk) == [1_000, 4_000]
    assert desk.transfer(PING)["amount_reversed"] == 5_000
    assert desk.differences() == []
    told = at_once([partial(record, desk)] * 4)  # who asked, and who heard of it
    assert sorted(told) == [False, False, False, True]
    assert parts(desk) == [1_000, 4_000, 1_000]


def test_twin_without_their_key_one_part_goes_back_twice(
    fresh_desks: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stripe_connect, "_once", keyless)

    def tried() -> int:
        desk = fresh_desks()
        late(desk)
        at_once([partial(ask, desk, "INC-1", 1_000)] * 2)
        return int(desk.transfer(PING)["amount_reversed"] / 1_000)

    shows("parts of one name", tried)


def record(desk: Desk) -> bool:
    """Somebody writes down a part that all of them were told of."""
    with sessions_on(desk.service.world.engine)() as session, session.begin():
        said = TakenBack("trr_1", 1_000, "INC-1")
        return reclaiming.taken_back(session, PING, said, "token:1", desk.service.world.now)


def test_twin_without_lock_and_keys_a_part_is_written_down_by_each(
    fresh_desks: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(payouts, "lock_payouts", lambda _session: None)
    monkeypatch.setattr(reclaiming, "insert_once", meeting_before(insert_once))

    def tried() -> int:
        desk = fresh_desks()
        without(
            desk.service.world,
            "ALTER TABLE rail_reversal DROP CONSTRAINT pk_rail_reversal",
            "ALTER TABLE rail_reversal DROP CONSTRAINT uq_rail_reversal_end_to_end_name",
            "DROP INDEX uq_correction_reference",
        )
        late(desk)
        at_once([partial(record, desk)] * 2)
        return len(parts(desk))

    shows("rows of one part", tried)
