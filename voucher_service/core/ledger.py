"""The accounting manual: how money comes in, becomes passes, and is earned; one function an event.

How it leaves is in ``core.ledger_out``.

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
    receipt: int,
    campaign: int,
    funder: int,
    cents: int,
    owed_cents: int,
    on: date,
    reference: str,
    held: str = accounts.BANK,
) -> list[Transfer]:
    """Cash arrived: first against what is owed, anything above is the funder's deposit.

    ``held``: where it was, for what came by a gift.
    """
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
            held,
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


def cancelled_after_payment(
    correction: int, original: Transfer, association: int, on: date
) -> Transfer:
    """A use already stated turns out wrong: the association owes it back, the pass lives again."""
    return replace(
        original,
        kind=Kind.CANCELLED_AFTER_PAYMENT,
        event=f"cancelled:{correction}",
        debit=accounts.receivable_from(association),
        credit=original.debit,
        value_date=on,
        reverses=original.event,
    )
