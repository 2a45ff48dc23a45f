"""Why an association has not got some of its money yet: one reason for every cent, and until when.

The reasons of a statement that no batch would pay now are those of the batches themselves
(``core.payout_batch``). Nothing here reads, moves or decides anything.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from voucher_service.core.payout_batch import Hindrance


class Waits(StrEnum):
    """Why money that we owe is not there. The last ones are a batch's own reasons."""

    NOT_STATED = "not_stated"
    """Uses since the last statement."""
    GRANTED = "granted"
    """Given besides uses, and on no statement yet."""
    CONTESTED = "contested"
    """A use that somebody contests, and that no statement has said."""
    READY = "ready"
    """Approved: the next batch pays it."""
    STOPPED = "payments_stopped"
    """The same while the ring-fenced account does not cover what it owes: nobody is paid."""
    SENT = "sent"
    """Given to the bank, which has not said that it paid."""
    IN_BATCH = Hindrance.IN_BATCH.value
    NOT_APPROVED = Hindrance.NOT_APPROVED.value
    ACCOUNT_NOT_CONFIRMED = Hindrance.ACCOUNT_NOT_CONFIRMED.value
    ACCOUNT_BLOCKED = Hindrance.ACCOUNT_BLOCKED.value
    ACCOUNT_COOLING_OFF = Hindrance.ACCOUNT_COOLING_OFF.value
    ACCOUNT_UNFIT = Hindrance.ACCOUNT_UNFIT.value
    FUNDS_NOT_ARRIVED = Hindrance.FUNDS_NOT_ARRIVED.value


ABOUT_THE_ACCOUNT = frozenset(
    {Waits.ACCOUNT_NOT_CONFIRMED, Waits.ACCOUNT_BLOCKED, Waits.ACCOUNT_UNFIT}
)
"""Until the association gives another account, or a second person confirms it."""


@dataclass(frozen=True, slots=True)
class Due:
    """Some cents that an association is owed, and the one reason why it has not got them."""

    waits: Waits
    cents: int
    passes: int = 0
    """How many uses, when it is about uses."""
    statement: str | None = None
    contest: int | None = None
    until: datetime | date | None = None
    """When waiting is enough, or the last day to answer."""
    bank_reason: str | None = None
    """Why the bank gave the last payment of this statement back, such as AC04."""
    reference: str | None = None
    """What the bank line bears, when a payment was made."""


@dataclass(frozen=True, slots=True)
class Money:
    """All that is between an association and us: what it is owed, and what it owes back."""

    dues: list[Due]
    owes_back: dict[int, int]
    """Cents by campaign."""
    account_proposed: bool = False
    """Whether another account waits for a second person: nobody need propose one."""

    @property
    def owed_cents(self) -> int:
        """What we owe, whatever it waits for."""
        return sum(due.cents for due in self.dues)

    @property
    def owes_back_cents(self) -> int:
        """What it owes us, of all campaigns."""
        return sum(self.owes_back.values())

    def by_reason(self) -> list[Due]:
        """One sum for each reason, in the order in which they are met, with the last of its days.

        Of what is about one thing alone (a statement, a contest, a payment) nothing is said.
        """
        sums: dict[Waits, Due] = {}
        for due in self.dues:
            so_far = sums.get(due.waits, Due(due.waits, 0))
            until = due.until or so_far.until
            cents, passes = so_far.cents + due.cents, so_far.passes + due.passes
            sums[due.waits] = Due(due.waits, cents, passes=passes, until=until)
        return list(sums.values())

    def by_statement(self) -> dict[str, Due]:
        """What is left to pay of statements, by their number."""
        return {due.statement: due for due in self.dues if due.statement is not None}

    def waiting_for(self, *reasons: Waits) -> int:
        """The part that waits for one of some reasons."""
        return sum(due.cents for due in self.dues if due.waits in reasons)
