"""What the paper around a booklet says: its campaign, who pays for it, where it can be spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from voucher_service.core.campaign import Campaign
from voucher_service.core.errors import NotFound
from voucher_service.store import load, tables
from voucher_service.store.queries.booklets import nearest_sites
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """The facts of one booklet's papers. ``valid_until`` is known from the hand-over on."""

    serial: str
    passes: int
    campaign: Campaign
    funders: tuple[str, ...]
    valid_until: date | None
    point: tables.DistributionPoint | None
    sites: Sequence[tables.Site]


def facts(session: Session, booklet: int, sites: int) -> PaperFacts:
    """A booklet's papers, with the sites nearest to its distribution point, if it has one.

    Raises :class:`NotFound`.
    """
    row = session.get(tables.Booklet, booklet)
    if row is None:
        raise NotFound("not_found", f"There is no booklet {load.serial(booklet)}.")
    campaign = session.get_one(tables.Campaign, row.campaign_id)
    point = session.get(tables.DistributionPoint, row.point_id) if row.point_id else None
    return PaperFacts(
        serial=load.serial(booklet),
        passes=row.passes,
        campaign=load.campaign(campaign),
        funders=_funders(session, row.campaign_id),
        valid_until=row.valid_until if row.handed_over_at else None,
        point=point,
        sites=nearest_sites(session, point, campaign, sites) if point else (),
    )


def _funders(session: Session, campaign: int) -> tuple[str, ...]:
    funder, link = tables.Funder, tables.CampaignFunder
    return tuple(
        session.scalars(
            select(funder.name)
            .join(link, link.funder_id == funder.id)
            .where(link.campaign_id == campaign)
            .order_by(funder.id)
        )
    )
