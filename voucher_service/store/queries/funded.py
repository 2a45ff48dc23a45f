"""What one funder pays for: its campaigns with everybody's shares, its orders, what it is asked.

Every question names the funder: another funder's calls, receipts and statements do not exist here.
Figures of a whole campaign are shown to whoever pays for a part of it.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, func, select

from voucher_service.core.ending import Calendar, calendar
from voucher_service.core.errors import NotFound
from voucher_service.core.money import Share, split
from voucher_service.store import load, tables
from voucher_service.store import orders as orders_store
from voucher_service.store.queries.paging import Page, Window
from voucher_service.store.session import Session

Campaign, Order, Call = tables.Campaign, tables.Order, tables.Call
Receipt = tables.Receipt


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
    def days(self) -> Calendar:
        """The days of its end: alerts, last day, grace."""
        return calendar(load.campaign(self.row))

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
class Ordered:
    """An order of a campaign a funder pays for, with its own call. Amounts in cents.

    Nothing is called where a campaign is paid after use.
    """

    row: tables.Order
    campaign_name: str
    call: str | None
    called: int
    received: int

    @property
    def state(self) -> str:
        """How far it has come."""
        if self.row.funded_at is None:
            return "called"
        return "funded" if self.row.first_booklet is None else "issued"


def orders(
    session: Session, funder: int, window: Window, number: int | None = None
) -> Page[Ordered]:
    """Orders of the campaigns a funder pays for, the newest first; or only one of them."""
    share = tables.CampaignFunder
    query = (
        select(Order, Campaign.name, Call.number, Call.amount_cents, _received(funder))
        .join(Campaign, Campaign.id == Order.campaign_id)
        .join(share, (share.campaign_id == Campaign.id) & (share.funder_id == funder))
        .outerjoin(Call, (Call.order_id == Order.id) & (Call.funder_id == funder))
        .order_by(Order.id.desc())
        .limit(window.limit + 1)
    )
    if window.after is not None:
        query = query.where(Order.id < window.after)
    if number is not None:
        query = query.where(Order.id == number)
    rows = [
        Ordered(row, name, call, int(cents or 0), int(received))
        for row, name, call, cents, received in session.execute(query)
    ]
    more = len(rows) > window.limit
    rows = rows[: window.limit]
    return Page(rows, str(rows[-1].row.id) if more else None)


def _received(funder: int) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(Receipt.amount_cents), 0))
        .where(
            Receipt.order_id == Order.id,
            Receipt.funder_id == funder,
            Receipt.reversed_at.is_(None),
        )
        .correlate(Order)
        .scalar_subquery()
    )


def order(session: Session, funder: int, number: int) -> Ordered:
    """One order of a campaign a funder pays for; raises :class:`NotFound`."""
    found = orders(session, funder, Window(None, 1), number).rows
    if not found:
        raise NotFound("not_found", f"There is no order {number}.")
    return found[0]


def receipts(session: Session, funder: int, order: int | None = None) -> list[tables.Receipt]:
    """What a funder has paid and was not taken back, the newest first."""
    query = select(Receipt).where(Receipt.funder_id == funder, Receipt.reversed_at.is_(None))
    if order is not None:
        query = query.where(Receipt.order_id == order)
    return list(session.scalars(query.order_by(Receipt.id.desc())))


def ordered_before(session: Session, campaign: int) -> int:
    """Cents ordered so far in a campaign: where the split of the next order begins."""
    return orders_store.ordered_cents(session, campaign)


def needs(session: Session, funder: int) -> tables.Funder:
    """A funder, and what it insists on before it pays a call."""
    return session.get_one(tables.Funder, funder)


def promises(session: Session, funder: int, order: int) -> list[tables.Promise]:
    """The payment orders that a funder has told of an order."""
    table = tables.Promise
    query = select(table).where(table.funder_id == funder, table.order_id == order)
    return list(session.scalars(query.order_by(table.id)))
