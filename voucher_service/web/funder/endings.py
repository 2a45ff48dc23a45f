"""The end of a campaign: its days, this funder's agreement, and where its unused money goes."""

from typing import Any

from voucher_service.actions import choosing, closing
from voucher_service.actions.choosing import Chooser
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Invalid
from voucher_service.core.funnel import funnel
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text
from voucher_service.store.queries import closings, funded, funder_papers, sums
from voucher_service.store.queries.funnel import progress
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.funder.desk import APPROVERS, DESK

PAGE = 50
"""Refunds on the page."""


@DESK.page("/campaigns/<id:campaign>/end")
def end(visit: Visit, campaign: int) -> Page:
    """The days of the end, what is left, and what this funder has said."""
    mine = funded.campaign(visit.session, visit.own, campaign)
    found = funder_papers.ends(visit.session, visit.own).get(campaign)
    values = _closed(visit, campaign) if found and found.statement else _open(visit, mine)
    today = paris_day(visit.now)
    return Page("funder/end.html", campaign=mine, end=found, today=today, **values)


def _open(visit: Visit, mine: funded.Funded) -> dict[str, Any]:
    """What is there before the end: the inventory of the alerts."""
    counted = progress(visit.session, mine, paris_day(visit.now)).counted
    row = mine.row
    return {"stages": funnel(counted, row.passes_per_booklet, row.face_value_cents)}


def _closed(visit: Visit, campaign: int) -> dict[str, Any]:
    """What came back, and where it may go."""
    session, own = visit.session, visit.own
    held = funder_papers.deposits(session, own, sums.mark(session))
    refunds = closings.refunds(session, campaign, own, Window(None, PAGE)).rows
    return {
        "deposit": max(held.get(campaign, 0), 0),
        "notes": closings.credit_notes(session, campaign, own),
        "refunds": refunds,
        "calls": [one for one in funded.to_pay(session, own) if one.campaign != campaign],
    }


@DESK.form("/campaigns/<id:campaign>/end/agree", again=end, posts=APPROVERS)
def agree(visit: Visit, campaign: int) -> See:
    """Agree that the campaign ends and that what is unused lapses."""
    funded.campaign(visit.session, visit.own, campaign)
    closing.approve(visit.session, campaign, visit.own, visit.actor, visit.now)
    return See(f"/funder/campaigns/{campaign}/end", said="end_agreed")


class Home(Body):
    """The account that unused money goes back to."""

    iban: Text
    holder: Text


@DESK.form("/campaigns/<id:campaign>/end/refund", body=Home, again=end, posts=APPROVERS)
def send_home(visit: Visit, campaign: int, given: Home) -> See:
    """Have the unused money sent home; a second person lets it go."""
    funded.campaign(visit.session, visit.own, campaign)
    number = choosing.refund(_chooser(visit, campaign), given.iban, given.holder)
    return See(f"/funder/campaigns/{campaign}/end", said="refund_asked", number=number)


class Carried(Body):
    """The order that unused money shall pay a part of; none leaves it for later."""

    order: Id | None = None


@DESK.form("/campaigns/<id:campaign>/end/carry-over", body=Carried, again=end, posts=APPROVERS)
def carry_over(visit: Visit, campaign: int, given: Carried) -> See:
    """Leave the unused money for another campaign."""
    funded.campaign(visit.session, visit.own, campaign)
    if given.order is not None and not any(
        one.order == given.order for one in funded.to_pay(visit.session, visit.own)
    ):
        raise Invalid("nothing_called", "This order asks nothing of you.", "order")
    choosing.carry_over(_chooser(visit, campaign), given.order)
    return See(f"/funder/campaigns/{campaign}/end", said="carried_over")


def _chooser(visit: Visit, campaign: int) -> Chooser:
    return Chooser(visit.session, campaign, visit.own, visit.actor, visit.now)
