"""The fake is strict where Stripe is: the real library speaks to it over HTTP, as in production.

What a fake lets pass, production refuses: so each rule of Stripe that the product lives by is shown
here by a request that breaks it.
"""

import json
from typing import Any

import pytest
import stripe as library
from stripe import StripeClient

from tests.support.fake_stripe import FakeStripe, Fault, accounts
from tests.support.fake_stripe.webhooks import SECRET, signed
from voucher_service.config import Settings
from voucher_service.payments.stripe_client import StripeAway, stripe_client

GOOD = {
    "mode": "payment",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "eur",
                "unit_amount": 2_191_000,
                "product_data": {"name": "Pass numérique"},
            },
        }
    ],
    "success_url": "https://pass.example.org/ok",
    "client_reference_id": "7",
    "metadata": {"gift": "7"},
}

RECIPIENT = {
    "display_name": "PiNG",
    "configuration": {
        "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    },
}


@pytest.fixture
def client(settings: Settings):
    with stripe_client(settings) as client:
        yield client


def session(client: StripeClient, **changed):
    key = changed.pop("key", None)
    asked: Any = GOOD | changed
    options: Any = {"idempotency_key": key} if key else None
    return client.v1.checkout.sessions.create(asked, options)


def test_a_parameter_that_the_api_dropped_is_refused(client: StripeClient):
    with pytest.raises(library.InvalidRequestError) as refused:
        session(client, payment_method_types=["card"])
    assert refused.value.code == "payment_method_types_no_longer_supported"


def test_a_misspelt_key_is_refused_however_deep_it_stands(client: StripeClient):
    item = {"quantity": 1, "price_data": {"currency": "eur", "unit_ammount": 5}}
    with pytest.raises(library.InvalidRequestError) as refused:
        session(client, line_items=[item])
    assert refused.value.param == "line_items[0][price_data][unit_ammount]"


@pytest.mark.parametrize(
    "changed", [{"mode": "gift"}, {"expires_at": "soon"}, {"success_url": {"a": "b"}}]
)
def test_a_value_of_another_type_is_refused(client: StripeClient, changed):
    with pytest.raises(library.InvalidRequestError):
        session(client, **changed)


def test_a_card_pays_at_once_and_a_debit_only_promises(client: StripeClient, stripe: FakeStripe):
    card, debit = session(client), session(client)
    stripe.pay(card.id)
    stripe.pay(debit.id, by="sepa_debit")
    read = client.v1.checkout.sessions.retrieve
    assert read(card.id).payment_status == "paid"
    assert (read(debit.id).status, read(debit.id).payment_status) == ("complete", "unpaid")
    stripe.settle(debit.id)
    assert read(debit.id).payment_status == "paid"
    told = [event["type"] for event in stripe.webhooks.take()]
    assert told.count("checkout.session.completed") == 2
    assert told[-1] == "checkout.session.async_payment_succeeded"


def test_a_transfer_waits_until_the_recipient_has_shown_who_it_is(
    client: StripeClient, stripe: FakeStripe
):
    stripe.pay(session(client).id)
    account = client.v2.core.accounts.create(RECIPIENT)  # type: ignore[arg-type]
    asked = {"amount": 1_000, "currency": "eur", "destination": account.id}
    with pytest.raises(library.InvalidRequestError) as refused:
        client.v1.transfers.create(asked)  # type: ignore[arg-type]
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    accounts.onboard(stripe, account.id)
    assert client.v1.transfers.create(asked).amount == 1_000  # type: ignore[arg-type]


def test_a_transfer_beyond_the_balance_is_refused(client: StripeClient, stripe: FakeStripe):
    account = client.v2.core.accounts.create(RECIPIENT)  # type: ignore[arg-type]
    accounts.onboard(stripe, account.id)
    with pytest.raises(library.InvalidRequestError) as refused:
        client.v1.transfers.create({"amount": 1, "currency": "eur", "destination": account.id})
    assert refused.value.code == "balance_insufficient"


def test_a_transfer_is_taken_back_in_parts_and_never_beyond(
    client: StripeClient, stripe: FakeStripe
):
    stripe.pay(session(client).id)
    account = client.v2.core.accounts.create(RECIPIENT)  # type: ignore[arg-type]
    accounts.onboard(stripe, account.id)
    sent = client.v1.transfers.create(
        {"amount": 1_000, "currency": "eur", "destination": account.id}
    )
    reverse: Any = client.v1.transfers.reversals.create
    reverse(sent.id, {"amount": 400})
    for asked, param in (
        ({"amount": 601}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amout": 1}, "amout"),
        ({"amount": 1, "currency": "eur"}, "currency"),
        ({"amount": 1, "metadata": {"reason": "x" * 501}}, "metadata"),
    ):
        with pytest.raises(library.InvalidRequestError) as refused:
            reverse(sent.id, asked)
        assert refused.value.param == param
    assert client.v1.transfers.retrieve(sent.id).amount_reversed == 400
    reverse(sent.id, {})  # without an amount: all that is left
    assert client.v1.transfers.retrieve(sent.id).reversed


def test_a_lost_answer_is_asked_for_again_and_the_work_is_done_once(
    client: StripeClient, stripe: FakeStripe
):
    stripe.faults.append(Fault("lost", "POST /v1/checkout/sessions"))
    session(client, key="gift:7")
    assert len(stripe.lines("POST", "/v1/checkout/sessions")) == 2
    assert len(stripe.sessions()) == 1


@pytest.mark.parametrize("kind", ["500", "429"])
def test_a_stripe_that_stumbles_is_asked_again(client: StripeClient, stripe: FakeStripe, kind):
    stripe.faults.append(Fault(kind, "POST .*"))
    session(client)
    assert len(stripe.sessions()) == 1


def test_a_stripe_that_stays_away_is_told_in_one_way(settings: Settings, stripe: FakeStripe):
    stripe.faults += [Fault("500")] * 3
    with pytest.raises(StripeAway), stripe_client(settings) as client:
        session(client)


def test_one_key_means_one_request_and_another_body_is_refused(
    client: StripeClient, stripe: FakeStripe
):
    assert session(client, key="gift:7").id == session(client, key="gift:7").id
    with pytest.raises(library.IdempotencyError):
        session(client, key="gift:7", client_reference_id="8")
    assert len(stripe.sessions()) == 1


def test_long_lists_are_read_page_by_page(client: StripeClient):
    made = {session(client).id for _ in range(5)}
    pages = client.v1.checkout.sessions.list({"limit": 2})
    assert {item.id for item in pages.auto_paging_iter()} == made


def test_a_payout_is_the_sum_of_its_balance_transactions(client: StripeClient, stripe: FakeStripe):
    for _ in range(3):
        stripe.pay(session(client).id)
    payout = stripe.pay_out()
    assert payout is not None
    inside = client.v1.balance_transactions.list({"payout": payout["id"], "limit": 2})
    nets = [item.net for item in inside.auto_paging_iter() if item.type != "payout"]
    assert len(nets) == 3
    assert sum(nets) == payout["amount"] < 3 * 2_191_000
    assert stripe.balance() == 0
    assert stripe.pay_out() is None


def test_a_refund_leaves_the_fee_with_stripe(client: StripeClient, stripe: FakeStripe):
    made = session(client)
    stripe.pay(made.id)
    stripe.refund(stripe.charge_of(made.id))
    assert stripe.balance() == -stripe.fee(2_191_000)
    with pytest.raises(Exception, match="greater than unrefunded"):
        stripe.refund(stripe.charge_of(made.id), 1)


def test_a_request_with_another_key_is_nobody(stripe: FakeStripe):
    with pytest.raises(library.AuthenticationError):
        StripeClient("sk_test_other", base_addresses={"api": stripe.address}).v1.balance.retrieve()


def test_events_are_signed_as_the_library_verifies(client: StripeClient, stripe: FakeStripe):
    stripe.pay(session(client).id)
    body = json.dumps(stripe.webhooks.take()[0]).encode()
    header = signed(body)["Stripe-Signature"]
    assert client.construct_event(body, header, SECRET).type == "payment_intent.succeeded"
    for wrong, sent in ((body + b" ", header), (body, signed(body, age=301)["Stripe-Signature"])):
        with pytest.raises(library.SignatureVerificationError):
            client.construct_event(wrong, sent, SECRET)


def test_what_the_fake_does_not_know_it_refuses(client: StripeClient):
    with pytest.raises(library.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.customers.create({"name": "La Poste"})
