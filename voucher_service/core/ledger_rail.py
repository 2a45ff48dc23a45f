"""The accounting manual for payouts by Stripe Connect, where that rail is on.

An approved batch leaves the ring-fenced account in one bank transfer to the operator's account for
payouts at Stripe; from there each association is sent its part. ``in_transit:stripe`` is what lies
there: it stands for payouts on their way and for nothing else. It is another account at Stripe than
that of gifts: money given and money paid out never meet there. This only says what to write.
"""

from datetime import date

from voucher_service.core import accounts
from voucher_service.core.transfer import Kind, Transfer


def funded(batch: str, campaign: int, cents: int, on: date) -> Transfer:
    """A batch's money left the ring-fenced account for Stripe."""
    return Transfer(
        Kind.RAIL_FUNDED,
        f"rail_funded:{batch}:{campaign}",
        campaign,
        accounts.WITH_STRIPE,
        accounts.BANK,
        cents,
        on,
        batch,
    )


def paid(end_to_end: str, campaign: int, cents: int, on: date) -> Transfer:
    """Stripe has sent an association its payout."""
    return Transfer(
        Kind.RAIL_PAID,
        f"rail_paid:{end_to_end}:{campaign}",
        campaign,
        accounts.IN_TRANSIT,
        accounts.WITH_STRIPE,
        cents,
        on,
        end_to_end,
    )


def taken_back(end_to_end: str, campaign: int, association: int, cents: int, on: date) -> Transfer:
    """A transfer was reversed: the association is owed again, the money lies at Stripe."""
    return Transfer(
        Kind.RAIL_TAKEN_BACK,
        f"rail_taken_back:{end_to_end}:{campaign}",
        campaign,
        accounts.WITH_STRIPE,
        accounts.payable(association),
        cents,
        on,
        end_to_end,
    )


IN_PART = (Kind.RAIL_REPAID, Kind.RAIL_OWED)
"""What a part that Stripe took back moves: corrections, each naming its payout."""


def emptied(reference: str, campaign: int, cents: int, on: date) -> Transfer:
    """What lay at Stripe for nobody came back to the ring-fenced account."""
    return Transfer(
        Kind.RAIL_EMPTIED,
        f"rail_emptied:{reference}",
        campaign,
        accounts.BANK,
        accounts.WITH_STRIPE,
        cents,
        on,
        reference,
    )
