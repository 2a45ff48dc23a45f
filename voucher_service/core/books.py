"""The published position of the scheme: what is in the account, what it owes, and the rule.

Sums of ledger balances, nothing else. This module never moves money.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Books:
    """The position in cents. Liabilities are positive."""

    bank_reserved: int
    outstanding: int
    payable: int
    contested: int
    deposits: int
    awaiting_funds: int
    """The part of what is owed to associations that the funders of post-funded campaigns have not
    sent yet."""

    @property
    def owed(self) -> int:
        """Everything the ring-fenced account must cover today.

        What post-funded campaigns have used and are still waiting for is left out: nobody was told
        that this money was in the account, and none of it can be paid before it is.
        """
        return (
            self.outstanding + self.payable + self.contested + self.deposits - self.awaiting_funds
        )

    @property
    def solvent(self) -> bool:
        """The public rule: the bank account holds at least what is owed."""
        return self.bank_reserved >= self.owed


def position(balances: Iterable[tuple[str, int, int]]) -> Books:
    """Sum up ``(account, campaign, credited minus debited cents)`` into the public position.

    A deposit is what a funder has paid beyond what is in passes: its funds less what it still owes,
    campaign by campaign, since money of one campaign never covers another. Below zero it is what a
    post-funded campaign waits for. A payout on its way to the bank is taken off the account at
    once: that money is no longer there for anybody else.
    """
    sums = dict.fromkeys(("bank_reserved", "outstanding", "payable", "contested"), 0)
    to_be_funded = 0
    net: dict[tuple[int, str], int] = {}
    for account, campaign, cents in balances:
        match account.split(":"):
            case ["bank_reserved" | "in_transit"]:
                sums["bank_reserved"] -= cents
            case ["outstanding" | "payable" | "contested" as name, *_]:
                sums[name] += cents
            case ["to_be_funded", *_]:
                to_be_funded -= cents
            case ["funds" | "receivable", "funder", funder]:
                net[campaign, funder] = net.get((campaign, funder), 0) + cents
            case _:
                pass
    deposits = sum(cents for cents in net.values() if cents > 0)
    owed_by_funders = -sum(cents for cents in net.values() if cents < 0)
    return Books(**sums, deposits=deposits, awaiting_funds=to_be_funded + owed_by_funders)
