"""What the ledger should hold of gifts by Checkout, built anew from what Stripe said it moved.

Part of ``auditing_sources``: whole transfers by the same accounting manual that wrote them, each
with the fields that are not known from its source. Nothing is compared here.
"""

from collections.abc import Iterator
from datetime import date

from voucher_service.core import ledger_stripe
from voucher_service.core.campaign import paris_day
from voucher_service.core.gifts import Effect
from voucher_service.core.transfer import Transfer
from voucher_service.store import audit_stripe
from voucher_service.store.session import Session

ALL_KNOWN: frozenset[str] = frozenset()
NO_DATE = frozenset({"value_date"})
LONG_AGO = date(2000, 1, 1)


def of_stripe(session: Session) -> Iterator[tuple[Transfer, frozenset[str]]]:
    """Every movement at Stripe that is explained, and every payout that a bank line showed."""
    for row, funder in audit_stripe.explained(session):
        effect, on = Effect(row.effect or ""), paris_day(row.occurred_at)
        amounts = row.cents, row.fee_cents
        for part in ledger_stripe.moved(row.id, effect, row.campaign_id or 0, funder, *amounts, on):
            yield part, ALL_KNOWN
    for payout, parts in audit_stripe.arrived(session):
        for campaign, cents in parts.items():
            yield ledger_stripe.paid_out(payout, campaign, cents, LONG_AGO), NO_DATE
