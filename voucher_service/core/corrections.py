"""The accounting manual, third part: what sets an association's account right after the fact.

A correction is a row and a transfer; the statement of the period that claims it says it. Three
things here: what an association owes back, how that is offset on its next statements, and what the
operator pays from its own money. Face value that funders put in passes never pays for a correction:
what is not a use is borne by the operator (:data:`accounts.OPERATOR_OWES`) or by the association.
"""

from datetime import date
from enum import StrEnum

from voucher_service.core import accounts
from voucher_service.core.transfer import Kind, Transfer


class Correcting(StrEnum):
    """What a correction does to an association's account."""

    CANCELLED = "cancelled"
    """A use on an earlier statement was wrong: the association owes it back."""
    CHARGED = "charged"
    """The bank paid it more than it was owed: it owes the difference."""
    GRANTED = "granted"
    """The operator pays it from its own money: goodwill, or a double use it bears."""
    EXCESS = "excess"
    """It paid back more than it owed: the rest is owed to it."""
    REPAID = "repaid"
    """It paid back what it owed."""
    WRITTEN_OFF = "written_off"
    """The operator bears what it still owed."""
    RAIL_REPAID = "rail_repaid"
    """Stripe took a part of a payout back: that pays what it owed."""
    RAIL_OWED = "rail_owed"
    """Stripe took back more than it owed: the rest is owed to it."""


def correction(
    number: int,
    kind: Correcting,
    campaign: int,
    association: int,
    cents: int,
    on: date,
    of: str | None = None,
) -> Transfer:
    """The transfer of a correction that cancels no use. ``of``: the payout that it takes back.

    For one that does, see :func:`ledger.cancelled_after_payment`.
    """
    owes, owed = accounts.receivable_from(association), accounts.payable(association)
    debit, credit = {
        Correcting.CHARGED: (owes, accounts.BANK),
        Correcting.GRANTED: (accounts.OPERATOR_OWES, owed),
        Correcting.EXCESS: (accounts.BANK, owed),
        Correcting.REPAID: (accounts.BANK, owes),
        Correcting.WRITTEN_OFF: (accounts.OPERATOR_OWES, owes),
        Correcting.RAIL_REPAID: (accounts.WITH_STRIPE, owes),
        Correcting.RAIL_OWED: (accounts.WITH_STRIPE, owed),
    }[kind]
    return Transfer(
        Kind(kind.value),
        f"{kind}:{number}",
        campaign,
        debit,
        credit,
        cents,
        on,
        of or f"correction:{number}",
    )


def offset(statement: str, campaign: int, association: int, cents: int, on: date) -> Transfer:
    """What an association owes back is taken off what a statement owes it."""
    return Transfer(
        Kind.OFFSET,
        f"offset:{statement}:{campaign}",
        campaign,
        accounts.payable(association),
        accounts.receivable_from(association),
        cents,
        on,
        statement,
    )


def fee_returned(statement: str, campaign: int, association: int, cents: int, on: date) -> Transfer:
    """The fee that was kept on uses cancelled since goes back to the association."""
    return Transfer(
        Kind.FEE_RETURNED,
        f"fee_returned:{statement}:{campaign}",
        campaign,
        accounts.OPERATOR_FEES,
        accounts.payable(association),
        cents,
        on,
        statement,
    )
