"""The accounting manual, second part: how money leaves, and what touches the bank account itself.

Fees kept back, payouts, charges, and the calls of post-funded campaigns. What the end of a campaign
moves is in ``core.ledger_end``. Like ``core.ledger``, it only says what should be written.
"""

from collections.abc import Mapping
from datetime import date

from voucher_service.core import accounts
from voucher_service.core.transfer import Kind, Transfer


def fee_kept(statement: str, campaign: int, association: int, cents: int, on: date) -> Transfer:
    """The downstream fee, kept back from a statement, waiting to leave the ring-fenced account."""
    return Transfer(
        Kind.FEE,
        f"fee:{statement}:{campaign}",
        campaign,
        accounts.payable(association),
        accounts.OPERATOR_FEES,
        cents,
        on,
        statement,
    )


def payout_sent(end_to_end: str, campaign: int, association: int, cents: int, on: date) -> Transfer:
    """A bank transfer to an association has left for the bank."""
    return Transfer(
        Kind.PAYOUT_SENT,
        f"sent:{end_to_end}:{campaign}",
        campaign,
        accounts.payable(association),
        accounts.IN_TRANSIT,
        cents,
        on,
        end_to_end,
    )


def payout_executed(end_to_end: str, campaign: int, cents: int, on: date) -> Transfer:
    """The bank has paid it."""
    return Transfer(
        Kind.PAYOUT_EXECUTED,
        f"executed:{end_to_end}:{campaign}",
        campaign,
        accounts.IN_TRANSIT,
        accounts.BANK,
        cents,
        on,
        end_to_end,
    )


def payout_returned(
    end_to_end: str, campaign: int, association: int, cents: int, on: date
) -> Transfer:
    """The bank gave it back: the association is owed again."""
    return Transfer(
        Kind.PAYOUT_RETURNED,
        f"returned:{end_to_end}:{campaign}",
        campaign,
        accounts.BANK,
        accounts.payable(association),
        cents,
        on,
        end_to_end,
    )


def payout_rejected(
    end_to_end: str, campaign: int, association: int, cents: int, on: date
) -> Transfer:
    """The bank refused to execute it: it never left, and the association is owed again."""
    return Transfer(
        Kind.PAYOUT_REJECTED,
        f"payout_rejected:{end_to_end}:{campaign}",
        campaign,
        accounts.IN_TRANSIT,
        accounts.payable(association),
        cents,
        on,
        end_to_end,
        reverses=f"sent:{end_to_end}:{campaign}",
    )


def postpaid_calls(
    period: str, campaign: int, by_funder: Mapping[int, int], on: date
) -> list[Transfer]:
    """The close of a period calls what was used from the funders of a post-funded campaign.

    A delta of -1 cent (see ``money.split_between``) is posted the other way round.
    """
    return [
        Transfer(
            Kind.POSTPAID_CALL,
            f"postpaid:{period}:{campaign}:{funder}",
            campaign,
            accounts.receivable(funder) if cents > 0 else accounts.to_be_funded(campaign),
            accounts.to_be_funded(campaign) if cents > 0 else accounts.receivable(funder),
            abs(cents),
            on,
            f"period:{period}",
        )
        for funder, cents in by_funder.items()
        if cents != 0
    ]


def bank_charge(reference: str, campaign: int, cents: int, on: date) -> Transfer:
    """The bank took a charge out of the ring-fenced account: the operator owes it back at once."""
    return Transfer(
        Kind.BANK_CHARGE,
        f"charge:{reference}",
        campaign,
        accounts.OPERATOR_OWES,
        accounts.BANK,
        cents,
        on,
        reference,
    )


def top_up(reference: str, campaign: int, cents: int, on: date) -> Transfer:
    """The operator puts back what the ring-fenced account lacked."""
    return Transfer(
        Kind.TOP_UP,
        f"top_up:{reference}",
        campaign,
        accounts.BANK,
        accounts.OPERATOR_OWES,
        cents,
        on,
        reference,
    )
