"""What a bank says, whatever the form it came in: statements, notifications, answers to a file.

One value for camt.053, camt.054, MT940, CFONB-120 and pain.002. Amounts are positive cents with a
direction. Texts are as the bank gave them. Nothing is matched or decided here, except whether a
statement adds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from voucher_service.core.errors import Invalid


class Direction(StrEnum):
    """Whether money came to the account or left it."""

    CREDIT = "credit"
    DEBIT = "debit"


class MatchKind(StrEnum):
    """What a bank line, or a part of it, can be."""

    EXECUTED = "executed"
    """A payout left the account."""
    RETURNED = "returned"
    """A payout came back."""
    RECEIPT = "receipt"
    """A funder paid."""
    TAKEN_BACK = "taken_back"
    """A funder's bank took its payment back."""
    REFUND = "refund"
    """Money went back to a funder."""
    REFUND_RETURNED = "refund_returned"
    """A refund came back."""
    WITHDRAWAL = "withdrawal"
    """The operator took its own money out."""
    CHARGE = "charge"
    """The bank took a charge, which the operator owes."""
    TOP_UP = "top_up"
    """The operator put money in."""
    REPAID = "repaid"
    """An association paid back what it owed."""
    EXCESS = "excess"
    """It paid back more than that."""
    CHARGED = "charged"
    """The bank paid it more than it was sent."""
    STRIPE_PAID_OUT = "stripe_paid_out"
    """Stripe sent what it held of gifts, less what it kept."""
    STRIPE_FEE_RESTORED = "stripe_fee_restored"
    """The operator put back what Stripe kept."""
    RAIL_FUNDED = "rail_funded"
    """A batch's money left for Stripe, which pays the associations."""
    RAIL_EMPTIED = "rail_emptied"
    """What Stripe had not to pay came back."""
    SET_AGAINST = "set_against"
    """Money that is not the scheme's came and went: another line undoes this one."""


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One movement on the account. Everything but dates, amount and direction may be empty."""

    booked_on: date
    value_on: date
    cents: int
    direction: Direction
    bank_reference: str = ""
    end_to_end: str = ""
    batch: str = ""
    """The payment file it belongs to, as the bank names it."""
    creditor_reference: str = ""
    text: str = ""
    name: str = ""
    iban: str = ""
    """Of the other side."""
    return_reason: str = ""

    @property
    def signed_cents(self) -> int:
        """What it adds to the account."""
        return self.cents if self.direction is Direction.CREDIT else -self.cents


@dataclass(frozen=True, slots=True)
class BankStatement:
    """The account from one balance to the next. Balances are signed cents."""

    account: str
    reference: str
    opening_day: date
    opening_cents: int
    closing_day: date
    closing_cents: int
    entries: Sequence[BankEntry]


@dataclass(frozen=True, slots=True)
class Notification:
    """Movements told before the statement that will hold them."""

    account: str
    entries: Sequence[BankEntry]


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """What the bank answers about one payment of a file, or about the whole file."""

    batch: str
    end_to_end: str
    """Empty when the whole file is meant."""
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BankFile:
    """One file of a bank, read. ``form`` names the message and its version."""

    form: str
    statements: Sequence[BankStatement] = ()
    notifications: Sequence[Notification] = ()
    answers: Sequence[PaymentAnswer] = ()


def check_adds_up(statement: BankStatement) -> None:
    """Opening + entries = closing; raises :class:`Invalid` with what lacks."""
    moved = sum(entry.signed_cents for entry in statement.entries)
    lacking = statement.closing_cents - statement.opening_cents - moved
    if lacking:
        raise Invalid(
            "statement_does_not_add_up",
            f"Statement {statement.reference}: {lacking} cents between its balances are in no"
            " entry. Ask the bank for the whole statement.",
        )
