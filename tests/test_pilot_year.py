"""A year of the pilot with the bank in the loop: every cent comes in, goes out, and ends at zero.

Four funders, one of them late, one by Checkout. Twelve monthly closes, paid through a bank that
speaks ISO 20022; one payment comes back and is cured. Two uses are taken back, two are contested,
one pass is taken twice without network. Then the end: unused value is credited, and sent home.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.bank_loop import iban
from tests.support.cast import FORMS, MAILBOX
from tests.support.contesting import in_order, wait_for_appeals
from tests.support.fake_stripe import FakeStripe, running_stripe
from tests.support.pilot import Pilot, done, piloting
from tests.support.problems import refused
from tests.support.service import Service, running_service
from tests.support.stripe import ACCOUNT, hurry
from voucher_service.core.passes import Refused
from voucher_service.core.reasons import Reason
from voucher_service.store import tables
from voucher_service.store.postings import balances

SHARES = {"Nantes Métropole": 40, "Loire-Atlantique": 30, "État": 20, "Fondation": 10}
USES = {1: 9, 2: 14, 3: 12, 4: 16, 5: 11, 6: 8, 7: 13, 8: 5, 9: 17, 10: 15, 11: 12, 12: 7}
"""By month, at PiNG and Alis44 in turn; those taken back, contested or doubled come besides."""


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    hurry(monkeypatch)
    with running_stripe() as stripe:
        yield stripe


@pytest.fixture
def pilot(engine: Engine, database_url: str, tmp_path: Path, stripe: FakeStripe) -> Iterator[Pilot]:
    account = replace(ACCOUNT, api=stripe.address, checkout=stripe.address)
    with (
        running_service(engine, database_url, tmp_path, stripe=account) as service,
        piloting(service, SHARES, date(2026, 12, 31)) as pilot,
    ):
        stripe.now = lambda: service.world.now
        stripe.webhooks.post = partial(webhook, service)
        yield pilot


def webhook(service: Service, body: bytes, headers: dict[str, str]) -> int:
    return service.client.post("/stripe/webhooks", data=body, headers=headers).status_code


@pytest.mark.timeout(300)
def test_a_year_with_the_bank_in_the_loop_ends_at_zero(pilot: Pilot, stripe: FakeStripe):
    late = money_comes_in(pilot, stripe)
    for month, uses in USES.items():
        pilot.on(month, 24 if month == 8 else 12)
        if month in {3, 10}:
            pilot.take_back(pilot.ping)
        if month == 6:
            taken_twice_without_network(pilot)
        spend(pilot, uses)
        if month == 5:
            the_late_one_pays(pilot, late)
        if month in {4, 9}:
            contested(pilot, "rejected" if month == 4 else "upheld")
        pilot.on(month + 1, 2)
        statements = pilot.close(month)
        assert len(statements) == 2 + len(SHARES)
        if month == 7:
            comes_back_and_is_cured(pilot)
        else:
            pilot.pay(month, until=(month + 1, 9))  # at Easter banks are closed for four days
        assert pilot.loop.agrees()
    pilot.on(14, 9)
    # 160 passes; 139 uses, one that was contested wrongly, and one of the two of the double use.
    assert pilot.end() == [7_600, 5_700, 3_800, 1_900]
    pilot.send_home(until=(14, 16))
    assert pilot.loop.agrees()
    assert {cents for _, _, cents in balances(pilot.world.session)} == {0}
    in_order(pilot.world)


def money_comes_in(pilot: Pilot, stripe: FakeStripe) -> int:
    """Two orders. The first is paid by all, by the foundation with a card; the second, of which the
    State is late, is given."""
    world = pilot.world
    first, second = world.order(pilot.campaign, 20), world.order(pilot.campaign, 12)
    assert list(world.calls(first).values()) == [40_000, 30_000, 20_000, 10_000]
    for name in SHARES:
        if name != "Fondation":
            pilot.pays(first, name)
        if name != "État":
            pilot.pays(second, name)
    pilot.on(1, 8)
    pilot.hear()
    pilot.pays_by_checkout(stripe, first, "Fondation")
    assert (pilot.funded(first), pilot.funded(second)) == (True, False)
    pilot.give_out(first)
    assert pilot.loop.agrees()
    return second


def the_late_one_pays(pilot: Pilot, order: int) -> None:
    """A call half paid is still a call; with the rest, the order's booklets come to life."""
    call = pilot.call(order, "État")
    for part in (call.amount_cents // 3, call.amount_cents - call.amount_cents // 3):
        assert not pilot.funded(order)
        pilot.loop.bank.receive(part, note=f"VIR TRESOR PUBLIC {call.number}")
        pilot.wait(days=2)
        pilot.hear()
    assert pilot.funded(order)
    pilot.give_out(order)


def spend(pilot: Pilot, uses: int) -> None:
    for turn in range(uses):
        pilot.use((pilot.ping, pilot.alis44)[turn % 2], service=(MAILBOX, FORMS)[turn % 2])
        pilot.world.later(minutes=20)


def contested(pilot: Pilot, outcome: str) -> None:
    contest = pilot.contest(pilot.use(pilot.ping), pilot.ping, outcome)
    assert wait_for_appeals(pilot.world) == [int(contest)]
    pilot.wait(days=0)


def taken_twice_without_network(pilot: Pilot) -> None:
    """Two phones take one pass. One use counts; for the other the operator pays, and no funder."""
    finance = pilot.loop.finance
    used = pilot.use(pilot.ping, offline=True)
    twice = pilot.world.redeem(pilot.alis44, used.code, offline=True)
    assert isinstance(twice, Refused)
    assert twice.reason is Reason.ALREADY_REDEEMED_ELSEWHERE
    (incident,) = done(finance.get("/incidents?kind=double_use&state=open"))["items"]
    path = f"/incidents/{incident['id']}/acceptance"
    refused(finance.post(path, {"resolution": "Bonne foi"}), 409, "operator_money_missing")
    pilot.loop.bank.receive(1_000, note="APPORT DE L OPERATEUR", debtor={"name": "Operateur"})
    pilot.wait(days=4)
    pilot.hear(unknown=1)
    pilot.assign(kind="top_up", campaign=str(pilot.campaign))
    done(finance.post(path, {"resolution": "Bonne foi"}))


def comes_back_and_is_cured(pilot: Pilot) -> None:
    """Alis44 changed its bank and forgot to say so. The money comes back, and goes out again."""
    bank, session = pilot.loop.bank, pilot.world.session
    number = pilot.statement(7, pilot.alis44.association)
    late = {"days": 3, "reason": "AC04", "end_to_end_id": number}
    bank.reserved(behaviour="return-later", parameters=late)
    paid = pilot.pay(7, until=(8, 5))
    pilot.on(8, 12)
    pilot.hear()
    bank.reserved(behaviour="accept", parameters={})
    assert session.get_one(tables.Payout, number).return_reason == "AC04"
    session.commit()
    pilot.new_account(pilot.alis44.association, iban(8_001))
    pilot.on(8, 18)
    assert pilot.pay(7, until=(8, 21)) == 6_000 < paid
