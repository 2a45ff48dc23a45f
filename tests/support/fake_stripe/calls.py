"""The calls of the API that the fake knows: a line, the library's type of it, what it does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe import params
from stripe.params import checkout
from stripe.params.v2 import core

from tests.support.fake_stripe import accounts
from tests.support.fake_stripe.store import Object, Refused
from tests.support.fake_stripe.world import FakeStripe

Does = Callable[[FakeStripe, tuple[str, ...], Object], Object]


@dataclass(frozen=True, slots=True)
class Known:
    """One call."""

    line: "re.Pattern[str]"
    kind: type
    does: Does


def _create_session(stripe: FakeStripe, _path: tuple[str, ...], asked: Object) -> Object:
    if asked.get("mode") != "payment":
        raise Refused("Only mode=payment is known here.", param="mode")
    total = 0
    for item in asked.get("line_items", []):
        price = item["price_data"]
        if price["currency"] != "eur":
            raise Refused("Only euros are known here.", param="currency")
        total += price["unit_amount"] * item.get("quantity", 1)
    made = stripe.objects.make(
        "cs_test",
        "checkout.session",
        amount_total=total,
        currency="eur",
        status="open",
        payment_status="unpaid",
        payment_intent=None,
        client_reference_id=asked.get("client_reference_id"),
        customer_email=asked.get("customer_email"),
        metadata=asked.get("metadata", {}),
        success_url=asked.get("success_url"),
        cancel_url=asked.get("cancel_url"),
        locale=asked.get("locale"),
        mode="payment",
        _payment_intent_data=asked.get("payment_intent_data", {}),
    )
    made["url"] = f"{stripe.address}/pay/{made['id']}"
    return made


def _one(kind: str) -> Does:
    def does(stripe: FakeStripe, path: tuple[str, ...], asked: Object) -> Object:
        return stripe.objects.shown(stripe.objects.get(path[0], kind), asked.get("expand", ()))

    return does


def _list(kind: str, url: str, *filters: str) -> Does:
    def does(stripe: FakeStripe, _path: tuple[str, ...], asked: Object) -> Object:
        wanted = {name: asked[name] for name in filters if name in asked}
        if "payout" in wanted and kind == "balance_transaction":
            wanted["_payout"] = wanted.pop("payout")
        return stripe.objects.page(stripe.objects.of(kind, **wanted), asked, url)

    return does


def _transfers(stripe: FakeStripe, path: tuple[str, ...], asked: Object) -> Object:
    if stripe.lists_are_late:
        return stripe.objects.page([], asked, "/v1/transfers")
    listed = _list("transfer", "/v1/transfers", "transfer_group", "destination")
    return listed(stripe, path, asked)


def _reversals(stripe: FakeStripe, path: tuple[str, ...], asked: Object) -> Object:
    late = stripe.lists_are_late
    found = [] if late else stripe.objects.of("transfer_reversal", transfer=path[0])
    return stripe.objects.page(found, asked, f"/v1/transfers/{path[0]}/reversals")


def _refund(stripe: FakeStripe, _path: tuple[str, ...], asked: Object) -> Object:
    intent = stripe.objects.get(asked["payment_intent"], "payment_intent")
    charge = stripe.objects.get(intent["latest_charge"], "charge")
    return stripe.objects.shown(stripe.refund(charge, asked.get("amount")))


def _balance(stripe: FakeStripe, _path: tuple[str, ...], _asked: Object) -> Object:
    amount: list[Any] = [{"amount": stripe.balance(), "currency": "eur", "source_types": {}}]
    return {"object": "balance", "available": amount, "pending": [], "livemode": False}


def _known(line: str, kind: type, does: Does) -> Known:
    return Known(re.compile(line), kind, does)


ID = "([A-Za-z0-9_]+)"
P = params

KNOWN = [
    _known(f"GET /v1/transfers/{ID}/reversals", P.TransferReversalListParams, _reversals),
    _known(f"POST /v1/checkout/sessions/{ID}/expire", checkout.SessionExpireParams,
           lambda stripe, path, _asked: stripe.expire(path[0])),
    _known("POST /v1/checkout/sessions", checkout.SessionCreateParams, _create_session),
    _known(f"GET /v1/checkout/sessions/{ID}", checkout.SessionRetrieveParams,
           _one("checkout.session")),
    _known("GET /v1/checkout/sessions", checkout.SessionListParams,
           _list("checkout.session", "/v1/checkout/sessions", "status", "payment_intent")),
    _known(f"GET /v1/payment_intents/{ID}", P.PaymentIntentRetrieveParams, _one("payment_intent")),
    _known(f"GET /v1/charges/{ID}", P.ChargeRetrieveParams, _one("charge")),
    _known("POST /v1/refunds", P.RefundCreateParams, _refund),
    _known(f"GET /v1/refunds/{ID}", P.RefundRetrieveParams, _one("refund")),
    _known("GET /v1/refunds", P.RefundListParams,
           _list("refund", "/v1/refunds", "charge", "payment_intent")),
    _known(f"GET /v1/disputes/{ID}", P.DisputeRetrieveParams, _one("dispute")),
    _known("GET /v1/disputes", P.DisputeListParams,
           _list("dispute", "/v1/disputes", "charge", "payment_intent")),
    _known(f"GET /v1/balance_transactions/{ID}", P.BalanceTransactionRetrieveParams,
           _one("balance_transaction")),
    _known("GET /v1/balance_transactions", P.BalanceTransactionListParams,
           _list("balance_transaction", "/v1/balance_transactions", "payout", "source", "type")),
    _known(f"GET /v1/payouts/{ID}", P.PayoutRetrieveParams, _one("payout")),
    _known("GET /v1/payouts", P.PayoutListParams, _list("payout", "/v1/payouts", "status")),
    _known(f"GET /v1/events/{ID}", P.EventRetrieveParams, _one("event")),
    _known("GET /v1/events", P.EventListParams, _list("event", "/v1/events", "type")),
    _known("GET /v1/balance", P.BalanceRetrieveParams, _balance),
    _known("POST /v1/transfers", P.TransferCreateParams,
           lambda stripe, _path, asked: accounts.transfer(stripe, asked)),
    _known(f"GET /v1/transfers/{ID}", P.TransferRetrieveParams, _one("transfer")),
    _known("GET /v1/transfers", P.TransferListParams, _transfers),
    _known(f"POST /v1/transfers/{ID}/reversals", P.TransferReversalCreateParams,
           lambda stripe, path, asked: accounts.reverse(stripe, path[0], asked)),
    _known("POST /v2/core/accounts", core.AccountCreateParams,
           lambda stripe, _path, asked: accounts.create_account(stripe, asked)),
    _known(f"GET /v2/core/accounts/{ID}", core.AccountRetrieveParams, _one("v2.core.account")),
    _known("POST /v2/core/account_links", core.AccountLinkCreateParams,
           lambda stripe, _path, asked: {
               "object": "v2.core.account_link", "account": asked["account"],
               "url": f"{stripe.address}/onboarding/{asked['account']}", "livemode": False,
               "created": "2026-11-27T00:00:00Z", "expires_at": "2026-11-27T00:10:00Z",
               "use_case": asked["use_case"],
           }),
]  # fmt: skip


def find(line: str) -> tuple[Known, tuple[str, ...]]:
    """The call that a request line means; raises :class:`Refused` (404)."""
    for known in KNOWN:
        if match := known.line.fullmatch(line):
            return known, match.groups()
    raise Refused(f"Unrecognized request URL ({line}).", status=404)
