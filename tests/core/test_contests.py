"""Who may take which step of a contest, and until when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from voucher_service.core.contests import (
    Contest,
    Outcome,
    Side,
    State,
    Step,
    Taken,
    final,
    loser,
    objection,
    state,
)

OPENED = date(2026, 12, 1)
CURE, APPEALS = date(2026, 12, 16), date(2027, 1, 5)
DAY = timedelta(days=1)
OPEN = Contest("token:1", CURE, {})
ANSWER = {Step.ANSWER: Taken("token:5")}
DECISION = ANSWER | {Step.DECISION: Taken("token:2", Outcome.UPHELD, APPEALS)}
APPEAL = DECISION | {Step.APPEAL: Taken("token:5")}
LAST = APPEAL | {Step.APPEAL_DECISION: Taken("token:3", Outcome.REJECTED)}


def after(steps: dict[Step, Taken]) -> Contest:
    return replace(OPEN, steps=steps)


@pytest.mark.parametrize(
    ("contest", "reached"),
    [
        (OPEN, State.OPEN),
        (after(ANSWER), State.ANSWERED),
        (after(DECISION), State.DECIDED),
        (after(APPEAL), State.APPEALED),
        (after(LAST), State.APPEALED),
        (replace(after(LAST), outcome=Outcome.REJECTED), State.REJECTED),
        (replace(OPEN, outcome=Outcome.UPHELD), State.UPHELD),
    ],
)
def test_how_far_a_contest_has_come(contest: Contest, reached: State):
    assert state(contest) is reached


@pytest.mark.parametrize(
    ("contest", "step", "actor", "on", "reason"),
    [
        (OPEN, Step.ANSWER, "token:5", CURE, None),
        (OPEN, Step.ANSWER, "token:5", CURE + DAY, "cure_over"),
        (after(ANSWER), Step.ANSWER, "token:5", OPENED, "answer_given_already"),
        (OPEN, Step.DECISION, "token:2", CURE, "cure_period"),
        (OPEN, Step.DECISION, "token:2", CURE + DAY, None),
        (after(ANSWER), Step.DECISION, "token:2", OPENED, None),
        (after(ANSWER), Step.DECISION, "token:1", OPENED, "four_eyes"),
        (after(DECISION), Step.DECISION, "token:4", OPENED, "decision_given_already"),
        (
            after({Step.DECISION: DECISION[Step.DECISION]}),
            Step.ANSWER,
            "token:5",
            OPENED,
            "decided_already",
        ),
        (after(ANSWER), Step.APPEAL, "token:5", OPENED, "not_decided"),
        (after(DECISION), Step.APPEAL, "token:5", APPEALS, None),
        (after(DECISION), Step.APPEAL, "token:5", APPEALS + DAY, "appeal_over"),
        (after(APPEAL), Step.APPEAL, "token:5", APPEALS, "appeal_given_already"),
        (after(DECISION), Step.APPEAL_DECISION, "token:3", OPENED, "not_appealed"),
        (after(APPEAL), Step.APPEAL_DECISION, "token:3", OPENED, None),
        (after(APPEAL), Step.APPEAL_DECISION, "token:1", OPENED, "four_eyes"),
        (after(APPEAL), Step.APPEAL_DECISION, "token:2", OPENED, "four_eyes"),
        (after(APPEAL), Step.APPEAL_DECISION, "token:5", OPENED, "four_eyes"),
        (after(LAST), Step.APPEAL_DECISION, "token:3", OPENED, "appeal_decision_given_already"),
        (
            replace(after(DECISION), outcome=Outcome.UPHELD),
            Step.APPEAL,
            "token:5",
            APPEALS,
            "decided_already",
        ),
    ],
)
def test_each_step_has_its_time_and_its_person(
    contest: Contest, step: Step, actor: str, on: date, reason: str | None
):
    against = objection(contest, step, actor, on)
    assert (against and against[0]) == reason


@pytest.mark.parametrize(
    ("contest", "on", "outcome"),
    [
        (OPEN, APPEALS + DAY, None),
        (after(ANSWER), APPEALS + DAY, None),
        (after(DECISION), APPEALS, None),
        (after(DECISION), APPEALS + DAY, Outcome.UPHELD),
        (after(APPEAL), APPEALS + DAY, None),
        (after(LAST), OPENED, Outcome.REJECTED),
    ],
)
def test_a_decision_counts_when_nobody_can_change_it(
    contest: Contest, on: date, outcome: Outcome | None
):
    assert final(contest, on) is outcome


def test_the_side_that_lost_may_appeal():
    assert loser(OPEN) is None
    assert loser(after(DECISION)) is Side.ASSOCIATION
    rejected = {Step.DECISION: Taken("token:2", Outcome.REJECTED, APPEALS)}
    assert loser(after(rejected)) is Side.PAYER
