"""Who pays for what, as far as the caller may see: a funder sees what it pays for, and its part.

``funder`` is the tenant everywhere: nothing means that the caller may see everything.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from voucher_service.core.campaign import Validity
from voucher_service.core.errors import NotFound
from voucher_service.store import load, tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Campaign = tables.Campaign
Funder = tables.Funder
Order = tables.Order
CampaignFunder = tables.CampaignFunder
Call = tables.Call
Promise = tables.Promise
Receipt = tables.Receipt


def _pays_for(funder: int) -> ColumnElement[bool]:
    share = tables.CampaignFunder
    return Campaign.id.in_(select(share.campaign_id).where(share.funder_id == funder))


def funders(session: Session, funder: int | None, window: Window) -> Page[tables.Funder]:
    """Funders, oldest first."""
    query = select(Funder)
    if funder is not None:
        query = query.where(Funder.id == funder)
    return page(session, query, Funder.id, window)


def one_funder(session: Session, number: int) -> tables.Funder:
    """One funder; raises :class:`NotFound`."""
    row = session.get(Funder, number)
    if row is None:
        raise NotFound("not_found", f"There is no funder {number}.")
    return row


def funder(session: Session, number: int) -> tables.Funder:
    """One funder."""
    return session.get_one(Funder, number)


def campaigns(session: Session, funder: int | None, window: Window) -> Page[tables.Campaign]:
    """Campaigns, oldest first."""
    query = select(Campaign)
    if funder is not None:
        query = query.where(_pays_for(funder))
    return page(session, query, Campaign.id, window)


def campaign(session: Session, number: int, funder: int | None) -> tables.Campaign:
    """One campaign; raises :class:`NotFound`."""
    query = select(Campaign).where(Campaign.id == number)
    if funder is not None:
        query = query.where(_pays_for(funder))
    row = session.scalar(query)
    if row is None:
        raise NotFound("not_found", f"There is no campaign {number}.")
    return row


def validity(row: tables.Campaign) -> Validity:
    """Until when a campaign's passes are good."""
    return load.campaign(row).validity


def shares(session: Session, campaigns: Sequence[int]) -> Sequence[tables.CampaignFunder]:
    """The weights of some campaigns."""
    share = tables.CampaignFunder
    query = select(share).where(share.campaign_id.in_(campaigns))
    return session.scalars(query.order_by(share.campaign_id, share.funder_id)).all()


def orders(session: Session, campaign: int, window: Window) -> Page[tables.Order]:
    """The orders of a campaign the caller may see, oldest first."""
    return page(session, select(Order).where(Order.campaign_id == campaign), Order.id, window)


def order(session: Session, number: int, funder: int | None) -> tables.Order:
    """One order; raises :class:`NotFound`."""
    query = select(Order).join(Campaign, Campaign.id == Order.campaign_id).where(Order.id == number)
    if funder is not None:
        query = query.where(_pays_for(funder))
    row = session.scalar(query)
    if row is None:
        raise NotFound("not_found", f"There is no order {number}.")
    return row


def calls(session: Session, orders: Sequence[int], funder: int | None) -> Sequence[tables.Call]:
    """The calls for funds of some orders."""
    table = tables.Call
    query = select(table).where(table.order_id.in_(orders)).order_by(table.number)
    return session.scalars(
        query if funder is None else query.where(table.funder_id == funder)
    ).all()


def promises(session: Session, order: int, funder: int | None) -> Sequence[tables.Promise]:
    """What was promised for an order."""
    table = tables.Promise
    query = select(table).where(table.order_id == order).order_by(table.id)
    return session.scalars(
        query if funder is None else query.where(table.funder_id == funder)
    ).all()


def receipt(session: Session, number: int) -> tables.Receipt:
    """One receipt."""
    return session.get_one(Receipt, number)


def receipts(session: Session, order: int, funder: int | None) -> Sequence[tables.Receipt]:
    """What was received for an order and not taken back."""
    table = tables.Receipt
    query = select(table).where(table.order_id == order, table.reversed_at.is_(None))
    if funder is not None:
        query = query.where(table.funder_id == funder)
    return session.scalars(query.order_by(table.id)).all()
