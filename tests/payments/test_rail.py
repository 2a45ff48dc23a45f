"""Payouts by Stripe Connect: the same batch and the same four eyes, another way to the association.

The account for payouts is not that of gifts. Each payout is sent once, whatever is lost on the way,
and what was sent can be taken back while it is still there.
"""

from dataclasses import replace

from tests.support.fake_stripe import Fault, accounts
from tests.support.forging import forged
from tests.support.rail import ALIS44, BATCH, NOVEMBER, PING, Desk
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.partners import StripeAccount

WENT_BACK = (
    "INSERT INTO rail_reversal (reversal, end_to_end, cents, actor, at)"
    " SELECT 'trr_' || end_to_end, end_to_end, 100, 'stripe', at FROM rail_transfer"
)


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
    desk.home(7_000)
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
    desk.paid()
    desk.take_back(PING, amount_cents=1_000, name="INC-1")
    session = desk.service.world.session
    for forgery in (
        "DELETE FROM rail_batch",
        "UPDATE payout SET cents = cents + 1",
        WENT_BACK,
        "DELETE FROM transfer WHERE kind = 'rail_funded'",
        "DELETE FROM transfer WHERE kind = 'rail_owed'",
        "UPDATE rail_reversal SET cents = cents + 1",
        "UPDATE rail_reversal SET end_to_end = 'RA-2026-000002'",
        "DELETE FROM rail_reversal",
    ):
        with forged(session, forgery):
            found = {problem.invariant for problem in check_books(session)}
        assert "transfers_by_stripe_once" in found, forgery
