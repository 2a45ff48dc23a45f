"""One movement of money, and the list of reasons for one.

A transfer is a positive number of cents from one named account to another; it cannot be anything
else. Which accounts a given event touches is said in ``core.ledger``.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FEE_BOOKS = "fees:"
"""How the accounts of the operator's own books are named (``core.fees``): none stands here."""


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
    PAYOUT_REJECTED = "payout_rejected"
    EXPIRY = "expiry"
    REFUND = "refund"
    POSTPAID_CALL = "postpaid_call"
    CANCELLED_AFTER_PAYMENT = "cancelled_after_payment"
    REVERSAL = "reversal"
    BANK_CHARGE = "bank_charge"
    TOP_UP = "top_up"
    CHARGED = "charged"
    GRANTED = "granted"
    EXCESS = "excess"
    REPAID = "repaid"
    WRITTEN_OFF = "written_off"
    OFFSET = "offset"
    FEE_RETURNED = "fee_returned"
    CALL_CANCELLED = "call_cancelled"
    REFUND_EXECUTED = "refund_executed"
    REFUND_REJECTED = "refund_rejected"
    REFUND_RETURNED = "refund_returned"
    CARRIED_OVER = "carried_over"
    FEES_PAID = "fees_paid"
    WITHDRAWN = "withdrawn"
    GIFT = "gift"
    GIFT_BACK = "gift_back"
    STRIPE_FEE = "stripe_fee"
    STRIPE_PAID_OUT = "stripe_paid_out"
    STRIPE_FEE_RESTORED = "stripe_fee_restored"
    RAIL_FUNDED = "rail_funded"
    RAIL_PAID = "rail_paid"
    RAIL_TAKEN_BACK = "rail_taken_back"
    RAIL_REPAID = "rail_repaid"
    RAIL_OWED = "rail_owed"
    RAIL_EMPTIED = "rail_emptied"


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
        if type(self.cents) is not int or self.cents <= 0:  # True and 1.0 are not cents
            raise ValueError(f"a transfer moves a positive number of cents, not {self.cents!r}")
        if self.debit == self.credit:
            raise ValueError(f"a transfer goes somewhere: {self.debit} to itself")
        if self.debit.startswith(FEE_BOOKS) or self.credit.startswith(FEE_BOOKS):
            raise ValueError("the ring-fenced money never meets the books of fees")
