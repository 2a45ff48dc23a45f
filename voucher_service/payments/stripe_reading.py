"""What Stripe says now, read again from its API and turned into plain facts.

Whatever an event claims, only what is read here counts. Nothing is decided or written here.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Invalid
from voucher_service.core.gifts import Checkout, Movement, PaidOut, Stage

if TYPE_CHECKING:
    from stripe import StripeClient

EUROS = "eur"
PAGE = 100

EVENTS_KEPT = timedelta(days=30)
"""How long Stripe lists an event."""

WAITING = {"processing", "requires_action", "requires_capture"}
"""States of a payment that may still succeed."""

SUBJECTS = ("checkout.session.", "charge.", "payment_intent.", "refund.", "payout.")
"""Events that this product acts on, by how their types begin. Others are kept and left alone."""


def checkout(client: "StripeClient", name: str) -> Checkout | None:
    """A Checkout Session with all that its payment moved; nothing when it is not one of ours."""
    session: Any = client.v1.checkout.sessions.retrieve(
        name, {"expand": ["payment_intent.latest_charge"]}
    )
    about: dict[str, str] = session.metadata.to_dict() if session.metadata else {}
    gift = about.get("gift", "")
    if not gift.isdigit():
        return None
    intent = session.payment_intent
    charge = intent.latest_charge if intent else None
    moved = tuple(_moved_by(client, charge.id)) if charge else ()
    return Checkout(session.id, int(gift), _stage(session, intent), moved)


def _stage(session: Any, intent: Any) -> Stage:  # noqa: ANN401 - objects of an extra
    if session.status == "expired":
        return Stage.EXPIRED
    if session.status != "complete":
        return Stage.OPEN
    if session.payment_status == "paid":
        return Stage.PAID
    return Stage.WAITING if intent and intent.status in WAITING else Stage.FAILED


def _moved_by(client: "StripeClient", charge: str) -> Iterator[Movement]:
    """Every movement of our balance that a payment has made since: paid, refunded, disputed."""
    paid: Any = client.v1.charges.retrieve(charge, {"expand": ["balance_transaction"]})
    if paid.balance_transaction:
        yield movement(paid.balance_transaction)
    refunds = client.v1.refunds.list(
        {"charge": charge, "limit": PAGE, "expand": ["data.balance_transaction"]}
    )
    for refund in refunds.auto_paging_iter():
        if refund.balance_transaction:
            yield movement(refund.balance_transaction)
    for dispute in client.v1.disputes.list({"charge": charge, "limit": PAGE}).auto_paging_iter():
        yield from (movement(item) for item in dispute.balance_transactions)


def movement(item: Any) -> Movement:  # noqa: ANN401
    """A balance transaction as a plain fact; raises :class:`Invalid` when it is not in euros."""
    if item.currency != EUROS:
        raise Invalid("not_euros", f"{item.id} is in {item.currency}: settle in euros at Stripe.")
    source = item.source if isinstance(item.source, str) else getattr(item.source, "id", "")
    occurred = datetime.fromtimestamp(item.created, UTC)
    return Movement(item.id, item.type, item.amount, item.fee, source or "", occurred)


def session_about(client: "StripeClient", name: str) -> str | None:
    """The Checkout Session behind a charge, a refund, a dispute or a payment, if there is one."""
    prefix = name.partition("_")[0]
    if prefix == "cs":
        return name
    read: dict[str, Any] = {
        "ch": client.v1.charges.retrieve,
        "py": client.v1.charges.retrieve,
        "re": client.v1.refunds.retrieve,
        "pyr": client.v1.refunds.retrieve,
        "dp": client.v1.disputes.retrieve,
        "du": client.v1.disputes.retrieve,
    }
    intent = name if prefix == "pi" else None
    if prefix in read:
        intent = read[prefix](name).payment_intent
    if not intent:
        return None
    found = client.v1.checkout.sessions.list({"payment_intent": intent, "limit": 1}).data
    return found[0].id if found else None


def payout(client: "StripeClient", name: str) -> PaidOut:
    """A payout and the movements that it is made of. Only automatic payouts can tell them."""
    found: Any = client.v1.payouts.retrieve(name)
    inside = client.v1.balance_transactions.list({"payout": name, "limit": PAGE})
    moved = [movement(item) for item in inside.auto_paging_iter()]
    return PaidOut(
        found.id,
        found.amount,
        paris_day(datetime.fromtimestamp(found.arrival_date, UTC)),
        found.status,
        (found.trace_id.value if found.trace_id else None) or "",
        tuple(moved),
    )


def payouts_since(client: "StripeClient", since: datetime) -> Iterator[str]:
    """The payouts made since a moment, oldest first."""
    listed = client.v1.payouts.list(
        {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
    ).auto_paging_iter()
    yield from reversed([item.id for item in listed])


def movements_since(client: "StripeClient", since: datetime) -> list[Movement]:
    """Every movement of our balance since a moment, oldest first."""
    listed = client.v1.balance_transactions.list(
        {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
    )
    return [movement(item) for item in listed.auto_paging_iter()][::-1]


def balance(client: "StripeClient") -> int:
    """What Stripe holds of ours, in cents: what may be paid out, and what soon will."""
    found: Any = client.v1.balance.retrieve()
    return sum(part.amount for part in (*found.available, *found.pending) if part.currency == EUROS)
