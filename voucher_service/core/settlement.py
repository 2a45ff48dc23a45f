"""From uses that a period claimed to what each association earns and each funder bears.

Pure sums over plain values. The association's side and the funder's side are computed separately
and must meet in the grid: that is the reconciliation. This module never reads a row, never numbers
or signs a document.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voucher_service.core.errors import Mismatch
from voucher_service.core.money import Share, fee, split, split_between


@dataclass(frozen=True, slots=True)
class Corrections:
    """What changes an association's account in one campaign besides its uses, in cents."""

    cancelled: int = 0
    """How many uses of earlier statements were cancelled."""
    cancelled_cents: int = 0
    charged_cents: int = 0
    """Owed back for another reason than a use."""
    granted_cents: int = 0
    """Owed to it besides its uses; borne by no funder."""
    repaid_cents: int = 0
    """Paid back or written off since the last statement."""
    owed_cents: int = 0
    """All that it owes back now, with the above taken into account."""

    @property
    def news(self) -> int:
        """How much happened: zero when only an old debt stands."""
        owes = self.cancelled_cents + self.charged_cents
        return owes + self.granted_cents + self.repaid_cents


@dataclass(frozen=True, slots=True)
class Claim:
    """The uses of one campaign at one association that a period claimed, and what corrects them."""

    campaign: int
    association: int
    redemptions: int
    cents: int
    corrections: Corrections = Corrections()

    @property
    def borne_cents(self) -> int:
        """What funders bear of it: below zero when more was cancelled than used."""
        return self.cents - self.corrections.cancelled_cents


@dataclass(frozen=True, slots=True)
class CampaignTerms:
    """What settlement must know of a campaign.

    ``settled_cents``: what other periods settled, less what they cancelled.
    """

    campaign: int
    shares: tuple[Share, ...]
    settled_cents: int
    fee_bp: int


@dataclass(frozen=True, slots=True)
class AssociationLine:
    """One association's account in one campaign for a period, in cents."""

    campaign: int
    association: int
    redemptions: int
    gross_cents: int
    fee_cents: int
    corrections: Corrections = Corrections()
    fee_returned_cents: int = 0
    """The fee that had been kept on the cancelled uses."""

    @property
    def of_uses(self) -> bool:
        """Whether funders are concerned: what the operator grants is not theirs."""
        return self.redemptions + self.corrections.cancelled > 0

    @property
    def borne_cents(self) -> int:
        """What funders bear of it."""
        return self.gross_cents - self.corrections.cancelled_cents

    @property
    def earned_cents(self) -> int:
        """What the period owes it, before what it owes back."""
        granted = self.fee_returned_cents + self.corrections.granted_cents
        return self.gross_cents - self.fee_cents + granted

    @property
    def offset_cents(self) -> int:
        """What is taken off for what it owes back: never more than it earned."""
        return min(self.earned_cents, self.corrections.owed_cents)

    @property
    def net_cents(self) -> int:
        """What will be paid."""
        return self.earned_cents - self.offset_cents

    @property
    def carried_in_cents(self) -> int:
        """What its last statement left to be paid back."""
        found = self.corrections
        new = found.cancelled_cents + found.charged_cents - found.repaid_cents
        return found.owed_cents - new

    @property
    def carried_out_cents(self) -> int:
        """What it still owes back: carried to its next statement."""
        return self.corrections.owed_cents - self.offset_cents


@dataclass(frozen=True, slots=True)
class FunderLine:
    """One funder's part of one campaign: cumulative split before, after, and for the period."""

    campaign: int
    funder: int
    previous_cents: int
    cumulative_cents: int

    @property
    def period_cents(self) -> int:
        """The period's amount: cumulative end minus cumulative start."""
        return self.cumulative_cents - self.previous_cents


@dataclass(frozen=True, slots=True)
class Settlement:
    """A period's result.

    ``grid`` maps (campaign, association, funder) to cents, for information: what a funder bears is
    its line, and the two agree.
    """

    associations: tuple[AssociationLine, ...]
    funders: tuple[FunderLine, ...]
    grid: Mapping[tuple[int, int, int], int]


def settle(claims: Sequence[Claim], terms: Iterable[CampaignTerms]) -> Settlement:
    """Draft a period from its claims; raises :class:`Mismatch` unless every total meets."""
    by_campaign: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_campaign[claim.campaign].append(claim)
    associations: list[AssociationLine] = []
    funders: list[FunderLine] = []
    grid: dict[tuple[int, int, int], int] = {}
    for term in terms:
        own = sorted(by_campaign.pop(term.campaign, []), key=lambda claim: claim.association)
        associations += [_association_line(claim, term.fee_bp) for claim in own]
        funders += _funder_lines(own, term)
        grid |= _grid_rows(own, term)
    if by_campaign:
        raise Mismatch("unknown_campaign", f"No terms for campaigns {sorted(by_campaign)}.")
    result = Settlement(tuple(associations), tuple(funders), grid)
    check_totals(result, claims)
    return result


def _association_line(claim: Claim, fee_bp: int) -> AssociationLine:
    return AssociationLine(
        claim.campaign,
        claim.association,
        claim.redemptions,
        claim.cents,
        fee(claim.cents, fee_bp),
        claim.corrections,
        fee(claim.corrections.cancelled_cents, fee_bp),
    )


def _funder_lines(claims: Sequence[Claim], term: CampaignTerms) -> list[FunderLine]:
    end = term.settled_cents + sum(claim.borne_cents for claim in claims)
    before, after = split(term.settled_cents, term.shares), split(end, term.shares)
    return [
        FunderLine(term.campaign, share.number, before[share.number], after[share.number])
        for share in term.shares
    ]


def _grid_rows(claims: Sequence[Claim], term: CampaignTerms) -> dict[tuple[int, int, int], int]:
    """Run the cumulative split down the associations in order: rows and columns are exact."""
    cells: dict[tuple[int, int, int], int] = {}
    start = term.settled_cents
    for claim in claims:
        end = start + claim.borne_cents
        parts = split_between(start, end, term.shares)
        for funder, cents in parts.items():
            cells[term.campaign, claim.association, funder] = cents
        start = end
    return cells


def check_totals(result: Settlement, claims: Sequence[Claim]) -> None:
    """Σ lines = Σ claims, by association and by funder, with the grid's totals computed apart."""
    rows: dict[tuple[int, int], int] = defaultdict(int)
    columns: dict[tuple[int, int], int] = defaultdict(int)
    for (campaign, association, funder), cents in result.grid.items():
        rows[campaign, association] += cents
        columns[campaign, funder] += cents
    claimed = {(claim.campaign, claim.association): claim.borne_cents for claim in claims}
    earned = {(line.campaign, line.association): line.borne_cents for line in result.associations}
    borne = {(line.campaign, line.funder): line.period_cents for line in result.funders}
    if dict(rows) != claimed or earned != claimed:
        raise Mismatch("rows_differ", "What associations earn is not what was claimed.")
    if {key: cents for key, cents in borne.items() if cents} != {
        key: cents for key, cents in columns.items() if cents
    }:
        raise Mismatch("columns_differ", "What funders bear is not the sum of the grid.")
    if sum(claimed.values()) != sum(borne.values()):
        raise Mismatch("totals_differ", "The grid's two grand totals differ.")
