"""A gift from our page to passes, with the real library and a Stripe that answers over HTTP.

Webhooks come twice, late, in the wrong order or never; answers are lost; two workers act at once.
The books say the same each time: one gift, at face value, once.
"""

from datetime import timedelta

import pytest

from tests.support.fake_stripe import Fault
from tests.support.fake_stripe.webhooks import signed
from tests.support.stripe import House, count
from voucher_service.actions.checking import check_books
from voucher_service.core import accounts
from voucher_service.store import tables
from voucher_service.store.postings import balance
from voucher_service.store.queries import gifts

COMPLETED = "checkout.session.completed"


def in_order(house: House) -> bool:
    session = house.service.world.session
    session.commit()
    found = check_books(session)
    session.commit()
    assert found == []
    return True


def outstanding(house: House) -> int:
    session = house.service.world.session
    session.commit()
    cents = balance(session, accounts.outstanding(house.gift().round_id or 0))
    session.commit()
    return cents


def test_a_company_gives_21_910_euros_and_2_191_passes_come_alive(house: House):
    session = house.give()
    assert house.gift().session_id == session
    house.stripe.pay(session)
    assert set(house.deliver()) == {200}
    gift = house.gift()
    assert (gift.cents, gift.passes, gift.funded_at) == (2_191_000, 2_191, None)
    assert outstanding(house) == 0
    house.pay_out()
    assert house.gift().funded_at is None
    house.put_back_fees()
    assert house.gift().funded_at is not None
    assert outstanding(house) == 2_191_000
    said = house.nantes.finance.get(f"/campaigns/{house.campaign}/gifts").get_json()["items"]
    assert [(item["state"], item["passes"]) for item in said] == [("funded", 2_191)]
    assert house.compare().differences == []
    assert in_order(house)


def test_a_debit_is_money_when_the_bank_says_so_and_not_when_the_donor_does(small_house: House):
    house = small_house
    session = house.give()
    house.stripe.pay(session, by="sepa_debit")
    house.deliver()
    assert house.gift().completed_at is not None
    assert house.gift().paid_at is None
    house.stripe.settle(session)
    house.deliver()
    assert house.gift().paid_at is not None
    assert in_order(house)


def test_a_debit_that_fails_ends_the_gift_and_moves_nothing(small_house: House):
    house = small_house
    session = house.give()
    house.stripe.pay(session, by="sepa_debit")
    house.stripe.fail(session)
    house.deliver()
    assert house.gift().outcome == "failed"
    assert count(house.service.world.session, tables.StripeTransaction) == 0


def test_each_event_twice_counts_once(small_house: House):
    house = small_house
    house.stripe.pay(house.give())
    events = house.stripe.webhooks.take()
    house.deliver(events + events)
    house.deliver(events)
    assert count(house.service.world.session, tables.StripeEvent) == len(events)
    assert count(house.service.world.session, tables.StripeTransaction) == 1
    assert in_order(house)


def test_events_in_the_wrong_order_end_in_the_same_books(small_house: House):
    house = small_house
    session = house.give()
    house.stripe.pay(session, by="sepa_debit")
    house.stripe.settle(session)
    house.stripe.refund(house.stripe.charge_of(session), 1_000)
    house.stripe.pay_out()
    house.deliver(reversed(house.stripe.webhooks.take()))
    gift = house.gift()
    assert (gift.passes, gift.outcome) == (2_190, None)
    assert count(house.service.world.session, tables.StripePayout) == 1
    assert house.compare().differences == []
    assert in_order(house)


def test_what_no_webhook_ever_told_is_found_in_the_night(small_house: House):
    house = small_house
    paid, left = house.give(), house.give(name="Orange", mail="a@orange.example")
    house.stripe.pay(paid)
    house.stripe.expire(left)
    house.stripe.webhooks.take()
    house.stripe.pay_out()
    found = house.compare()
    assert (found.events, found.acted) == (7, 7)
    assert found.differences == []
    assert house.gift().paid_at is not None
    assert house.gift(2).outcome == "expired"
    assert house.compare().events == 0
    assert in_order(house)


def test_movements_that_no_event_tells_are_found_as_well(small_house: House):
    house = small_house
    house.stripe.pay(house.give())
    house.stripe.webhooks.take()
    for event in house.stripe.objects.of("event"):
        del house.stripe.objects.every[event["id"]]
    bill = house.stripe.bill(300)
    found = house.compare()
    assert (found.events, found.movements) == (0, 2)
    assert [text for text in found.differences if bill["id"] in text]
    path = f"/stripe/transactions/{bill['id']}/explain"
    explained = house.nantes.finance.post(path, {"campaign": str(house.campaign)})
    assert explained.get_json()["unexplained"] == []
    assert house.compare().differences == []
    assert in_order(house)


def test_a_bank_line_that_came_before_its_payout_was_told_is_known_after(small_house: House):
    house = small_house
    house.stripe.pay(house.give())
    house.deliver()
    payout = house.stripe.pay_out()
    assert payout is not None
    assert house.bank_day(house.payout_line(payout))["unknown"] == 1
    house.deliver()
    assert house.nantes.finance.get("/bank-lines?state=unknown").get_json()["items"] == []
    assert in_order(house)


def test_a_payout_that_no_bank_shows_and_a_balance_that_differs_are_named(small_house: House):
    house = small_house
    house.stripe.pay(house.give())
    house.stripe.pay_out()
    house.deliver()
    house.service.world.later(days=15)
    house.stripe.objects.every.popitem()
    house.stripe.transaction("contribution", -50, "", 0)
    house.stripe.objects.of("balance_transaction")[0]["created"] -= 20 * 86_400
    found = house.compare().differences
    assert any("is on no bank statement" in text for text in found)
    assert any(text.startswith("Stripe holds") for text in found)


@pytest.mark.parametrize("kind", ["lost", "500", "429"])
def test_an_answer_that_goes_wrong_opens_one_page_and_takes_one_gift(small_house: House, kind: str):
    house = small_house
    house.stripe.faults.append(Fault(kind, "POST /v1/checkout/sessions"))  # type: ignore[arg-type]
    session = house.give()
    assert len(house.stripe.sessions()) == 1
    house.stripe.pay(session)
    house.stripe.faults.append(Fault(kind, "GET .*"))  # type: ignore[arg-type]
    house.deliver()
    assert house.gift().paid_at is not None


def test_a_stripe_that_is_away_costs_nothing_and_is_asked_again_at_night(small_house: House):
    house = small_house
    house.stripe.faults += [Fault("500")] * 3
    answer = house.type()
    assert answer.status_code == 503
    assert "Rien n" in answer.text
    session = house.give()
    house.stripe.pay(session)
    house.stripe.faults += [Fault("500", "GET .*")] * 100
    house.deliver()
    assert house.gift(2).paid_at is None
    house.stripe.faults.clear()
    assert house.compare().acted == 3
    assert house.gift(2).paid_at is not None
    assert in_order(house)


def test_a_dispute_comes_back_into_the_books_as_new_entries(small_house: House):
    house = small_house
    session = house.give(amount="50")
    house.stripe.pay(session)
    house.deliver()
    house.pay_out()
    house.put_back_fees()
    assert outstanding(house) == 5_000
    dispute = house.stripe.dispute(session)
    house.deliver()
    assert outstanding(house) == 0
    assert house.gift().outcome == "given_back"
    house.stripe.win(dispute)
    house.deliver()
    assert house.gift().outcome is None
    assert in_order(house)


def test_only_stripe_may_send_events(small_house: House):
    house = small_house
    house.stripe.pay(house.give())
    event = house.stripe.webhooks.take(COMPLETED)[0]
    send = house.stripe.webhooks.send
    assert send(event, secret="whsec_other") == 422
    assert send(event, age=301) == 422
    body = b'{"id": "evt_1"}'
    assert house.post(body, {}) == 422
    assert house.post(body + b" ", signed(body)) == 422
    assert house.post(b"[]", signed(b"[]")) == 422
    assert house.post(b"x", signed(b"x")) == 422
    assert count(house.service.world.session, tables.StripeEvent) == 0
    assert send(event, age=299) == 200


def test_unknown_events_and_events_of_api_v2_are_kept_and_left_alone(small_house: House):
    house = small_house
    strange = house.stripe.tell("customer.created", {"id": "cus_1", "object": "customer"})
    thin = house.stripe.tell_thin("v2.core.account.updated", "acct_1")
    assert house.deliver() == [200, 200]
    session = house.service.world.session
    session.commit()
    rows = {row.id: row.outcome for row in session.query(tables.StripeEvent)}
    assert rows == {strange["id"]: "ignored", thin["id"]: "ignored"}
    session.commit()


def test_a_payment_that_is_not_ours_moves_nothing(small_house: House):
    house = small_house
    session = house.give()
    house.stripe.session(session)["metadata"] = {"gift": "999"}
    house.stripe.pay(session)
    house.deliver()
    assert count(house.service.world.session, tables.StripeTransaction) == 0
    assert house.gift().paid_at is None


def test_a_funder_is_sent_a_link_and_pays_its_call(small_house: House):
    house = small_house
    world, nantes = house.service.world, house.nantes
    order = world.order(nantes.campaign, 30)
    calls = world.calls(order)
    for funder, cents in calls.items():
        if funder != nantes.metropole:
            world.receive(order, funder, cents, f"VIR {funder}")
    asked = nantes.finance.post(
        f"/campaigns/{nantes.campaign}/gifts",
        {
            "amount_cents": calls[nantes.metropole],
            "name": "Nantes Métropole",
            "mail": "compta@metropole.example",
            "engagement": "ENG-2026-7",
            "funder": str(nantes.metropole),
            "order": str(order),
        },
    ).get_json()
    link = asked["url"].removeprefix("https://pass.example.org")
    for _ in range(2):  # opened again, it is the same page
        there = house.service.client.get(link)
        assert there.status_code == 303
        assert there.headers["Referrer-Policy"] == "no-referrer"
    (session,) = house.stripe.sessions()
    house.stripe.pay(session["id"])
    house.deliver()
    house.pay_out()
    house.put_back_fees()
    world.session.expire_all()
    assert world.session.get_one(tables.Order, order).funded_at is not None
    world.session.commit()
    assert house.service.client.get(link).status_code == 303
    assert in_order(house)


def test_what_waits_too_long_in_the_account_is_named(small_house: House):
    house = small_house
    session = house.give()
    house.stripe.pay(session)
    house.deliver()
    world = house.service.world
    found = gifts.stuck(world.session, world.now + timedelta(days=2))
    assert found == []  # it is at Stripe: nothing is wrong
    world.session.commit()
