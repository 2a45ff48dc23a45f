"""Gifts by Checkout: what Stripe can say of one, how far it has come, how many passes it makes.

Facts as plain values, so that the rules need no library. Money is signed cents as Stripe gives it:
a charge is positive, what goes back is negative, and what Stripe keeps is a fee of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LARGEST_GIFT = 99_999_999
"""Cents. Stripe takes no more in one payment."""


class Effect(StrEnum):
    """What a movement at Stripe does to the scheme."""

    GIFT = "gift"
    """A donor's money is there (again)."""
    BACK = "back"
    """A donor's money went back, and no pass stands on it."""
    BORNE = "borne"
    """It went back although passes were spent, or Stripe kept it: the operator bears it."""


class Stage(StrEnum):
    """How far a Checkout has come, as Stripe says when it is asked again."""

    OPEN = "open"
    WAITING = "waiting"
    """The donor has done its part; a debit or a transfer takes days."""
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of our balance at Stripe (a balance transaction)."""

    id: str
    type: str
    cents: int
    fee_cents: int
    source: str
    occurred_at: datetime

    @property
    def net_cents(self) -> int:
        """What it adds to our balance there."""
        return self.cents - self.fee_cents


@dataclass(frozen=True, slots=True)
class Checkout:
    """What Stripe says of a gift now: its session, how far it is, what it has moved."""

    session: str
    gift: int
    stage: Stage
    movements: Sequence[Movement] = ()


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A payout of Stripe to the ring-fenced account, and the movements that it is the sum of."""

    id: str
    cents: int
    arrives_on: date
    status: str
    trace: str
    movements: Sequence[Movement] = ()


IGNORED = frozenset({"payout", "payout_cancel", "payout_failure"})
"""Movements that a payout itself is: the bank's lines tell those."""


@dataclass(frozen=True, slots=True)
class Booklets:
    """An order of whole passes: full booklets, and a last one that may hold fewer."""

    count: int
    missing_passes: int


def booklets_for(passes: int, passes_per_booklet: int) -> Booklets:
    """The fewest booklets that hold just so many passes: 2,191 by fives are 438 and one of 1."""
    count = -(-passes // passes_per_booklet)
    return Booklets(count, count * passes_per_booklet - passes)
