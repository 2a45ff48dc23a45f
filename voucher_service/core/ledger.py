"""The accounting manual: every way money can move, one function each.

A movement is a :class:`Transfer`: a positive number of cents from one named account to another.
Nothing is ever changed afterwards; a correction is a new transfer. Balances are sums. The functions
only say what should be written: they never read or write anything.

A balance is what was credited minus what was debited, so what we owe is positive and what we hold
or are owed is negative; ``core.books`` turns that into words.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from voucher_service.core import accounts
from voucher_service.core.campaign import Funding
from voucher_service.core.transfer import Kind, Transfer


def call(number: str, campaign: int, funder: int, cents: int, on: date) -> Transfer:
    """A call for funds: the funder owes, and has that much to put in passes."""
    return Transfer(
        Kind.CALL,
        f"call:{number}",
        campaign,
        accounts.receivable(funder),
        accounts.funds(funder),
        cents,
        on,
        number,
    )


def receipts(
    receipt: int, campaign: int, funder: int, cents: int, owed_cents: int, on: date, reference: str
) -> list[Transfer]:
    """Cash arrived: first against what is owed, anything above is the funder's deposit."""
    covered = min(cents, max(owed_cents, 0))
    parts = [
        (accounts.receivable(funder), covered, "owed"),
        (accounts.funds(funder), cents - covered, "deposit"),
    ]
    return [
        Transfer(
            Kind.RECEIPT,
            f"receipt:{receipt}:{part}",
            campaign,
            accounts.BANK,
            to,
            amount,
            on,
            reference,
        )
        for to, amount, part in parts
        if amount > 0
    ]


def activation(
    attempt: str, campaign: int, by_funder: Mapping[int, int], on: date
) -> list[Transfer]:
    """An order is covered: each funder's split of its face value goes into living passes.

    ``attempt`` is ``ORDER.N``: an order is activated again after a bounced payment was made good.
    """
    return [
        Transfer(
            Kind.ACTIVATION,
            f"activation:{attempt}:{funder}",
            campaign,
            accounts.funds(funder),
            accounts.outstanding(campaign),
            cents,
            on,
            f"order:{attempt}",
        )
        for funder, cents in by_funder.items()
        if cents > 0
    ]


def use_event(redemption: int) -> str:
    """The business key of a use."""
    return f"use:{redemption}"


def use(
    redemption: int, campaign: int, funding: Funding, association: int, cents: int, on: date
) -> Transfer:
    """A pass is spent: its value is owed to the association."""
    return Transfer(
        Kind.USE,
        use_event(redemption),
        campaign,
        accounts.value_account(campaign, funding),
        accounts.payable(association),
        cents,
        on,
        f"redemption:{redemption}",
    )


def _reverse(original: Transfer, kind: Kind, on: date) -> Transfer:
    return replace(
        original,
        kind=kind,
        event=f"{kind}:{original.event}",
        debit=original.credit,
        credit=original.debit,
        value_date=on,
        reverses=original.event,
    )


def undo(original: Transfer, on: date) -> Transfer:
    """A use taken back by the site before the cut-off."""
    return _reverse(original, Kind.UNDO, on)


def reversal(original: Transfer, on: date) -> Transfer:
    """An entry made in error is taken back by its mirror."""
    return _reverse(original, Kind.REVERSAL, on)


def contest(contestation: int, original: Transfer, association: int, on: date) -> Transfer:
    """A use is contested: its value waits aside."""
    return replace(
        original,
        kind=Kind.CONTEST,
        event=f"contest:{contestation}",
        debit=accounts.payable(association),
        credit=accounts.contested(association),
        value_date=on,
    )


def contest_upheld(contestation: int, original: Transfer, association: int, on: date) -> Transfer:
    """The contest was right: the value goes back to where it came from, the pass lives again."""
    return replace(
        original,
        kind=Kind.UPHELD,
        event=f"upheld:{contestation}",
        debit=accounts.contested(association),
        credit=original.debit,
        value_date=on,
        reverses=original.event,
    )


def contest_rejected(contestation: int, original: Transfer, association: int, on: date) -> Transfer:
    """The contest was wrong: the association is owed again."""
    return replace(
        original,
        kind=Kind.REJECTED,
        event=f"rejected:{contestation}",
        debit=accounts.contested(association),
        credit=accounts.payable(association),
        value_date=on,
    )


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


def refund(number: str, campaign: int, funder: int, cents: int, on: date) -> Transfer:
    """Money given back to a funder."""
    return Transfer(
        Kind.REFUND,
        f"refund:{number}",
        campaign,
        accounts.funds(funder),
        accounts.BANK,
        cents,
        on,
        number,
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


def cancelled_after_payment(
    contestation: int, original: Transfer, association: int, on: date
) -> Transfer:
    """A use already paid turns out wrong: the association owes it back, the pass lives again."""
    return replace(
        original,
        kind=Kind.CANCELLED_AFTER_PAYMENT,
        event=f"cancelled:{contestation}",
        debit=accounts.receivable_from(association),
        credit=original.debit,
        value_date=on,
        reverses=original.event,
    )
