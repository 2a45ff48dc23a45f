"""Contested uses: who pays doubts, the association answers, somebody else decides, once again.

A funder contests and reads in its own campaigns, an association answers and reads its own.
"""

from voucher_service.actions import contesting
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import items
from voucher_service.api.shapes.common import Items, Why
from voucher_service.api.shapes.contests import (
    AnswerIn,
    ContestIn,
    ContestOut,
    ContestsIn,
    ContestStepOut,
    DecisionIn,
)
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.contests import Outcome, Side, state
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import contests
from voucher_service.store.queries.booklets import serial
from voucher_service.store.queries.paging import Page, Window

PAYERS = MONEY | {Role.FUNDER}
READERS = OVERSEERS | {Role.FUNDER, Role.ASSOCIATION}


def _mine(call: Call) -> contests.Tenant:
    """What the caller may see."""
    return contests.Tenant(call.caller.only(Role.FUNDER), call.caller.only(Role.ASSOCIATION))


@API.post("/contests", roles=PAYERS, body=ContestIn, answer=ContestOut, status=201, problems=(404,))
def open_contest(call: Call, body: ContestIn) -> ContestOut:
    """Doubt the use of a pass. Its association has some days to answer."""
    funder = call.caller.only(Role.FUNDER)
    use = contests.live_use(call.session, body.serial, body.number, funder)
    now, actor = call.services.now(), call.caller.actor
    return _contest(call, contesting.contest(call.session, use, body.reason, actor, now))


@API.get("/contests", roles=READERS, query=ContestsIn, answer=Items[ContestOut])
def contest_list(call: Call, query: ContestsIn) -> Items[ContestOut]:
    """List contests."""
    wanted = contests.Filter(query.campaign, query.association, query.ended)
    window = Window(query.cursor, query.limit)
    return _contests(call, contests.contests(call.session, wanted, _mine(call), window))


@API.get("/contests/<id:contest>", roles=READERS, answer=ContestOut)
def contest(call: Call, contest: int) -> ContestOut:
    """Read a contest and every step of it."""
    return _contest(call, contest)


@API.post(
    "/contests/<id:contest>/answer", roles={Role.ASSOCIATION}, body=AnswerIn, answer=ContestOut
)
def answer_contest(call: Call, contest: int, body: AnswerIn) -> ContestOut:
    """Say, as the association, how it was."""
    contests.contest(call.session, contest, _mine(call))
    contesting.answer(call.session, contest, body.answer, call.caller.actor, call.services.now())
    return _contest(call, contest)


@API.post("/contests/<id:contest>/decision", roles=MONEY, body=DecisionIn, answer=ContestOut)
def decide_contest(call: Call, contest: int, body: DecisionIn) -> ContestOut:
    """Decide a contest, as another person than the one who opened it."""
    outcome, now = Outcome(body.outcome), call.services.now()
    contesting.decide(call.session, contest, outcome, body.reason, call.caller.actor, now)
    return _contest(call, contest)


@API.post(
    "/contests/<id:contest>/appeal",
    roles=PAYERS | {Role.ASSOCIATION},
    body=Why,
    answer=ContestOut,
)
def appeal_contest(call: Call, contest: int, body: Why) -> ContestOut:
    """Ask, as the side that lost, for another person to decide."""
    contests.contest(call.session, contest, _mine(call))
    side = Side.ASSOCIATION if call.caller.role is Role.ASSOCIATION else Side.PAYER
    now, actor = call.services.now(), call.caller.actor
    contesting.appeal(call.session, contest, side, body.reason, actor, now)
    return _contest(call, contest)


@API.post("/contests/<id:contest>/appeal/decision", roles=MONEY, body=DecisionIn, answer=ContestOut)
def decide_contest_appeal(call: Call, contest: int, body: DecisionIn) -> ContestOut:
    """Decide an appeal for good, as a person who had no part in the contest."""
    outcome, now = Outcome(body.outcome), call.services.now()
    contesting.decide_appeal(call.session, contest, outcome, body.reason, call.caller.actor, now)
    return _contest(call, contest)


def _contest(call: Call, number: int) -> ContestOut:
    row = contests.contest(call.session, number, _mine(call))
    return _contests(call, Page([row], None)).items[0]


def _contests(call: Call, page: Page[contests.Contest]) -> Items[ContestOut]:
    uses, steps = contests.uses(call.session, page.rows), contests.steps(call.session, page.rows)
    oversees = call.caller.role in OVERSEERS

    def present(row: contests.Contest) -> ContestOut:
        use, taken = uses[row.redemption_id], steps[row.id]
        return ContestOut(
            id=row.id,
            campaign=use.campaign_id,
            association=use.association_id,
            serial=serial(use.booklet_id),
            number=use.number,
            value_cents=use.cents,
            service_at=use.moment,
            settled=row.period_id is not None,
            reason=row.reason,
            opened_at=row.opened_at,
            opened_by=row.opened_by if oversees else None,
            answer_until=row.answer_until,
            appeal_until=next((step.until for step in taken if step.until), None),
            state=state(contests.state_of(row, taken)).value,
            outcome=row.outcome,  # type: ignore[arg-type]  # one of two, by its check
            ended_at=row.decided_at,
            steps=[_step(step, shown=oversees) for step in taken],
        )

    return items(page, present)


def _step(row: contests.Step, *, shown: bool) -> ContestStepOut:
    facts = {
        "step": row.step,
        "outcome": row.outcome,
        "text": row.text,
        "at": row.at,
        "until": row.until,
        "actor": row.actor if shown else None,
    }
    return ContestStepOut.model_validate(facts)
