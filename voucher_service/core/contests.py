"""Doubting a use: who may take which step of a contest, until when, and when it can change no more.

A funder or the operator contests; the association has some days to answer; a person decides; the
side that lost may appeal once, and another person decides for good. A decision counts once nobody
can appeal it any more: until then the pass stays spent and its value waits. Moves no money.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

CURE_DAYS = 15
"""How long an association has to answer, from the day after the contest was opened."""

APPEAL_DAYS = 15
"""How long the side that lost may appeal, from the day after the decision."""

Objection = tuple[str, str]
"""Why a step cannot be taken: a reason and a sentence."""


class Outcome(StrEnum):
    """Whether the doubt was right."""

    UPHELD = "upheld"
    REJECTED = "rejected"


class Side(StrEnum):
    """Who stands against whom."""

    PAYER = "payer"
    ASSOCIATION = "association"


class Step(StrEnum):
    """What happens in a contest, each at most once and in this order."""

    ANSWER = "answer"
    DECISION = "decision"
    APPEAL = "appeal"
    APPEAL_DECISION = "appeal_decision"


class State(StrEnum):
    """How far a contest has come. The last two are for ever."""

    OPEN = "open"
    ANSWERED = "answered"
    DECIDED = "decided"
    APPEALED = "appealed"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: by whom, with which outcome, and the last day to object to it."""

    actor: str
    outcome: Outcome | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Contest:
    """What the rules must know of a contest."""

    opened_by: str
    answer_until: date
    steps: Mapping[Step, Taken]
    outcome: Outcome | None = None
    """Set once it is final."""


def state(contest: Contest) -> State:
    """How far it has come."""
    if contest.outcome is not None:
        return State(contest.outcome)
    for step, reached in (
        (Step.APPEAL, State.APPEALED),
        (Step.DECISION, State.DECIDED),
        (Step.ANSWER, State.ANSWERED),
    ):
        if step in contest.steps:
            return reached
    return State.OPEN


def objection(contest: Contest, step: Step, actor: str, today: date) -> Objection | None:
    """Why this actor cannot take a step today; nothing when it can."""
    if contest.outcome is not None:
        return "decided_already", "This contest is decided for good."
    if step in contest.steps:
        return f"{step}_given_already", "This step of the contest was taken already."
    match step:
        case Step.ANSWER:
            return _to_answer(contest, today)
        case Step.DECISION:
            return _to_decide(contest, actor, today)
        case Step.APPEAL:
            return _to_appeal(contest, today)
        case Step.APPEAL_DECISION:
            return _to_decide_the_appeal(contest, actor)


def _to_answer(contest: Contest, today: date) -> Objection | None:
    if Step.DECISION in contest.steps:
        return "decided_already", "This contest was decided: appeal instead of answering."
    if today > contest.answer_until:
        return "cure_over", f"The answer was due by {contest.answer_until}: appeal the decision."
    return None


def _to_decide(contest: Contest, actor: str, today: date) -> Objection | None:
    if actor == contest.opened_by:
        return "four_eyes", "Whoever contested cannot decide: ask a second person."
    if Step.ANSWER not in contest.steps and today <= contest.answer_until:
        return "cure_period", f"The association may answer until {contest.answer_until}."
    return None


def _to_appeal(contest: Contest, today: date) -> Objection | None:
    decision = contest.steps.get(Step.DECISION)
    if decision is None or decision.until is None:
        return "not_decided", "There is no decision to appeal yet."
    if today > decision.until:
        return "appeal_over", f"An appeal was possible until {decision.until}."
    return None


def _to_decide_the_appeal(contest: Contest, actor: str) -> Objection | None:
    if Step.APPEAL not in contest.steps:
        return "not_appealed", "Nobody appealed this decision."
    earlier = {contest.steps[step].actor for step in (Step.DECISION, Step.APPEAL)}
    if actor in earlier | {contest.opened_by}:
        return "four_eyes", "An appeal is decided by somebody who had no part in it before."
    return None


def loser(contest: Contest) -> Side | None:
    """Who may appeal: the association if the doubt was found right, else who pays."""
    decision = contest.steps.get(Step.DECISION)
    if decision is None:
        return None
    return Side.ASSOCIATION if decision.outcome is Outcome.UPHELD else Side.PAYER


def final(contest: Contest, today: date) -> Outcome | None:
    """The outcome that nobody can change any more as of this day; nothing while somebody can."""
    last = contest.steps.get(Step.APPEAL_DECISION)
    if last is not None:
        return last.outcome
    decision = contest.steps.get(Step.DECISION)
    if decision is None or decision.until is None or Step.APPEAL in contest.steps:
        return None
    return decision.outcome if today > decision.until else None
