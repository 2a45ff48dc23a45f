"""Opening Stripe's hosted page for a gift. The donor's card never comes near this service.

The idempotency key is the gift's own: asked twice, one page is opened.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stripe import StripeClient


@dataclass(frozen=True, slots=True)
class Order:
    """What the hosted page shows, and where it leads back to."""

    gift: int
    asked_at: datetime
    cents: int
    mail: str
    language: str
    label: str
    engagement: str
    back: str
    done: str


def open_checkout(client: "StripeClient", order: Order) -> tuple[str, str]:
    """The session and the address of Stripe's page for a gift."""
    about = {"gift": str(order.gift)} | (
        {"engagement": order.engagement} if order.engagement else {}
    )
    price = {
        "currency": "eur",
        "unit_amount": order.cents,
        "product_data": {"name": order.label},
    }
    asked: Any = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "client_reference_id": str(order.gift),
        "customer_email": order.mail,
        "locale": order.language,
        "metadata": about,
        "payment_intent_data": {
            "description": order.label,
            "metadata": about,
            "receipt_email": order.mail,
        },
        "success_url": order.done,
        "cancel_url": order.back,
    }
    key = f"gift:{order.gift}:{int(order.asked_at.timestamp())}"
    session = client.v1.checkout.sessions.create(asked, {"idempotency_key": key})
    return session.id, session.url or order.back


def page_of(client: "StripeClient", session: str) -> str | None:
    """The address of a session's page while it can still be paid there."""
    found = client.v1.checkout.sessions.retrieve(session)
    return found.url if found.status == "open" else None
