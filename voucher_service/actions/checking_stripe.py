"""The invariants of gifts by Checkout; ``checking`` runs them with the rest.

Each looks at the facts from two sides and names what does not meet. Nothing is repaired here, and
nobody is asked: what Stripe itself says of its balance is compared in the nightly reconciliation.
"""

from collections.abc import Callable, Iterator

from voucher_service.store import audit_stripe
from voucher_service.store.session import Session


def _stripe_and_ledger_agree(session: Session) -> Iterator[str]:
    """What Stripe moved, less what the bank showed = what the ledger has there; fees alike."""
    for campaign, held, fees, booked, owed in audit_stripe.at_stripe(session):
        if held != booked:
            yield f"campaign {campaign}: Stripe holds {held} cents, the ledger says {booked}"
        if fees != owed:
            yield (
                f"campaign {campaign}: the operator owes {fees} cents for Stripe,"
                f" the ledger says {owed}"
            )


def _gifts_become_passes_once(session: Session) -> Iterator[str]:
    """Paid, less gone back, less receipts = what the ledger has of each donor beside passes."""
    for campaign, funder, said, booked in audit_stripe.not_in_passes(session):
        if said != booked:
            yield (
                f"campaign {campaign}, donor {funder}: {said} cents are in no pass,"
                f" the ledger says {booked}"
            )
    for gift in audit_stripe.funded_without_receipt(session):
        yield f"gift {gift} is said to be passes, and no receipt of it stands"


INVARIANTS: dict[str, Callable[[Session], Iterator[str]]] = {
    "stripe_and_ledger_agree": _stripe_and_ledger_agree,
    "gifts_become_passes_once": _gifts_become_passes_once,
}
