"""A payout batch as a frozen document: whom a bank is asked to pay, how much, when, and from where.

The document is the batch: canonical JSON, kept as bytes with its hash. What a bank is sent is made
from it alone, so the same batch always gives the same file. Amounts are whole cents. Nothing here
decides who is paid.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from voucher_service.core.canonical import canonical

FORMAT = "pass-numerique-payout-batch/1"


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account and its holder, as the bank knows them; ``town`` and ``country`` if known.

    The holder is the legal name on the bank's paper: banks compare it with the IBAN (verification
    of payee, Regulation (EU) 2024/886). An address is structured or absent, never free lines.
    """

    holder: str
    iban: str
    town: str = ""
    country: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """One payment of a batch. ``end_to_end`` is unique for ever and comes back on every answer."""

    end_to_end: str
    statement: str
    association: int
    account: Account
    cents: int
    remittance: str


class Hindrance(StrEnum):
    """Why a statement is not paid now, in the order in which it is looked for."""

    NOTHING_TO_PAY = "nothing_to_pay"
    IN_BATCH = "in_batch"
    NOT_APPROVED = "not_approved"
    ACCOUNT_NOT_CONFIRMED = "account_not_confirmed"
    ACCOUNT_BLOCKED = "account_blocked"
    ACCOUNT_COOLING_OFF = "account_cooling_off"
    ACCOUNT_UNFIT = "account_unfit"
    FUNDS_NOT_ARRIVED = "funds_not_arrived"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement of the period that a batch does not pay; ``until`` when waiting is enough."""

    statement: str
    association: int
    cents: int
    reason: Hindrance
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PayoutBatch:
    """What a bank is asked to do, and what was left out."""

    number: str
    period: str
    made_at: datetime
    execution_day: date
    debtor: Account
    payments: Sequence[CreditTransfer]
    left_out: Sequence[LeftOut] = ()

    @property
    def total_cents(self) -> int:
        """The control sum."""
        return sum(payment.cents for payment in self.payments)


def document(batch: PayoutBatch) -> bytes:
    """The batch as canonical JSON."""
    return canonical(
        {
            "format": FORMAT,
            "number": batch.number,
            "period": batch.period,
            "made_at": batch.made_at.isoformat(),
            "execution_day": batch.execution_day.isoformat(),
            "debtor": asdict(batch.debtor),
            "payments": [asdict(payment) for payment in batch.payments],
            "left_out": [
                asdict(item) | {"until": item.until.isoformat() if item.until else None}
                for item in batch.left_out
            ],
            "total_cents": batch.total_cents,
        }
    )


def read(document: bytes) -> PayoutBatch:
    """The batch that a document holds."""
    facts = json.loads(document)
    return PayoutBatch(
        facts["number"],
        facts["period"],
        datetime.fromisoformat(facts["made_at"]),
        date.fromisoformat(facts["execution_day"]),
        Account(**facts["debtor"]),
        [
            CreditTransfer(**payment | {"account": Account(**payment["account"])})
            for payment in facts["payments"]
        ],
        [_left_out(item) for item in facts["left_out"]],
    )


def _left_out(item: dict[str, Any]) -> LeftOut:
    until = datetime.fromisoformat(item["until"]) if item["until"] else None
    return LeftOut(**item | {"reason": Hindrance(item["reason"]), "until": until})
