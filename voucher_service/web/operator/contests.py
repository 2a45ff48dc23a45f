"""Contested uses that the operator decides: each step once, an appeal by somebody else."""

from typing import Literal

from voucher_service.actions import contesting
from voucher_service.core.campaign import paris_day
from voucher_service.core.contests import Outcome, Side, Step, loser, objection, state
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Serial, Text
from voucher_service.store.queries import contests, names
from voucher_service.store.queries.booklets import serial
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import (
    DESK,
    FINANCE,
    SEE_MONEY,
    PassNumber,
    Why,
    numbers,
    oldest,
    who,
)

EVERY = contests.Tenant()
STEPS = {Step.DECISION: "decision", Step.APPEAL: "appeal", Step.APPEAL_DECISION: "appeal_decision"}


class ContestsIn(Body):
    """Which contests."""

    state: Literal["open", "ended"] = "open"
    cursor: Id | None = None


class ContestIn(Body):
    """The pass whose use is doubted, and why."""

    serial: Serial
    number: PassNumber
    reason: Text


class DecisionIn(Body):
    """Whether the doubt was right, and why."""

    outcome: Literal["upheld", "rejected"]
    reason: Text


@DESK.page("/contests", posts=SEE_MONEY, query=ContestsIn)
def contest_list(visit: Visit, query: ContestsIn) -> Page:
    """Contested uses, the oldest first."""
    wanted = contests.Filter(ended=query.state == "ended")
    page = contests.contests(visit.session, wanted, EVERY, oldest(query.cursor))
    uses, steps = contests.uses(visit.session, page.rows), contests.steps(visit.session, page.rows)
    return Page(
        "operator/contests.html",
        page=page,
        query=query,
        uses=uses,
        states={row.id: state(contests.state_of(row, steps[row.id])).value for row in page.rows},
        associations=names.associations(visit.session, numbers(uses.values(), "association_id")),
        serial=serial,
    )


@DESK.form("/contests", posts=FINANCE, body=ContestIn, again=contest_list)
def open_contest(visit: Visit, given: ContestIn) -> See:
    """Doubt the use of a pass. Its association has some days to answer."""
    use = contests.live_use(visit.session, given.serial, given.number, None)
    number = contesting.contest(visit.session, use, given.reason, visit.actor, visit.now)
    return See(f"/operator/contests/{number}", said="contest_opened")


@DESK.page("/contests/<id:contest>", posts=SEE_MONEY)
def contest(visit: Visit, contest: int) -> Page:
    """A contest, every step of it, and what may be done now."""
    row = contests.contest(visit.session, contest, EVERY)
    use = contests.uses(visit.session, [row])[row.redemption_id]
    taken = contests.steps(visit.session, [row])[contest]
    standing = contests.state_of(row, taken)
    today = paris_day(visit.now)
    against = {name: objection(standing, step, visit.actor, today) for step, name in STEPS.items()}
    return Page(
        "operator/contest.html",
        contest=row,
        use=use,
        serial=serial,
        steps=taken,
        at=state(standing).value,
        may={name for name, found in against.items() if found is None},
        four_eyes=any(found and found[0] == "four_eyes" for found in against.values()),
        payer_lost=loser(standing) is Side.PAYER,
        associations=names.associations(visit.session, [use.association_id]),
        campaigns=names.campaigns(visit.session, [use.campaign_id]),
        sites=names.sites(visit.session, [use.site_id]),
        who=who(visit, [row.opened_by, *(step.actor for step in taken)]),
    )


@DESK.form("/contests/<id:contest>/decision", posts=FINANCE, body=DecisionIn, again=contest)
def decide_contest(visit: Visit, contest: int, given: DecisionIn) -> See:
    """Decide a contest, as another person than the one who opened it."""
    outcome = Outcome(given.outcome)
    contesting.decide(visit.session, contest, outcome, given.reason, visit.actor, visit.now)
    return See(f"/operator/contests/{contest}", said="contest_decided")


@DESK.form("/contests/<id:contest>/appeal", posts=FINANCE, body=Why, again=contest)
def appeal_contest(visit: Visit, contest: int, given: Why) -> See:
    """Ask, for who pays, that another person decides."""
    side = Side.PAYER
    contesting.appeal(visit.session, contest, side, given.reason, visit.actor, visit.now)
    return See(f"/operator/contests/{contest}", said="contest_appealed")


@DESK.form("/contests/<id:contest>/appeal-decision", posts=FINANCE, body=DecisionIn, again=contest)
def decide_contest_appeal(visit: Visit, contest: int, given: DecisionIn) -> See:
    """Decide an appeal for good, as a person who had no part in the contest."""
    outcome = Outcome(given.outcome)
    contesting.decide_appeal(visit.session, contest, outcome, given.reason, visit.actor, visit.now)
    return See(f"/operator/contests/{contest}", said="contest_decided")
