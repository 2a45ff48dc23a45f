"""What a statement says besides uses: corrections, open contests, and what is owed back.

Plain values and the shapes they take in the signed document. Reads nothing, decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from voucher_service.core.canonical import Json
from voucher_service.core.settlement import AssociationLine


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction, and the pass of a use that it cancels."""

    decided_on: date
    campaign: str
    kind: str
    reason: str
    serial: str | None
    number: int | None
    cents: int


@dataclass(frozen=True, slots=True)
class ContestLine:
    """A use that somebody contests. ``settled``: an earlier statement paid it already."""

    contest: str
    campaign: str
    serial: str
    number: int
    reason: str
    state: str
    answer_until: date
    cents: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Adjustments:
    """All of them, and what is still owed back: (campaign, its name, cents)."""

    corrections: Sequence[CorrectionLine] = ()
    contested: Sequence[ContestLine] = ()
    debts: Sequence[tuple[str, str, int]] = ()


def amounts(lines: Iterable[AssociationLine]) -> dict[str, Json]:
    """The account of one or more campaigns in cents.

    ``net = gross - fee + fee returned + granted - offset``, and ``carried in + cancelled + charged
    - repaid - offset = carried out``.
    """
    lines = list(lines)
    return {
        "redemptions": sum(line.redemptions for line in lines),
        "gross_cents": sum(line.gross_cents for line in lines),
        "fee_cents": sum(line.fee_cents for line in lines),
        "fee_returned_cents": sum(line.fee_returned_cents for line in lines),
        "granted_cents": sum(line.corrections.granted_cents for line in lines),
        "carried_in_cents": sum(line.carried_in_cents for line in lines),
        "cancelled_cents": sum(line.corrections.cancelled_cents for line in lines),
        "charged_cents": sum(line.corrections.charged_cents for line in lines),
        "repaid_cents": sum(line.corrections.repaid_cents for line in lines),
        "offset_cents": sum(line.offset_cents for line in lines),
        "carried_out_cents": sum(line.carried_out_cents for line in lines),
        "net_cents": sum(line.net_cents for line in lines),
    }


def document(adjustments: Adjustments) -> dict[str, Json]:
    """The three lists as they stand in an association's statement."""
    return {
        "corrections": [
            {
                "decided_on": line.decided_on.isoformat(),
                "campaign": line.campaign,
                "kind": line.kind,
                "reason": line.reason,
                "serial": line.serial,
                "number": line.number,
                "cents": line.cents,
            }
            for line in adjustments.corrections
        ],
        "contested": [
            {
                "contest": line.contest,
                "campaign": line.campaign,
                "serial": line.serial,
                "number": line.number,
                "reason": line.reason,
                "state": line.state,
                "answer_until": line.answer_until.isoformat(),
                "cents": line.cents,
                "settled": line.settled,
            }
            for line in adjustments.contested
        ],
        "debts": [
            {"campaign": campaign, "name": name, "cents": cents}
            for campaign, name, cents in adjustments.debts
        ],
    }
