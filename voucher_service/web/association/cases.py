"""What waits for an answer: contests of uses, disputes of refusals and statements, incidents."""

from dataclasses import dataclass
from datetime import date

from voucher_service.actions import contesting
from voucher_service.core.campaign import paris_day
from voucher_service.core.contests import Side, State, Step, loser, objection, state
from voucher_service.store.queries import booklets, contests, incidents, refusals
from voucher_service.store.queries.paging import Window
from voucher_service.web.association import disputes
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS, Because, seen
from voucher_service.web.association.refused import why
from voucher_service.web.desks import Page, See, Visit

MOST = 200
"""Cases of one kind on the page; there are few."""

LOOKS = {
    State.OPEN: "bad",
    State.ANSWERED: "wait",
    State.DECIDED: "wait",
    State.APPEALED: "wait",
    State.UPHELD: "bad",
    State.REJECTED: "good",
}
"""How a contest looks to the association: what was upheld went against it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A contest with the pass it is about, how far it is, and what the association may do."""

    row: contests.Contest
    use: contests.Use
    serial: str
    steps: list[contests.Step]
    state: State
    may_answer: bool
    may_appeal: bool

    @property
    def appeal_until(self) -> date | None:
        """The last day of an appeal, once there is a decision."""
        return next((step.until for step in self.steps if step.until), None)


def _tenant(visit: Visit) -> contests.Tenant:
    return contests.Tenant(association=visit.own)


def _cases(visit: Visit, rows: list[contests.Contest]) -> list[Case]:
    uses, steps = contests.uses(visit.session, rows), contests.steps(visit.session, rows)
    return [_case(visit, row, uses[row.redemption_id], steps[row.id]) for row in rows]


def _case(
    visit: Visit, row: contests.Contest, use: contests.Use, steps: list[contests.Step]
) -> Case:
    standing, today = contests.state_of(row, steps), paris_day(visit.now)

    def may(step: Step) -> bool:
        return row.outcome is None and objection(standing, step, visit.actor, today) is None

    return Case(
        row,
        use,
        booklets.serial(use.booklet_id),
        steps,
        state(standing),
        may_answer=may(Step.ANSWER),
        may_appeal=may(Step.APPEAL) and loser(standing) is Side.ASSOCIATION,
    )


@DESK.page("/cases", posts=MANAGERS)
def cases(visit: Visit) -> Page:
    """Everything that is contested, disputed or wrong."""
    session = visit.session
    everything = Window(None, MOST)
    found = contests.contests(session, contests.Filter(), _tenant(visit), everything)
    rows = incidents.incidents(session, incidents.Filter(), visit.own, everything)
    return Page(
        "association/cases.html",
        contests=_cases(visit, list(reversed(found.rows))),
        disputes=refusals.disputed(session, seen(visit)),
        statements=disputes.cases(visit),
        answers=disputes.LOOKS,
        incidents=list(reversed(rows.rows)),
        looks=LOOKS,
        why=why,
    )


@DESK.page("/contests/<id:number>", posts=MANAGERS)
def contest(visit: Visit, number: int) -> Page:
    """One contest: what was said, by when, and what can be said now."""
    row = contests.contest(visit.session, number, _tenant(visit))
    (case,) = _cases(visit, [row])
    return Page("association/contest.html", case=case, looks=LOOKS)


@DESK.form("/contests/<id:number>/answer", posts=MANAGERS, body=Because, again=contest)
def answer(visit: Visit, number: int, given: Because) -> See:
    """Say how it was."""
    contests.contest(visit.session, number, _tenant(visit))
    contesting.answer(visit.session, number, given.reason, visit.actor, visit.now)
    return See(f"/association/contests/{number}", said="said_answered")


@DESK.form("/contests/<id:number>/appeal", posts=MANAGERS, body=Because, again=contest)
def appeal(visit: Visit, number: int, given: Because) -> See:
    """Ask for another person to decide."""
    contests.contest(visit.session, number, _tenant(visit))
    side = Side.ASSOCIATION
    contesting.appeal(visit.session, number, side, given.reason, visit.actor, visit.now)
    return See(f"/association/contests/{number}", said="said_appealed")
