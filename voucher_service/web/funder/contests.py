"""Contests of a funder's campaigns: opened by the number of a pass, followed, appealed once."""

from voucher_service.actions import contesting
from voucher_service.core.campaign import paris_day
from voucher_service.core.contests import Side, Step, loser, objection, state
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Serial
from voucher_service.store.queries import contests, funder_papers
from voucher_service.store.queries.contests import Contest, Filter, Tenant
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.funder.desk import APPROVERS, DESK
from voucher_service.web.funder.ordering import Booklets
from voucher_service.web.funder.statements import Reason

PAGE = 50


class From(Body):
    """Where the list goes on."""

    cursor: Id | None = None


@DESK.page("/contests", query=From)
def contest_list(visit: Visit, query: From) -> Page:
    """The contests of the campaigns that this funder pays for, the newest first."""
    window = Window(query.cursor, PAGE, newest_first=True)
    found = contests.contests(visit.session, Filter(), Tenant(visit.own), window)
    return Page("funder/contests.html", contests=_told(visit, list(found.rows)), next=found.next)


def _told(visit: Visit, rows: list[Contest]) -> list[dict[str, object]]:
    uses, steps = contests.uses(visit.session, rows), contests.steps(visit.session, rows)
    return [
        {
            "row": row,
            "use": uses[row.redemption_id],
            "steps": steps[row.id],
            "standing": contests.state_of(row, steps[row.id]),
            "state": state(contests.state_of(row, steps[row.id])).value,
        }
        for row in rows
    ]


class OfPass(Body):
    """A pass, by what is printed on it, and why its use is contested."""

    serial: Serial
    number: Booklets
    reason: Reason


@DESK.form("/contests", body=OfPass, again=contest_list, posts=APPROVERS)
def contest_pass(visit: Visit, given: OfPass) -> See:
    """Contest the use of a pass that one has in hand."""
    use = contests.live_use(visit.session, given.serial, given.number, visit.own)
    number = contesting.contest(visit.session, use, given.reason, visit.actor, visit.now)
    return See(f"/funder/contests/{number}", said="contest_opened")


@DESK.page("/contests/<id:contest>")
def contest(visit: Visit, contest: int) -> Page:
    """One contest and every step of it."""
    row = contests.contest(visit.session, contest, Tenant(visit.own))
    (told,) = _told(visit, [row])
    standing = contests.state_of(row, contests.steps(visit.session, [row])[row.id])
    today = paris_day(visit.now)
    may_appeal = (
        objection(standing, Step.APPEAL, visit.actor, today) is None
        and loser(standing) is Side.PAYER
    )
    return Page(
        "funder/contest.html",
        told=told,
        use=funder_papers.line(visit.session, visit.own, row.redemption_id),
        may_appeal=may_appeal,
    )


class Again(Body):
    """Why another person should decide."""

    reason: Reason


@DESK.form("/contests/<id:contest>/appeal", body=Again, again=contest, posts=APPROVERS)
def appeal(visit: Visit, contest: int, given: Again) -> See:
    """Ask once for another person to decide."""
    contests.contest(visit.session, contest, Tenant(visit.own))
    contesting.appeal(visit.session, contest, Side.PAYER, given.reason, visit.actor, visit.now)
    return See(f"/funder/contests/{contest}", said="appealed")
