"""Money is a whole number of euro cents, and a split never loses one.

This module holds the only money type and the only rounding rules of the product.
It never uses floats, and never rounds anything but a split or a fee.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType

from voucher_service.core.errors import Invalid

Cents = NewType("Cents", int)
"""A number of euro cents."""


@dataclass(frozen=True, slots=True)
class Share:
    """A funder's part of a campaign. ``number`` breaks ties, ``weight`` is a positive integer.

    Thirds are 1/1/1: a share is never a percentage, because 33.33 % three times is not a whole.
    """

    number: int
    weight: int


def format_euros(cents: int) -> str:
    """Write cents the French way: ``1 234,56 €`` with no-break spaces."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", "\u202f")
    return f"{sign}{grouped},{rest:02d}\u00a0€"


def split(total_cents: int, shares: Sequence[Share]) -> dict[int, int]:
    """Divide a total by weights with the largest remainder; the parts sum to the total.

    Everybody first gets the whole cents of the exact part; the cents left over go one each to the
    largest remainders. Ties: the larger weight, then the smaller funder number. So the order in
    which shares are listed never matters and everybody is within one cent of the exact part.
    """
    if total_cents < 0:
        raise Invalid("negative_total", "Only a positive total can be split.", field="total_cents")
    if not shares or any(share.weight <= 0 for share in shares):
        raise Invalid("bad_weights", "Give each funder a weight of 1 or more.", field="funders")
    whole = sum(share.weight for share in shares)
    parts = {share.number: total_cents * share.weight // whole for share in shares}
    left_over = total_cents - sum(parts.values())
    by_claim = sorted(
        shares, key=lambda s: (-(total_cents * s.weight % whole), -s.weight, s.number)
    )
    for share in by_claim[:left_over]:
        parts[share.number] += 1
    return parts


def split_between(start_cents: int, end_cents: int, shares: Sequence[Share]) -> dict[int, int]:
    """What each funder owes for the stretch from one cumulative total to a later one.

    ``split(end) - split(start)``: however a year is cut into periods, the periods sum to the split
    of the whole. One funder's amount can be -1 cent in a stretch smaller than two cents of share.
    """
    before, after = split(start_cents, shares), split(end_cents, shares)
    return {number: after[number] - before[number] for number in after}


def fee(gross_cents: int, fee_bp: int) -> Cents:
    """A fee in basis points of a gross amount, rounded half up to the cent."""
    return Cents((gross_cents * fee_bp + 5_000) // 10_000)
