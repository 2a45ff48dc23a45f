"""Payouts by Stripe Connect: the same batch and the same four eyes, another way to the association.

The account for payouts is not that of gifts. Each payout is sent once, whatever is lost on the way,
and what was sent can be taken back while it is still there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.bank_files import DEBIT, camt_053, entry, statement
from tests.support.fake_stripe import FakeStripe, Fault, accounts, running_stripe
from tests.support.fake_stripe.webhooks import SECRET
from tests.support.fake_stripe.world import KEY
from tests.support.forging import forged
from tests.support.service import Caller, Service, running_service
from tests.support.stripe import hurry
from voucher_service.actions import settling
from voucher_service.actions.auditing import audit
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.config import StripeAccount
from voucher_service.core.campaign import PARIS
from voucher_service.jobs import rail as jobs
from voucher_service.store.engine import make_engine
from voucher_service.store.session import sessions_on

NOVEMBER, BATCH = "2026-11", "VP-2026-000001"
PING, ALIS44 = "RA-2026-000001", "RA-2026-000002"


@dataclass(slots=True)
class Desk:
    """A November of two associations, closed and approved: 70.00 € and 40.00 € are owed."""

    stripe: FakeStripe
    service: Service
    autumn: Autumn

    @property
    def maker(self) -> Caller:
        return self.service.by("finance")

    @property
    def approver(self) -> Caller:
        return self.service.by("operator")

    def recipients(self, *, ready: bool = True) -> None:
        for point in (self.autumn.ping, self.autumn.alis44):
            made = self.approver.post(f"/associations/{point.association}/recipient")
            assert made.status_code == 201, made.text
            if ready:
                accounts.onboard(self.stripe, made.get_json()["account"])

    def batch(self) -> None:
        """Made by one, said to leave by Stripe, let go by another."""
        assert self.maker.post("/payout-batches", {"period": NOVEMBER}).status_code == 201
        chosen = self.maker.post(f"/payout-batches/{BATCH}/by-stripe")
        assert chosen.status_code == 200, chosen.text
        assert self.approver.post(f"/payout-batches/{BATCH}/approve").status_code == 200

    def fund(self) -> dict[str, Any]:
        """The bank shows one transfer to Stripe, which has the money."""
        line = entry(11_000, DEBIT, text=f"{BATCH} STRIPE")
        sent = camt_053(statement([line], reference="fund"))
        told = self.maker.post(
            "/bank-statements", data=sent, headers={"Content-Type": "application/xml"}
        )
        self.stripe.transaction("topup", 11_000, "", 0)
        found: dict[str, Any] = told.get_json()
        return found

    def send(self) -> str:
        """Stripe is asked to pay; what the job says of it."""
        asked = self.maker.post(f"/payout-batches/{BATCH}/transfers")
        assert asked.status_code == 202, asked.text
        self.service.run_jobs()
        said: str = self.maker.get(f"/jobs/{asked.get_json()['id']}").get_json()["note"]
        return said

    def states(self) -> list[str]:
        rows = self.maker.get("/payouts").get_json()["items"]
        return [row["state"] for row in rows]

    def differences(self) -> list[str]:
        self.service.world.session.commit()
        sessions = sessions_on(self.service.world.engine)
        return jobs.differences(sessions, self.service.services.settings)


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    hurry(monkeypatch)
    engine = make_engine(sqlite_url)
    with running_stripe() as stripe:
        account = StripeAccount(payouts_key=KEY, webhook_secrets=(SECRET,), api=stripe.address)
        with running_service(engine, sqlite_url, tmp_path, stripe=account) as service:
            world = service.world
            autumn = Autumn(world)
            autumn.spend(autumn.ping, 7)
            autumn.spend(autumn.alis44, 4)
            world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
            for number in world.close(NOVEMBER, END_OF_NOVEMBER):
                settling.approve_statement(world.session, number, "token:2", world.now)
            world.session.commit()
            yield Desk(stripe, service, autumn)
            world.session.commit()
            assert check_books(world.session) == []
            report = audit(world.session, lambda *_: iter(()), None, world.now)
            assert [one for chapter in report.chapters for one in chapter.findings] == []
    engine.dispose()


def test_a_batch_leaves_by_stripe_and_each_association_is_paid_once(desk: Desk):
    desk.recipients()
    desk.batch()
    refused = desk.maker.get(f"/payout-batches/{BATCH}.xml")
    assert refused.get_json()["reason"] == "paid_by_stripe"
    early = desk.maker.post(f"/payout-batches/{BATCH}/transfers")
    assert early.get_json()["reason"] == "not_funded"
    before = books(desk.service.world.session).bank_reserved
    assert desk.fund()["matched"] == 1
    assert books(desk.service.world.session).bank_reserved == before
    assert desk.send() == "2 payouts sent by Stripe"
    assert desk.states() == ["settled", "settled"]
    assert books(desk.service.world.session).bank_reserved == before
    assert desk.send() == "0 payouts sent by Stripe"
    sent = desk.stripe.objects.of("transfer")
    assert sorted(item["amount"] for item in sent) == [4_000, 7_000]
    assert {item["transfer_group"] for item in sent} == {f"payout:{PING}:1", f"payout:{ALIS44}:1"}
    assert desk.differences() == []


def test_a_lost_answer_is_found_again_by_the_payouts_own_name(desk: Desk):
    desk.recipients()
    desk.batch()
    desk.fund()
    desk.stripe.faults += [Fault("lost", "POST /v1/transfers")] * 3
    assert "stripe_away" in desk.send()
    desk.stripe.answers.clear()  # a day later Stripe has forgotten the key
    assert desk.send() == "2 payouts sent by Stripe"
    assert len(desk.stripe.objects.of("transfer")) == 2


def test_who_has_not_shown_who_it_is_waits_and_the_others_are_paid(desk: Desk):
    desk.recipients(ready=False)
    ping = desk.stripe.objects.of("v2.core.account")[-1]
    accounts.onboard(desk.stripe, ping["id"])
    desk.batch()
    desk.fund()
    assert desk.send().startswith("1 payouts sent by Stripe; RA-2026-000002: ")
    assert desk.maker.get(f"/payout-batches/{BATCH}/by-stripe").get_json()["waiting"] == 1
    accounts.onboard(desk.stripe, desk.stripe.objects.of("v2.core.account")[0]["id"])
    assert desk.send() == "1 payouts sent by Stripe"


def test_a_transfer_is_taken_back_once_and_its_money_comes_home(desk: Desk):
    desk.recipients()
    desk.batch()
    desk.fund()
    desk.send()
    session = desk.service.world.session
    owed, there = books(session).owed, books(session).bank_reserved
    back = desk.maker.post(f"/payouts/{PING}/reversal")
    assert back.status_code == 200, back.text
    assert "returned" in desk.states()
    again = desk.maker.post(f"/payouts/{PING}/reversal")
    assert again.get_json()["reason"] == "reversed_already"
    assert books(session).owed == owed + 7_000
    assert books(session).bank_reserved == there  # what lies at Stripe is not in the account
    home = camt_053(statement([entry(7_000, text="STRIPE")], -11_000, "home"))
    headers = {"Content-Type": "application/xml"}
    assert desk.maker.post("/bank-statements", data=home, headers=headers).status_code == 201
    (line,) = desk.maker.get("/bank-lines?state=unknown").get_json()["items"]
    campaign = str(desk.autumn.campaign)
    path, to = f"/bank-lines/{line['id']}/assign", {"kind": "from_stripe", "campaign": campaign}
    assert desk.maker.post(path, {"to": to}).status_code == 200
    desk.stripe.transaction("payout", -7_000, "", 0)
    assert desk.differences() == []
    anew = desk.maker.post("/payout-batches", {"period": NOVEMBER}).get_json()
    assert [item["end_to_end"] for item in anew["lines"]] == [f"{PING}-2"]


def test_a_transfer_whose_money_is_gone_is_no_reversal_but_a_debt(desk: Desk):
    desk.recipients()
    desk.batch()
    desk.fund()
    desk.send()
    for account in desk.stripe.objects.of("v2.core.account"):
        account["_balance"] = 0
    refused = desk.maker.post(f"/payouts/{PING}/reversal")
    assert refused.get_json()["reason"] == "balance_insufficient"
    assert desk.states() == ["settled", "settled"]


def test_a_batch_goes_one_way_only(desk: Desk):
    made = desk.maker.post("/payout-batches", {"period": NOVEMBER})
    assert made.status_code == 201
    nobody = desk.maker.post(f"/payout-batches/{BATCH}/by-stripe")
    assert nobody.get_json()["reason"] == "no_recipient"
    desk.recipients()
    assert desk.approver.post(f"/payout-batches/{BATCH}/approve").status_code == 200
    late = desk.maker.post(f"/payout-batches/{BATCH}/by-stripe")
    assert late.get_json()["reason"] == "decided_already"
    assert desk.maker.get(f"/payout-batches/{BATCH}.xml").status_code == 200


def test_without_a_key_of_its_own_the_rail_is_off(desk: Desk):
    off = replace(desk.service.services.settings, stripe=StripeAccount())
    desk.service.services.settings = off
    for path in (f"/payout-batches/{BATCH}/by-stripe", "/associations/1/recipient"):
        assert desk.approver.post(path).get_json()["reason"] == "rail_off"


def test_what_is_altered_of_a_transfer_is_named(desk: Desk):
    desk.recipients()
    desk.batch()
    desk.fund()
    desk.send()
    session = desk.service.world.session
    for forgery in (
        "DELETE FROM rail_batch",
        "UPDATE payout SET cents = cents + 1",
        "UPDATE rail_transfer SET reversed_at = at",
        "DELETE FROM transfer WHERE kind = 'rail_funded'",
    ):
        with forged(session, forgery):
            found = {problem.invariant for problem in check_books(session)}
        assert "transfers_by_stripe_once" in found, forgery
