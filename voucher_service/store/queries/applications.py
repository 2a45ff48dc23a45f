"""Associations as whoever accredits them reads them: lists by state and name, counts of each file.

Reads only, and sees every tenant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from voucher_service.core.folding import folded
from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Association = tables.Association
Account = tables.BankAccount
Site = tables.Site
Approval = tables.Approval
CANDIDATES = 5_000
"""Names looked through when somebody searches: more than there are such associations."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What an association's file holds, counted."""

    sites: int
    accounts_confirmed: int
    accounts_proposed: int
    campaigns: int


def associations(
    session: Session, states: Sequence[str], name: str, window: Window
) -> Page[tables.Association]:
    """Associations in some states (any, if none is given), whose name holds some words."""
    query = select(Association)
    if states:
        query = query.where(Association.accreditation.in_(states))
    if folded(name):
        rows = session.execute(select(Association.id, Association.name).limit(CANDIDATES))
        found = [number for number, known in rows if folded(name) in folded(known)]
        query = query.where(Association.id.in_(found))
    return page(session, query, Association.id, window)


def filed(session: Session, numbers: Sequence[int]) -> dict[int, Filed]:
    """The files of some associations, counted."""
    confirmed, live = Account.confirmed_at.is_not(None), Account.replaced_at.is_(None)
    counts = (
        _count(Site.association_id, Site.closed_at.is_(None)),
        _count(Account.association_id, confirmed, live),
        _count(Account.association_id, ~confirmed, live),
        _count(Approval.association_id),
    )
    rows = session.execute(select(Association.id, *counts).where(Association.id.in_(numbers)))
    return {number: Filed(*map(int, rest)) for number, *rest in rows}


def _count(
    owner: InstrumentedAttribute[int], *conditions: ColumnElement[bool]
) -> ScalarSelect[int]:
    query = select(func.count()).where(owner == Association.id, *conditions)
    return query.correlate(Association).scalar_subquery()


def campaigns_for(session: Session, association: int) -> list[tuple[int, str, bool]]:
    """Every campaign, the latest first, and whether an association may take its passes."""
    campaign = tables.Campaign
    approved = select(Approval.campaign_id).where(Approval.association_id == association)
    rows = session.execute(
        select(campaign.id, campaign.name, campaign.id.in_(approved)).order_by(campaign.id.desc())
    )
    return [(number, name, bool(may)) for number, name, may in rows]
