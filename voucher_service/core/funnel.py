"""From an order to a paid service: how far booklets, passes and euros of a campaign have come.

Ten stages, in one order and with one meaning each. The money promised, received, used and paid are
four figures that are never added or mixed. Counts nothing itself.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """The stages, in their order."""

    ORDERED = "ordered"
    FUNDED = "funded"
    ISSUED = "issued"
    IN_STOCK = "in_stock"
    HANDED_OVER = "handed_over"
    STARTED = "started"
    USED = "used"
    PAID = "paid"
    LEFT = "left"
    EXPIRING = "expiring"


EXPIRING_DAYS = 30
"""A pass expires soon when its last day is at most this far away: the first alert of funders."""


IDLE_DAYS = 30
"""A point that has booklets and hands none over for this long is worth a call. Our own figure."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What is at a stage: booklets where they mean something, passes, and their face value."""

    booklets: int | None
    passes: int
    cents: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of one campaign.

    A booklet that replaces another is no further booklet, but it is what lies in stock.
    """

    ordered: int = 0
    ordered_passes: int = 0
    funded: int = 0
    funded_passes: int = 0
    issued: int = 0
    in_stock: int = 0
    in_stock_passes: int = 0
    handed_over: int = 0
    started: int = 0
    used_passes: int = 0
    used_cents: int = 0
    paid_passes: int = 0
    """On statements that the bank has paid."""
    paid_cents: int = 0
    """What the bank has paid to associations: without fees that were kept back."""
    given_back_cents: int = 0
    """Unused value that went back to the funders."""
    expiring_passes: int = 0


def funnel(counted: Counted, passes_per_booklet: int, face_value_cents: int) -> dict[Stage, Amount]:
    """Every stage of a campaign, in order."""

    def whole(booklets: int) -> Amount:
        return some(booklets, booklets * passes_per_booklet)

    def some(booklets: int | None, passes: int) -> Amount:
        return Amount(booklets, passes, passes * face_value_cents)

    given_back = counted.given_back_cents // face_value_cents
    left = counted.funded_passes - counted.used_passes - given_back
    return {
        Stage.ORDERED: some(counted.ordered, counted.ordered_passes),
        Stage.FUNDED: some(counted.funded, counted.funded_passes),
        Stage.ISSUED: whole(counted.issued),
        Stage.IN_STOCK: some(counted.in_stock, counted.in_stock_passes),
        Stage.HANDED_OVER: whole(counted.handed_over),
        Stage.STARTED: whole(counted.started),
        Stage.USED: Amount(None, counted.used_passes, counted.used_cents),
        Stage.PAID: Amount(None, counted.paid_passes, counted.paid_cents),
        Stage.LEFT: some(None, left),
        Stage.EXPIRING: some(None, counted.expiring_passes),
    }


def hours(passes: int, minutes_per_pass: int) -> int:
    """Whole hours of help that passes stand for: 100 € are 20 hours at two hours a pass of 10 €."""
    return passes * minutes_per_pass // 60


def idle_days(in_stock: int, since: date | None, today: date) -> int | None:
    """For how long a point with booklets has handed none over, once that is worth a call.

    ``since``: its last hand-over or, before the first one, the day of its first parcel.
    """
    if not in_stock or since is None:
        return None
    days = (today - since).days
    return days if days >= IDLE_DAYS else None
