"""The shapes of payouts by Stripe Connect."""

from datetime import datetime

from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Word


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


class TakenBackOut(Body):
    """A transfer that was reversed: the association is owed again."""

    end_to_end: Word
    reversal: Word
