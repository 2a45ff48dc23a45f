"""The names of the places where money can be. A name carries its meaning.

Every account of the ledger is made here and nowhere else; nothing here moves money.
"""

from voucher_service.core.campaign import Funding

BANK = "bank_reserved"
"""The ring-fenced bank account. It holds face value only, never fees."""

IN_TRANSIT = "in_transit"
"""Payouts sent to the bank and not yet confirmed."""

OPERATOR_FEES = "payable:operator"
"""Downstream fees kept back from payouts until they are moved to the operator's own account."""


OPERATOR_OWES = "receivable:operator"
"""What the operator must put back into the ring-fenced account from its own money."""


WITH_STRIPE = "in_transit:stripe"
"""Payouts whose money left for Stripe, which sends them on."""

AT_STRIPE = "at_stripe"
"""What Stripe holds of gifts, or has sent and no bank line shows yet: not in the ring-fenced
account, and never counted there."""

STRIPE_FEES = "receivable:operator:stripe"
"""What Stripe kept of gifts and the operator puts back into the ring-fenced account."""


def gift(funder: int) -> str:
    """What a donor gave by Checkout and is not in passes: at Stripe, on its way, or a rest."""
    return f"gift:funder:{funder}"


def receivable(funder: int) -> str:
    """What a funder was asked for and has not sent yet."""
    return f"receivable:funder:{funder}"


def funds(funder: int) -> str:
    """A funder's money, called or received, that is not in passes."""
    return f"funds:funder:{funder}"


def outstanding(campaign: int) -> str:
    """Face value of the passes alive in a pre-funded campaign."""
    return f"outstanding:campaign:{campaign}"


def to_be_funded(campaign: int) -> str:
    """Face value used in a post-funded campaign and not yet called from the funders."""
    return f"to_be_funded:campaign:{campaign}"


def payable(association: int) -> str:
    """What an association has earned and was not paid yet."""
    return f"payable:association:{association}"


def contested(association: int) -> str:
    """What an association has earned and somebody contests."""
    return f"contested:association:{association}"


def receivable_from(association: int) -> str:
    """What an association must give back, offset on its next statement."""
    return f"receivable:association:{association}"


def value_account(campaign: int, funding: Funding) -> str:
    """Where the face value of a used pass comes from, by the campaign's way of funding."""
    return outstanding(campaign) if funding is Funding.PREPAID else to_be_funded(campaign)
