"""Papers of one funder and what they rest on: statements, the uses behind them, ends of campaigns.

Every question names the funder: the papers of another do not exist here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from voucher_service.core import accounts
from voucher_service.core.errors import NotFound
from voucher_service.store import load, tables
from voucher_service.store.queries import sums
from voucher_service.store.session import Session

Campaign, Statement, Period = tables.Campaign, tables.Statement, tables.Period
Use, Site = tables.Redemption, tables.Site


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement of a funder: what it bears of a campaign in a period."""

    number: str
    campaign: int
    campaign_name: str
    period: str
    cents: int
    agreed_by: str | None
    agreed_at: datetime | None


def papers(session: Session, funder: int, *, waiting: bool = False) -> list[Paper]:
    """The statements of a funder, the newest first; or those that it has not agreed to yet."""
    agreement = tables.StatementAgreement
    query = (
        select(Statement, Campaign.name, Period.label, agreement.actor, agreement.at)
        .join(Campaign, Campaign.id == Statement.campaign_id)
        .join(Period, Period.id == Statement.period_id)
        .outerjoin(agreement, agreement.number == Statement.number)
        .where(Statement.funder_id == funder)
        .order_by(Period.cutoff.desc(), Statement.number)
    )
    if waiting:
        query = query.where(agreement.number.is_(None))
    rows = session.execute(query)
    return [
        Paper(row.number, row.campaign_id or 0, name, label, row.total_cents, actor, at)
        for row, name, label, actor, at in rows
    ]


@dataclass(frozen=True, slots=True)
class End:
    """The last round of a campaign's end, and what its funder has said of it."""

    campaign: int
    statement: str | None
    agreed: bool
    chosen: str | None


def ends(session: Session, funder: int) -> dict[int, End]:
    """The ends that were begun of the campaigns a funder pays for, by campaign."""
    closing, share = tables.Closing, tables.CampaignFunder
    agreement, choice = tables.ClosingApproval, tables.ClosingChoice
    last = (
        select(choice.choice)
        .where(choice.closing_id == closing.id, choice.funder_id == funder)
        .order_by(choice.id.desc())
        .limit(1)
        .correlate(closing)
        .scalar_subquery()
    )
    agreed = (
        select(agreement.closing_id)
        .where(agreement.closing_id == closing.id, agreement.funder_id == funder)
        .exists()
    )
    rows = session.execute(
        select(closing, agreed, last)
        .join(share, share.campaign_id == closing.campaign_id)
        .where(share.funder_id == funder)
        .order_by(closing.campaign_id, closing.round)
    )
    return {
        row.campaign_id: End(row.campaign_id, row.statement_number, bool(said), chosen)
        for row, said, chosen in rows
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A use that a funder pays a part of. ``contested``: somebody doubts it now."""

    id: int
    serial: str
    number: int
    at: datetime
    site: str
    service: str
    cents: int
    contested: bool
    undone: bool


def lines(
    session: Session, statement: tables.Statement, association: int, after: int, limit: int
) -> list[Line]:
    """The uses of an association that a funder's statement bears, in the order of writing."""
    rows = session.execute(
        select(Use, Site.name)
        .join(Site, Site.id == Use.site_id)
        .where(
            Use.period_id == statement.period_id,
            Use.association_id == association,
            Use.campaign_id == statement.campaign_id,
            Use.id > after,
        )
        # The sum keeps PostgreSQL from walking a million uses in the order of their key.
        .order_by(Use.id + 0)
        .limit(limit)
    )
    return [_line(row, name) for row, name in rows]


def uses_on(session: Session, statement: tables.Statement) -> Sequence[int]:
    """The numbers of all uses that a funder's statement bears, in the order of writing."""
    on = Use.period_id == statement.period_id, Use.campaign_id == statement.campaign_id
    return session.scalars(select(Use.id).where(*on).order_by(Use.id + 0)).all()


def detail(session: Session, uses: Sequence[int]) -> list[tuple[str, Line]]:
    """Some uses by their numbers, each with its association, in the order of writing."""
    association = tables.Association
    rows = session.execute(
        select(association.name, Use, Site.name)
        .join(Site, Site.id == Use.site_id)
        .join(association, association.id == Use.association_id)
        .where(Use.id.in_(uses))
        .order_by(Use.id)
    )
    return [(payee, _line(row, site)) for payee, row, site in rows]


def _line(row: tables.Redemption, site: str) -> Line:
    return Line(
        row.id,
        load.serial(row.booklet_id),
        row.number,
        row.moment,
        site,
        row.service,
        row.cents,
        row.contested_at is not None,
        row.undone_at is not None,
    )


def line(session: Session, funder: int, number: int) -> Line:
    """One use that a funder pays a part of; raises :class:`NotFound`."""
    share = tables.CampaignFunder
    pays = select(share.campaign_id).where(share.funder_id == funder)
    row = session.execute(
        select(Use, Site.name)
        .join(Site, Site.id == Use.site_id)
        .where(Use.id == number, Use.campaign_id.in_(pays))
    ).first()
    if row is None:
        raise NotFound("not_found", f"There is no use {number}.")
    return _line(*row)


def deposits(session: Session, funder: int, mark: tables.SumMark) -> dict[int, int]:
    """What a funder has paid beyond what is in passes, by campaign; below zero, what it owes."""
    found: dict[int, int] = defaultdict(int)
    own = [accounts.funds(funder), accounts.receivable(funder)]
    for row in sums.moved(session, mark, accounts=own):
        found[row.campaign] += row.balance
    return dict(found)


def agreement(session: Session, number: str) -> tables.StatementAgreement | None:
    """When a funder found its statement right, if it did."""
    return session.get(tables.StatementAgreement, number)
