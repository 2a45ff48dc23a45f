"""The shapes of payouts by Stripe Connect."""

from datetime import datetime

from voucher_service.http.body import Body
from voucher_service.http.fields import Cents, Id, Text, Word


class RecipientOut(Body):
    """An association's account at Stripe, and the page where it shows who it is (some minutes)."""

    association: Id
    account: Word
    url: str


class RailOut(Body):
    """A batch that leaves by Stripe: whether its money is there, how many wait, how many left."""

    batch: Word
    funded_at: datetime | None
    waiting: int


class TakeBackIn(Body):
    """How much of a transfer to take back; nothing for all that is left.

    ``name``: what this part is called. Asked for again under its name, it is taken back once.
    ``reason``: what the association reads on its statement.
    """

    amount_cents: Cents | None = None
    name: Word | None = None
    reason: Text | None = None


class TakenBackOut(Body):
    """What was taken back of a transfer, and what can still be."""

    end_to_end: Word
    reversal: Word
    name: str | None
    amount_cents: int
    left_cents: int


class ReversalOut(Body):
    """One part that went back. Without a name, and by ``stripe``: it was made in the dashboard."""

    reversal: str
    name: str | None
    amount_cents: int
    by: str
    at: datetime


class ReversalsOut(Body):
    """All that went back of a payout, oldest first, and what can still be taken back."""

    items: list[ReversalOut]
    left_cents: int
