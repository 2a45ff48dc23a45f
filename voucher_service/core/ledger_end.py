"""The accounting manual, last part: the end of a campaign, and how money goes home.

Unused value, calls that nobody paid, refunds to funders, deposits carried over to another campaign,
and what the operator takes back of its own. Like ``core.ledger``, it only says what should be
written.
"""

from collections.abc import Mapping
from datetime import date

from voucher_service.core import accounts
from voucher_service.core.transfer import Kind, Transfer


def expiry(closing: str, campaign: int, by_funder: Mapping[int, int], on: date) -> list[Transfer]:
    """Passes ended unused: their value is the funders' again, by the split of the net issue."""
    return [
        Transfer(
            Kind.EXPIRY,
            f"expiry:{closing}:{funder}",
            campaign,
            accounts.outstanding(campaign),
            accounts.funds(funder),
            cents,
            on,
            closing,
        )
        for funder, cents in by_funder.items()
        if cents > 0
    ]


def call_cancelled(call: str, campaign: int, funder: int, cents: int, on: date) -> Transfer:
    """The part of a call that was never paid is asked for no more."""
    return Transfer(
        Kind.CALL_CANCELLED,
        f"call_cancelled:{call}",
        campaign,
        accounts.funds(funder),
        accounts.receivable(funder),
        cents,
        on,
        call,
    )


def refund(number: str, campaign: int, funder: int, cents: int, on: date) -> Transfer:
    """A funder's deposit has left for the bank, on its way home."""
    return Transfer(
        Kind.REFUND,
        f"refund:{number}",
        campaign,
        accounts.funds(funder),
        accounts.IN_TRANSIT,
        cents,
        on,
        number,
    )


def refund_executed(number: str, campaign: int, cents: int, on: date) -> Transfer:
    """The bank has paid a refund."""
    return Transfer(
        Kind.REFUND_EXECUTED,
        f"refund_executed:{number}",
        campaign,
        accounts.IN_TRANSIT,
        accounts.BANK,
        cents,
        on,
        number,
    )


def refund_rejected(number: str, campaign: int, funder: int, cents: int, on: date) -> Transfer:
    """The bank refused to execute a refund: the deposit never left."""
    return Transfer(
        Kind.REFUND_REJECTED,
        f"refund_rejected:{number}",
        campaign,
        accounts.IN_TRANSIT,
        accounts.funds(funder),
        cents,
        on,
        number,
        reverses=f"refund:{number}",
    )


def refund_returned(number: str, campaign: int, funder: int, cents: int, on: date) -> Transfer:
    """The bank gave a refund back: the funder has its deposit again."""
    return Transfer(
        Kind.REFUND_RETURNED,
        f"refund_returned:{number}",
        campaign,
        accounts.BANK,
        accounts.funds(funder),
        cents,
        on,
        number,
    )


def carried_over(number: str, campaign: int, funder: int, cents: int, on: date) -> Transfer:
    """A deposit leaves one campaign for another, inside the same bank account.

    The other campaign books it as a receipt under the same number: the account's total is the same,
    and each campaign's part of it is right. No bank line stands behind either.
    """
    return Transfer(
        Kind.CARRIED_OVER,
        f"carried_over:{number}",
        campaign,
        accounts.funds(funder),
        accounts.BANK,
        cents,
        on,
        number,
    )


def fees_paid(reference: str, campaign: int, cents: int, on: date) -> Transfer:
    """Fees that were kept back leave for the operator's own account."""
    return Transfer(
        Kind.FEES_PAID,
        f"fees_paid:{reference}:{campaign}",
        campaign,
        accounts.OPERATOR_FEES,
        accounts.BANK,
        cents,
        on,
        reference,
    )


def withdrawn(reference: str, campaign: int, cents: int, on: date) -> Transfer:
    """The operator takes back its own money, which stands for nothing any more."""
    return Transfer(
        Kind.WITHDRAWN,
        f"withdrawn:{reference}:{campaign}",
        campaign,
        accounts.OPERATOR_OWES,
        accounts.BANK,
        cents,
        on,
        reference,
    )
