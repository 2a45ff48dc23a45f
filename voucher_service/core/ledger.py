"""The accounting manual: every way money can move, one function each.

A movement is a :class:`Transfer`: a positive number of cents from one named account to another.
Nothing is ever changed afterwards; a correction is a new transfer. Balances are sums. The functions
only say what should be written: they never read or write anything.

A balance is what was credited minus what was debited, so what we owe is positive and what we hold
or are owed is negative; ``core.books`` turns that into words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from voucher_service.core.campaign import Funding

BANK = "bank_reserved"
"""The ring-fenced bank account. It holds face value only, never fees."""

IN_TRANSIT = "in_transit"
"""Payouts sent to the bank and not yet confirmed."""

OPERATOR_FEES = "payable:operator"
"""Downstream fees kept back from payouts until they are moved to the operator's own account."""


OPERATOR_OWES = "receivable:operator"
"""What the operator must put back into the ring-fenced account from its own money."""


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


class Kind(StrEnum):
    """The money events. Each has one function below."""

    CALL = "call"
    RECEIPT = "receipt"
    ACTIVATION = "activation"
    USE = "use"
    UNDO = "undo"
    CONTEST = "contest"
    UPHELD = "upheld"
    REJECTED = "rejected"
    FEE = "fee"
    PAYOUT_SENT = "payout_sent"
    PAYOUT_EXECUTED = "payout_executed"
    PAYOUT_RETURNED = "payout_returned"
    EXPIRY = "expiry"
    REFUND = "refund"
    POSTPAID_CALL = "postpaid_call"
    CANCELLED_AFTER_PAYMENT = "cancelled_after_payment"
    REVERSAL = "reversal"
    BANK_CHARGE = "bank_charge"
    TOP_UP = "top_up"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Cents from ``debit`` to ``credit`` in one campaign.

    ``event`` is the business key, unique for ever: writing the same event twice is refused by the
    store. ``reference`` is the document or the row behind it. ``reverses`` is the event of the
    transfer that this one takes back.
    """

    kind: Kind
    event: str
    campaign: int
    debit: str
    credit: str
    cents: int
    value_date: date
    reference: str
    reverses: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.cents, bool) or not isinstance(self.cents, int) or self.cents <= 0:
            raise ValueError(f"a transfer moves a positive number of cents, not {self.cents!r}")
        if self.debit == self.credit:
            raise ValueError(f"a transfer goes somewhere: {self.debit} to itself")


def call(number: str, campaign: int, funder: int, cents: int, on: date) -> Transfer:
    """A call for funds: the funder owes, and has that much to put in passes."""
    return Transfer(
        Kind.CALL, f"call:{number}", campaign, receivable(funder), funds(funder), cents, on, number
    )


def receipts(
    receipt: int, campaign: int, funder: int, cents: int, owed_cents: int, on: date, reference: str
) -> list[Transfer]:
    """Cash arrived: first against what is owed, anything above is the funder's deposit."""
    covered = min(cents, max(owed_cents, 0))
    parts = [(receivable(funder), covered, "owed"), (funds(funder), cents - covered, "deposit")]
    return [
        Transfer(
            Kind.RECEIPT, f"receipt:{receipt}:{part}", campaign, BANK, to, amount, on, reference
        )
        for to, amount, part in parts
        if amount > 0
    ]


def activation(
    order: int, campaign: int, by_funder: Mapping[int, int], on: date
) -> list[Transfer]:
    """An order is covered: each funder's split of its face value goes into living passes."""
    return [
        Transfer(
            Kind.ACTIVATION,
            f"activation:{order}:{funder}",
            campaign,
            funds(funder),
            outstanding(campaign),
            cents,
            on,
            f"order:{order}",
        )
        for funder, cents in by_funder.items()
        if cents > 0
    ]


def value_account(campaign: int, funding: Funding) -> str:
    """Where the face value of a used pass comes from, by the campaign's way of funding."""
    return outstanding(campaign) if funding is Funding.PREPAID else to_be_funded(campaign)


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
        value_account(campaign, funding),
        payable(association),
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
        debit=payable(association),
        credit=contested(association),
        value_date=on,
    )


def contest_upheld(
    contestation: int, original: Transfer, association: int, on: date
) -> Transfer:
    """The contest was right: the value goes back to where it came from, the pass lives again."""
    return replace(
        original,
        kind=Kind.UPHELD,
        event=f"upheld:{contestation}",
        debit=contested(association),
        credit=original.debit,
        value_date=on,
        reverses=original.event,
    )


def contest_rejected(
    contestation: int, original: Transfer, association: int, on: date
) -> Transfer:
    """The contest was wrong: the association is owed again."""
    return replace(
        original,
        kind=Kind.REJECTED,
        event=f"rejected:{contestation}",
        debit=contested(association),
        credit=payable(association),
        value_date=on,
    )


def fee_kept(statement: str, campaign: int, association: int, cents: int, on: date) -> Transfer:
    """The downstream fee, kept back from a statement, waiting to leave the ring-fenced account."""
    return Transfer(
        Kind.FEE,
        f"fee:{statement}:{campaign}",
        campaign,
        payable(association),
        OPERATOR_FEES,
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
        payable(association),
        IN_TRANSIT,
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
        IN_TRANSIT,
        BANK,
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
        BANK,
        payable(association),
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
            outstanding(campaign),
            funds(funder),
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
        Kind.REFUND, f"refund:{number}", campaign, funds(funder), BANK, cents, on, number
    )


def postpaid_calls(period: str, campaign: int, by_funder: Mapping[int, int], on: date) -> list[
    Transfer
]:
    """The close of a period calls what was used from the funders of a post-funded campaign.

    A delta of -1 cent (see ``money.split_between``) is posted the other way round.
    """
    return [
        Transfer(
            Kind.POSTPAID_CALL,
            f"postpaid:{period}:{campaign}:{funder}",
            campaign,
            receivable(funder) if cents > 0 else to_be_funded(campaign),
            to_be_funded(campaign) if cents > 0 else receivable(funder),
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
        Kind.BANK_CHARGE, f"charge:{reference}", campaign, OPERATOR_OWES, BANK, cents, on, reference
    )


def top_up(reference: str, campaign: int, cents: int, on: date) -> Transfer:
    """The operator puts back what the ring-fenced account lacked."""
    return Transfer(
        Kind.TOP_UP, f"top_up:{reference}", campaign, BANK, OPERATOR_OWES, cents, on, reference
    )


def cancelled_after_payment(
    contestation: int, original: Transfer, association: int, on: date
) -> Transfer:
    """A use already paid turns out wrong: the association owes it back, the pass lives again."""
    return replace(
        original,
        kind=Kind.CANCELLED_AFTER_PAYMENT,
        event=f"cancelled:{contestation}",
        debit=receivable_from(association),
        credit=original.debit,
        value_date=on,
        reverses=original.event,
    )
