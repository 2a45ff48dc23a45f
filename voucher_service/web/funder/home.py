"""The first page of a funder: what is asked of it, the days ahead, and its money by campaign."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from voucher_service.core.campaign import paris_day
from voucher_service.store.queries import funded, funder_papers, funnel, sums
from voucher_service.store.queries.funded import Funded
from voucher_service.store.queries.funder_papers import End
from voucher_service.store.queries.sums import Side
from voucher_service.web.desks import Page, Visit
from voucher_service.web.funder.desk import DESK

AHEAD_DAYS = 90
"""How long before the first alert a campaign's days are shown."""


@dataclass(frozen=True, slots=True)
class Money:
    """The four figures of one campaign, this funder's part. Never added, never mixed."""

    campaign: Funded
    promised: int
    received: int
    used: int
    paid: int


@DESK.page("")
def home(visit: Visit) -> Page:
    """Where to begin."""
    mine = funded.campaigns(visit.session, visit.own)
    ends = funder_papers.ends(visit.session, visit.own)
    today = paris_day(visit.now)
    return Page(
        "funder/home.html",
        money_rows=_money(visit, mine),
        calls=funded.to_pay(visit.session, visit.own),
        papers=funder_papers.papers(visit.session, visit.own, waiting=True),
        to_agree=[one for one in mine if _asks(ends, one, closed=False)],
        to_choose=[one for one in mine if _asks(ends, one, closed=True)],
        ahead=[one for one in mine if _is_ahead(one, ends, today)],
        names={one.row.id: one.row.name for one in mine},
        today=today,
    )


def _money(visit: Visit, mine: Sequence[Funded]) -> list[Money]:
    numbers = [one.row.id for one in mine]
    mark = sums.mark(visit.session)
    used: Counter[int] = Counter()
    for row in sums.uses(visit.session, numbers, [Side.SERVICE], mark):
        used[row.campaign] += row.cents
    moved = funnel.money_moved(visit.session, numbers, mark)
    return [
        Money(
            one,
            one.part(one.promised),
            one.mine,
            one.part(used[one.row.id]),
            one.part(moved[one.row.id].paid),
        )
        for one in mine
    ]


def _asks(ends: dict[int, End], campaign: Funded, *, closed: bool) -> bool:
    """Whether a campaign's end waits for this funder: to agree, or to say where money goes."""
    end = ends.get(campaign.row.id)
    if end is None or (end.statement is not None) is not closed:
        return False
    return end.chosen is None if closed else not end.agreed


def _is_ahead(campaign: Funded, ends: dict[int, End], today: date) -> bool:
    """Whether its last days come near, or are running."""
    end = ends.get(campaign.row.id)
    over = end is not None and end.statement is not None
    return not over and (campaign.days.alerts[0].on - today).days <= AHEAD_DAYS
