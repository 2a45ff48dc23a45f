"""A closed period seen from two sides: what associations earned, and what funders bear.

Both sides are computed anew from the uses that the period claimed, and each is set beside what the
signed statements say. Two sums that are made apart and meet are the reconciliation. Reads only.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from voucher_service.core.errors import NotFound
from voucher_service.core.settlement import Settlement, settle
from voucher_service.store import settlements, tables
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Row:
    """An association in a campaign, in cents.

    ``cells``: what each funder bears of it. ``net_cents``: what will be paid to it.
    """

    association: int
    cells: dict[int, int]
    redemptions: int
    borne_cents: int
    net_cents: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign of the period: a row an association, a column a funder."""

    campaign: int
    rows: list[Row]
    funders: dict[int, int]

    @property
    def by_association_cents(self) -> int:
        """The first total: down the associations."""
        return sum(row.borne_cents for row in self.rows)

    @property
    def by_funder_cents(self) -> int:
        """The second total: along the funders."""
        return sum(self.funders.values())


@dataclass(frozen=True, slots=True)
class Grid:
    """A period's grid, and what its signed statements say on either side, in cents.

    ``differing``: statements that say something else than the uses of today.
    """

    campaigns: list[Campaign]
    statements_net_cents: int
    statements_funders_cents: int
    differing: list[str]

    @property
    def by_association_cents(self) -> int:
        """All campaigns, association by association."""
        return sum(one.by_association_cents for one in self.campaigns)

    @property
    def by_funder_cents(self) -> int:
        """All campaigns, funder by funder."""
        return sum(one.by_funder_cents for one in self.campaigns)

    @property
    def net_cents(self) -> int:
        """What will be paid: after fees, and after what is owed back."""
        return sum(row.net_cents for one in self.campaigns for row in one.rows)

    @property
    def meets(self) -> bool:
        """Whether both totals are the same, and the statements say so too."""
        return self.by_association_cents == self.by_funder_cents and not self.differing


def grid(session: Session, label: str) -> Grid:
    """The grid of a closed period; raises :class:`NotFound`."""
    period = settlements.period(session, label)
    if period is None or period.closed_at is None:
        raise NotFound("not_found", f"There is no closed period {label}.")
    return grid_of(session, period)


def grid_of(session: Session, period: tables.Period) -> Grid:
    """The grid of a closed period that was found already."""
    claims = settlements.claims(session, period)
    campaigns = sorted({claim.campaign for claim in claims})
    settled = settle(claims, settlements.terms(session, period, campaigns))
    return _beside_statements(session, period.id, settled, campaigns)


def _beside_statements(
    session: Session, period: int, settled: Settlement, campaigns: list[int]
) -> Grid:
    statement = tables.Statement
    rows = session.execute(
        select(
            statement.number,
            statement.association_id,
            statement.funder_id,
            statement.campaign_id,
            statement.total_cents,
        )
        .where(statement.period_id == period)
        .order_by(statement.number)
    ).all()
    net: dict[int, int] = defaultdict(int)
    for line in settled.associations:
        net[line.association] += line.net_cents
    borne = {(line.campaign, line.funder): line.period_cents for line in settled.funders}
    differing = []
    nets = funders = 0
    for number, association, funder, campaign, cents in rows:
        if association is not None:
            nets += cents
            expected = net[association]
        else:
            funders += cents
            expected = borne.get((campaign or 0, funder or 0), 0)
        if cents != expected:
            differing.append(number)
    return Grid([_campaign(settled, number) for number in campaigns], nets, funders, differing)


def _campaign(settled: Settlement, campaign: int) -> Campaign:
    funders = {
        line.funder: line.period_cents for line in settled.funders if line.campaign == campaign
    }
    rows = [
        Row(
            line.association,
            {
                funder: settled.grid.get((campaign, line.association, funder), 0)
                for funder in funders
            },
            line.redemptions,
            line.borne_cents,
            line.net_cents,
        )
        for line in settled.associations
        if line.campaign == campaign
    ]
    return Campaign(campaign, rows, funders)
