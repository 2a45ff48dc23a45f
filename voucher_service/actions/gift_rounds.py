"""A donor's own passes: a campaign with the rules of the one it gave to, and one funder.

A campaign's shares are fixed, so that its past is never split anew: whoever joins later pays for
passes of its own. They are taken wherever those of the first campaign are.
"""

from dataclasses import replace
from datetime import datetime

from voucher_service.actions import accrediting, ordering
from voucher_service.core.money import Share
from voucher_service.store import gifts, load, orders, tables
from voucher_service.store.once import find
from voucher_service.store.session import Session


def home_of(session: Session, campaign: int, funder: int, now: datetime) -> int:
    """The campaign that holds a donor's passes; made when its first gift is paid.

    A donor who pays for all of a campaign anyway needs no other. Holds the campaign's row.
    """
    orders.lock_campaign(session, campaign)
    if [share.number for share in orders.shares(session, campaign)] == [funder]:
        return campaign
    known = gifts.round_of(session, campaign, funder)
    return known if known is not None else _new(session, campaign, funder, now)


def _new(session: Session, campaign: int, funder: int, now: datetime) -> int:
    row = find(session, tables.Campaign, campaign, "campaign")
    donor = find(session, tables.Funder, funder, "funder")
    rules = replace(load.campaign(row), name=f"{row.name} – don {donor.name}")
    terms = ordering.CampaignTerms(
        (Share(funder, 1),), row.offline_borne_by, row.downstream_fee_bp, row.minutes_per_pass
    )
    number = ordering.add_campaign(session, rules, terms, now)
    session.add(tables.GiftRound(campaign_id=number, parent_id=campaign, funder_id=funder))
    for association in gifts.approvals(session, campaign):
        accrediting.approve_for_campaign(session, number, association, "gift", now)
    session.flush()
    return number
