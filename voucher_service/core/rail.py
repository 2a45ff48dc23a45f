"""What Stripe says of a payout that it sent, and how a part that it took back falls on campaigns.

Plain values and one rule. Nothing is asked or written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from voucher_service.core.corrections import Correcting


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One reversal of a transfer: its id at Stripe, our name for it if we asked, and why."""

    id: str
    cents: int
    name: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer as Stripe knows it now: the payout that it is, and all that took it back."""

    transfer: str
    end_to_end: str
    cents: int
    taken_back: tuple[TakenBack, ...] = ()


def fall(
    cents: int, left: Mapping[int, int], owed_back: Mapping[int, int]
) -> list[tuple[Correcting, int, int]]:
    """How a part that was taken back falls on the campaigns of its payout: (kind, campaign, cents).

    First it pays what the association owes back, campaign by campaign in the order of their
    numbers; what is beyond is owed to it again. ``left``: what each campaign's part of the payout
    still has. No campaign gives more than its part, so none helps another out.
    """
    rest = dict(sorted(left.items()))
    found = []
    for kind in (Correcting.RAIL_REPAID, Correcting.RAIL_OWED):
        for campaign, there in list(rest.items()):
            most = owed_back.get(campaign, 0) if kind is Correcting.RAIL_REPAID else cents
            part = min(cents, there, max(most, 0))
            if part:
                found.append((kind, campaign, part))
                rest[campaign] = there - part
                cents -= part
    return found
