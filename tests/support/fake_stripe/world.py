"""What happens at Stripe: donors pay, debits settle or fail, cards are disputed, payouts leave."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.support.fake_stripe.faults import Fault
from tests.support.fake_stripe.store import Object, Objects, Refused
from tests.support.fake_stripe.webhooks import Webhooks

KEY = "sk_test_fake0000000000000000"
DISPUTE_FEE = 2_000
DAY = 86_400


def card_fee(cents: int) -> int:
    """1.5 % and 25 cents, as European cards cost."""
    return (cents * 150 + 5_000) // 10_000 + 25


@dataclass(slots=True)
class FakeStripe:
    """One account at Stripe. ``address`` is what the product is told."""

    address: str = ""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    fee: Callable[[int], int] = card_fee
    faults: list[Fault] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Every request that reached it: its line, and its idempotency key."""
    knocked: int = 0
    """Requests that came, answered or not: whoever holds ``lock`` keeps them waiting."""
    lists_are_late: bool = False
    """Whether lists of transfers and reversals do not show yet what was just made."""
    webhooks: Webhooks = field(default_factory=Webhooks)
    objects: Objects = field(init=False)
    answers: dict[str, tuple[str, int, Object]] = field(default_factory=dict)
    """First answers by idempotency key: fingerprint, status, body."""

    def __post_init__(self) -> None:
        self.objects = Objects(self.moment)

    def moment(self) -> int:
        return int(self.now().timestamp())

    def fault(self, line: str) -> Fault | None:
        """The fault that this request meets, used up."""
        for fault in self.faults:
            if fault.hits(line):
                self.faults.remove(fault)
                return fault
        return None

    # What donors do

    def session(self, name: str) -> Object:
        return self.objects.get(name, "checkout.session")

    def sessions(self) -> list[Object]:
        """Oldest first."""
        return self.objects.of("checkout.session")[::-1]

    def pay(self, name: str, by: str = "card") -> None:
        """A donor fills the hosted page. A card pays at once; ``sepa_debit`` only promises."""
        with self.lock:
            session = self.session(name)
            if session["status"] != "open":
                raise Refused("This Checkout Session is no longer open.")
            at_once = by == "card"
            intent = self._intent(session, "succeeded" if at_once else "processing")
            session |= {"status": "complete", "payment_intent": intent["id"], "url": None}
            self._charge(intent, by, "succeeded" if at_once else "pending")
            if at_once:
                session["payment_status"] = "paid"
                self._succeed(intent)
            self.tell("checkout.session.completed", session)

    def _intent(self, session: Object, status: str) -> Object:
        extra = session["_payment_intent_data"]
        return self.objects.make(
            "pi",
            "payment_intent",
            amount=session["amount_total"],
            currency="eur",
            status=status,
            metadata=extra.get("metadata", {}),
            receipt_email=extra.get("receipt_email"),
            description=extra.get("description"),
            latest_charge=None,
        )

    def _charge(self, intent: Object, by: str, status: str) -> Object:
        charge = self.objects.make(
            "py" if by != "card" else "ch",
            "charge",
            amount=intent["amount"],
            amount_refunded=0,
            currency="eur",
            status=status,
            paid=status == "succeeded",
            refunded=False,
            disputed=False,
            payment_intent=intent["id"],
            balance_transaction=None,
            metadata=intent["metadata"],
            payment_method_details={"type": by},
        )
        intent["latest_charge"] = charge["id"]
        return charge

    def _succeed(self, intent: Object) -> None:
        charge = self.objects.get(intent["latest_charge"], "charge")
        intent["status"] = charge["status"] = "succeeded"
        charge["paid"] = True
        kind = "payment" if charge["id"].startswith("py") else "charge"
        money = self.transaction(kind, charge["amount"], charge["id"], self.fee(charge["amount"]))
        charge["balance_transaction"] = money["id"]
        self.tell("payment_intent.succeeded", intent)
        self.tell("charge.succeeded", charge)

    def settle(self, name: str) -> None:
        """The bank pays a debit, days later."""
        with self.lock:
            session = self.session(name)
            self._succeed(self.objects.get(session["payment_intent"], "payment_intent"))
            session["payment_status"] = "paid"
            self.tell("checkout.session.async_payment_succeeded", session)

    def fail(self, name: str) -> None:
        """The bank refuses a debit, days later."""
        with self.lock:
            session = self.session(name)
            intent = self.objects.get(session["payment_intent"], "payment_intent")
            intent["status"] = "requires_payment_method"
            self.objects.get(intent["latest_charge"], "charge")["status"] = "failed"
            self.tell("checkout.session.async_payment_failed", session)

    def expire(self, name: str) -> Object:
        """Nobody paid for a day."""
        with self.lock:
            session = self.session(name)
            session |= {"status": "expired", "url": None}
            self.tell("checkout.session.expired", session)
            return session

    def charge_of(self, name: str) -> Object:
        """The charge behind a session."""
        intent = self.objects.get(self.session(name)["payment_intent"], "payment_intent")
        return self.objects.get(intent["latest_charge"], "charge")

    # What takes money back

    def refund(self, charge: Object, cents: int | None = None) -> Object:
        """The account's owner sends money back to a donor. Stripe keeps its fee."""
        with self.lock:
            left = charge["amount"] - charge["amount_refunded"]
            cents = left if cents is None else cents
            if not 0 < cents <= left:
                raise Refused("Refund amount is greater than unrefunded amount on charge.")
            refund = self.objects.make(
                "re", "refund", amount=cents, currency="eur", status="succeeded",
                charge=charge["id"], payment_intent=charge["payment_intent"],
                balance_transaction=None, metadata={},
            )  # fmt: skip
            money = self.transaction("refund", -cents, refund["id"], 0)
            refund["balance_transaction"] = money["id"]
            charge["amount_refunded"] += cents
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
            self.tell("charge.refunded", charge)
            self.tell("refund.created", refund)
            return refund

    def dispute(self, name: str) -> Object:
        """The donor's bank takes the money back, and a fee with it."""
        with self.lock:
            charge = self.charge_of(name)
            charge["disputed"] = True
            dispute = self.objects.make(
                "dp", "dispute", amount=charge["amount"], currency="eur", status="needs_response",
                reason="fraudulent", charge=charge["id"], payment_intent=charge["payment_intent"],
                balance_transactions=[], metadata={},
            )  # fmt: skip
            money = self.transaction("adjustment", -charge["amount"], dispute["id"], DISPUTE_FEE)
            dispute["balance_transactions"].append(self.objects.shown(money))
            self.tell("charge.dispute.created", dispute)
            self.tell("charge.dispute.funds_withdrawn", dispute)
            return dispute

    def win(self, dispute: Object) -> None:
        """The dispute is decided for the account: the money is back, the fee is not."""
        with self.lock:
            dispute["status"] = "won"
            money = self.transaction("adjustment", dispute["amount"], dispute["id"], 0)
            dispute["balance_transactions"].append(self.objects.shown(money))
            self.tell("charge.dispute.funds_reinstated", dispute)
            self.tell("charge.dispute.closed", dispute)

    # Money

    def transaction(self, kind: str, cents: int, source: str, fee: int, **facts: Any) -> Object:
        """One movement of the account's balance."""
        return self.objects.make(
            "txn", "balance_transaction", type=kind, reporting_category=kind, amount=cents,
            currency="eur", fee=fee, net=cents - fee, source=source, status="available",
            available_on=self.moment() + 7 * DAY, fee_details=[], exchange_rate=None,
            description=None, _payout=None, **facts,
        )  # fmt: skip

    def balance(self) -> int:
        """What the account holds, in cents."""
        return sum(item["net"] for item in self.objects.of("balance_transaction"))

    def bill(self, cents: int) -> Object:
        """Stripe takes a fee that belongs to no payment."""
        with self.lock:
            return self.transaction("stripe_fee", -cents, "", 0)

    def pay_out(self) -> Object | None:
        """The automatic payout of everything that no payout took yet."""
        with self.lock:
            waiting = self.objects.of("balance_transaction", _payout=None)
            cents = sum(item["net"] for item in waiting)
            if cents <= 0:
                return None
            payout = self.objects.make(
                "po", "payout", amount=cents, currency="eur", automatic=True, status="paid",
                arrival_date=self.moment() + 2 * DAY, reconciliation_status="completed",
                method="standard", type="bank_account", statement_descriptor="STRIPE",
                trace_id=None, metadata={}, failure_code=None,
            )  # fmt: skip
            payout["trace_id"] = {"status": "supported", "value": f"STRIPE{payout['id'][-8:]}"}
            out = self.transaction("payout", -cents, payout["id"], 0)
            for item in (*waiting, out):
                item["_payout"] = payout["id"]
            payout["balance_transaction"] = out["id"]
            for kind in ("created", "paid", "reconciliation_completed"):
                self.tell(f"payout.{kind}", payout)
            return payout

    # What is told

    def tell(self, kind: str, about: Object) -> Object:
        """Remember an event and hand it to the webhooks."""
        event = self.objects.make(
            "evt", "event", type=kind, api_version=None, pending_webhooks=1,
            data={"object": self.objects.shown(about)}, request=None,
        )  # fmt: skip
        self.webhooks.add(event)
        return event

    def tell_thin(self, kind: str, name: str) -> Object:
        """An event of API v2, which only names what it is about."""
        event = {
            "id": f"evt_test_{time.monotonic_ns()}", "object": "v2.core.event", "type": kind,
            "livemode": False, "created": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "related_object": {"id": name, "type": "v2.core.account", "url": f"/v2/{name}"},
        }  # fmt: skip
        self.webhooks.add(event)
        return event

    def lines(self, method: str, path: str) -> Sequence[tuple[str, str]]:
        """Requests that reached it, by the beginning of their line."""
        return [found for found in self.requests if found[0].startswith(f"{method} {path}")]
