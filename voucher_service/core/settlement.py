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
class Claim:
    """The uses of one campaign at one association that a period claimed."""

    campaign: int
    association: int
    redemptions: int
    cents: int


@dataclass(frozen=True, slots=True)
class CampaignTerms:
    """What settlement must know of a campaign; ``settled_cents``: what other periods settled."""

    campaign: int
    shares: tuple[Share, ...]
    settled_cents: int
    fee_bp: int


@dataclass(frozen=True, slots=True)
class AssociationLine:
    """One association's earnings in one campaign: gross, fee kept and net, in cents."""

    campaign: int
    association: int
    redemptions: int
    gross_cents: int
    fee_cents: int

    @property
    def net_cents(self) -> int:
        """What will be paid."""
        return self.gross_cents - self.fee_cents


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
    )


def _funder_lines(claims: Sequence[Claim], term: CampaignTerms) -> list[FunderLine]:
    end = term.settled_cents + sum(claim.cents for claim in claims)
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
        parts = split_between(start, start + claim.cents, term.shares)
        for funder, cents in parts.items():
            cells[term.campaign, claim.association, funder] = cents
        start += claim.cents
    return cells


def check_totals(result: Settlement, claims: Sequence[Claim]) -> None:
    """Σ lines = Σ claims, by association and by funder, with the grid's totals computed apart."""
    rows: dict[tuple[int, int], int] = defaultdict(int)
    columns: dict[tuple[int, int], int] = defaultdict(int)
    for (campaign, association, funder), cents in result.grid.items():
        rows[campaign, association] += cents
        columns[campaign, funder] += cents
    claimed = {(claim.campaign, claim.association): claim.cents for claim in claims}
    earned = {(line.campaign, line.association): line.gross_cents for line in result.associations}
    borne = {(line.campaign, line.funder): line.period_cents for line in result.funders}
    if dict(rows) != claimed or earned != claimed:
        raise Mismatch("rows_differ", "What associations earn is not what was claimed.")
    if {key: cents for key, cents in borne.items() if cents} != {
        key: cents for key, cents in columns.items() if cents
    }:
        raise Mismatch("columns_differ", "What funders bear is not the sum of the grid.")
    if sum(claimed.values()) != sum(borne.values()):
        raise Mismatch("totals_differ", "The grid's two grand totals differ.")
