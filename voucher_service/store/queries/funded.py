"""What one funder pays for: its campaigns with everybody's shares, what is asked of it, its papers.

Every question names the funder: another funder's calls, receipts and statements do not exist here.
Figures of a whole campaign are shown to whoever pays for a part of it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, func, select

from voucher_service.core.errors import NotFound
from voucher_service.core.money import Share, split
from voucher_service.store import load, tables
from voucher_service.store.session import Session

Campaign, Order, Call = tables.Campaign, tables.Order, tables.Call
Receipt, Statement, Period = tables.Receipt, tables.Statement, tables.Period


@dataclass(frozen=True, slots=True)
class Funded:
    """A campaign as one of its funders sees it. Amounts in cents.

    ``names``: who pays, by number; ``received``: by all funders; ``mine``: by this one.
    """

    row: tables.Campaign
    funder: int
    shares: list[Share]
    names: dict[int, str]
    ordered: int
    ordered_passes: int
    funded: int
    funded_passes: int
    received: int
    mine: int

    @property
    def weight(self) -> int:
        """This funder's weight."""
        return next(share.weight for share in self.shares if share.number == self.funder)

    @property
    def weights(self) -> int:
        """Everybody's weights together."""
        return sum(share.weight for share in self.shares)

    def part(self, cents: int) -> int:
        """This funder's part of an amount of the whole campaign: see ``core.money.split``."""
        return split(max(cents, 0), self.shares)[self.funder]

    @property
    def promised(self) -> int:
        """What everything that was ordered commits to, for all funders together."""
        return self.ordered_passes * self.row.face_value_cents


def campaigns(session: Session, funder: int, number: int | None = None) -> list[Funded]:
    """The campaigns a funder pays for, the newest first; or only one of them."""
    share, payer = tables.CampaignFunder, tables.Funder
    mine = select(share.campaign_id).where(share.funder_id == funder)
    query = (
        select(Campaign, share.funder_id, share.weight, payer.name, *_figures(funder))
        .join(share, share.campaign_id == Campaign.id)
        .join(payer, payer.id == share.funder_id)
        .where(Campaign.id.in_(mine))
        .order_by(Campaign.id.desc(), share.funder_id)
    )
    if number is not None:
        query = query.where(Campaign.id == number)
    found: dict[int, Funded] = {}
    for row, who, weight, name, *figures in session.execute(query):
        known = found.get(row.id)
        if known is None:
            known = Funded(row, funder, [], {}, *(int(one or 0) for one in figures))
            found[row.id] = known
        known.shares.append(Share(who, weight))
        known.names[who] = name
    return list(found.values())


def campaign(session: Session, funder: int, number: int) -> Funded:
    """One campaign a funder pays for; raises :class:`NotFound`."""
    found = campaigns(session, funder, number)
    if not found:
        raise NotFound("not_found", f"There is no campaign {number}.")
    return found[0]


def _figures(funder: int) -> list[ScalarSelect[int]]:
    """In the order of :class:`Funded`'s figures."""
    passes = Order.booklets * Campaign.passes_per_booklet - Order.missing_passes
    covered = Order.funded_at.is_not(None)
    received = (
        select(func.sum(Receipt.amount_cents))
        .join(Order, Order.id == Receipt.order_id)
        .where(Order.campaign_id == Campaign.id, Receipt.reversed_at.is_(None))
        .correlate(Campaign)
    )
    return [
        _of_orders(Order.booklets),
        _of_orders(passes),
        _of_orders(Order.booklets, covered),
        _of_orders(passes, covered),
        received.scalar_subquery(),
        received.where(Receipt.funder_id == funder).scalar_subquery(),
    ]


def _of_orders(what: SQLColumnExpression[int], *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.sum(what))
        .select_from(Order)
        .where(Order.campaign_id == Campaign.id, *where)
        .correlate(Campaign)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A call for funds on which something is left to pay, in cents."""

    number: str
    campaign: int
    order: int
    called_on: date
    cents: int
    left: int


def to_pay(session: Session, funder: int) -> list[Asked]:
    """Calls of a funder that are not covered, the oldest first. A closed campaign asks nothing."""
    received = (
        select(func.coalesce(func.sum(Receipt.amount_cents), 0))
        .where(
            Receipt.order_id == Call.order_id,
            Receipt.funder_id == Call.funder_id,
            Receipt.reversed_at.is_(None),
        )
        .correlate(Call)
        .scalar_subquery()
    )
    closed = select(tables.Closing.campaign_id).where(tables.Closing.statement_number.is_not(None))
    rows = session.execute(
        select(Call, Order.campaign_id, received)
        .join(Order, Order.id == Call.order_id)
        .where(
            Call.funder_id == funder,
            Call.amount_cents > received,
            Order.campaign_id.not_in(closed),
        )
        .order_by(Call.number)
    )
    return [
        Asked(
            call.number,
            of,
            call.order_id,
            call.called_on,
            call.amount_cents,
            call.amount_cents - int(paid),
        )
        for call, of, paid in rows
    ]


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement of a funder: what it bears of a campaign in a period."""

    number: str
    campaign: int
    campaign_name: str
    period: str
    cents: int
    approved_by: str | None
    approved_at: datetime | None


def papers(session: Session, funder: int, *, waiting: bool = False) -> list[Paper]:
    """The statements of a funder, the newest first; or those that nobody approved yet."""
    approval = tables.StatementApproval
    query = (
        select(Statement, Campaign.name, Period.label, approval.actor, approval.at)
        .join(Campaign, Campaign.id == Statement.campaign_id)
        .join(Period, Period.id == Statement.period_id)
        .outerjoin(approval, approval.number == Statement.number)
        .where(Statement.funder_id == funder)
        .order_by(Period.cutoff.desc(), Statement.number)
    )
    if waiting:
        query = query.where(approval.number.is_(None))
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
    """A use behind a line of a statement. ``contested``: somebody doubts it now."""

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
    use, site = tables.Redemption, tables.Site
    rows = session.execute(
        select(use, site.name)
        .join(site, site.id == use.site_id)
        .where(
            use.period_id == statement.period_id,
            use.association_id == association,
            use.campaign_id == statement.campaign_id,
            use.id > after,
        )
        .order_by(use.id)
        .limit(limit)
    )
    return [
        Line(
            row.id,
            load.serial(row.booklet_id),
            row.number,
            row.moment,
            name,
            row.service,
            row.cents,
            row.contested_at is not None,
            row.undone_at is not None,
        )
        for row, name in rows
    ]
