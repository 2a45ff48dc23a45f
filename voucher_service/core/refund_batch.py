"""A batch of refunds as a frozen document: which deposits go home, to which accounts, and when.

Built like a payout batch and written to the bank in the same form; the end-to-end reference of each
payment is the refund's own number. Nothing here decides what is sent.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from voucher_service.core.canonical import canonical
from voucher_service.core.payout_batch import Account, CreditTransfer, PayoutBatch

FORMAT = "pass-numerique-refund-batch/1"


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """One deposit on its way home. Cents; ``campaign`` and ``funder`` are numbers."""

    refund: str
    campaign: int
    funder: int
    account: Account
    cents: int


@dataclass(frozen=True, slots=True)
class RefundBatch:
    """What a bank is asked to send back to funders."""

    number: str
    made_at: datetime
    execution_day: date
    debtor: Account
    payments: Sequence[RefundPayment]

    @property
    def total_cents(self) -> int:
        """The control sum."""
        return sum(payment.cents for payment in self.payments)

    @property
    def for_bank(self) -> PayoutBatch:
        """The same as banks are written to; the remittance text is the refund's number."""
        return PayoutBatch(
            self.number,
            "",
            self.made_at,
            self.execution_day,
            self.debtor,
            [transfer(payment) for payment in self.payments],
        )


def transfer(payment: RefundPayment) -> CreditTransfer:
    """One refund as a payment; it pays no statement and no association."""
    number = payment.refund
    return CreditTransfer(number, number, 0, payment.account, payment.cents, number)


def document(batch: RefundBatch) -> bytes:
    """The batch as canonical JSON."""
    return canonical(
        {
            "format": FORMAT,
            "number": batch.number,
            "made_at": batch.made_at.isoformat(),
            "execution_day": batch.execution_day.isoformat(),
            "debtor": asdict(batch.debtor),
            "payments": [asdict(payment) for payment in batch.payments],
            "total_cents": batch.total_cents,
        }
    )


def read(frozen: bytes) -> RefundBatch:
    """The batch that a document holds."""
    facts = json.loads(frozen)
    return RefundBatch(
        facts["number"],
        datetime.fromisoformat(facts["made_at"]),
        date.fromisoformat(facts["execution_day"]),
        Account(**facts["debtor"]),
        [
            RefundPayment(**payment | {"account": Account(**payment["account"])})
            for payment in facts["payments"]
        ],
    )
