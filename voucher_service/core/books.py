"""The published position of the scheme: what is in the account, what it owes, and the rule.

Sums of ledger balances, nothing else. This module never moves money.
"""

from collections import defaultdict
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
    def spare(self) -> int:
        """What is in the account beyond what is owed; below zero, what it lacks."""
        return self.bank_reserved - max(self.owed, 0)

    @property
    def solvent(self) -> bool:
        """The public rule: the bank account holds at least what is owed, and is not overdrawn."""
        return self.spare >= 0


def position(balances: Iterable[tuple[str, int, int]]) -> Books:
    """Sum up ``(account, campaign, credited minus debited cents)`` into the public position.

    A deposit is what a funder has paid beyond what is in passes: its funds less what it still owes,
    campaign by campaign, since money of one campaign never covers another. What it still owes is
    what a post-funded campaign waits for. In a pre-funded one nobody waits: a funder below zero was
    sent money back that its bank then took back too, and the account lacks it. A payout on its way
    to the bank is taken off the account at once: that money is no longer there for anybody else.

    A gift counts from the day its money is in the account: what Stripe still holds, and the fee
    that it kept until the operator has put it back, is neither there nor owed from there. What
    Stripe will take off its next payout, since a gift went back, is owed.
    """
    sums = dict.fromkeys(("bank_reserved", "outstanding", "payable", "contested"), 0)
    to_be_funded: dict[int, int] = defaultdict(int)
    funds: dict[tuple[int, str], int] = defaultdict(int)
    called: dict[tuple[int, str], int] = defaultdict(int)
    gifts: dict[int, int] = defaultdict(int)
    leaving: dict[int, int] = defaultdict(int)
    with_stripe: dict[int, int] = defaultdict(int)
    for account, campaign, cents in balances:
        match account.split(":"):
            case ["bank_reserved" | "in_transit" as name]:
                sums["bank_reserved"] -= cents
                leaving[campaign] += cents if name == "in_transit" else 0
            case ["in_transit", "stripe"]:
                with_stripe[campaign] -= cents
            case ["outstanding" | "payable" | "contested" as name, *_]:
                sums[name] += cents
            case ["to_be_funded", *_]:
                to_be_funded[campaign] -= cents
            case ["funds", "funder", funder]:
                funds[campaign, funder] += cents
            case ["receivable", "funder", funder]:
                called[campaign, funder] += cents
            case ["gift", "funder", _] | ["at_stripe"] | ["receivable", "operator", "stripe"]:
                gifts[campaign] += cents
            case _:
                pass
    # What left for Stripe stands for payouts that are on their way, and for nothing beyond.
    sums["bank_reserved"] += sum(min(n, leaving[key]) for key, n in with_stripe.items())
    funders = funds.keys() | called.keys()
    deposits = sum(max(funds[key] + called[key], 0) for key in funders)
    deposits += sum(max(cents, 0) for cents in gifts.values())
    post_funded = [key for key in funders if key[0] in to_be_funded]
    called_after_use = -sum(min(max(funds[key], 0) + called[key], 0) for key in post_funded)
    awaiting = sum(to_be_funded.values()) + called_after_use
    return Books(**sums, deposits=deposits, awaiting_funds=awaiting)


def held_by_campaign(balances: Iterable[tuple[str, int, int]]) -> dict[int, int]:
    """Cents that each campaign has in the account: money of one never pays for another."""
    rows: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for row in balances:
        rows[row[1]].append(row)
    return {campaign: position(own).bank_reserved for campaign, own in rows.items()}
