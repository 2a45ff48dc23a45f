"""Shapes of contests and of their steps."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from voucher_service.api.shapes.common import Limit
from voucher_service.core.campaign import LARGEST_BOOKLET
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Serial, Text

Outcome = Literal["upheld", "rejected"]
State = Literal["open", "answered", "decided", "appealed", "upheld", "rejected"]


class ContestIn(Body):
    """The pass whose use is doubted, and why."""

    serial: Serial
    number: Annotated[int, Field(ge=1, le=LARGEST_BOOKLET)]
    reason: Text


class ContestsIn(Body):
    """Which contests: what is given must agree."""

    campaign: Id | None = None
    association: Id | None = None
    ended: Annotated[bool, Field(strict=False)] | None = None
    cursor: Id | None = None
    limit: Limit = 100


class ContestStepOut(Body):
    """A step that was taken. Who took it is read by overseers only."""

    step: Literal["answer", "decision", "appeal", "appeal_decision"]
    outcome: Outcome | None
    text: str
    at: datetime
    until: date | None
    actor: str | None


class ContestOut(Body):
    """A contest. ``settled``: a statement has said the use, and nothing waits aside."""

    id: Id
    campaign: Id
    association: Id
    serial: str
    number: int
    value_cents: int
    service_at: datetime
    settled: bool
    reason: str
    opened_at: datetime
    opened_by: str | None
    answer_until: date
    appeal_until: date | None
    state: State
    outcome: Outcome | None
    """Set once nobody can change it any more."""
    ended_at: datetime | None
    steps: list[ContestStepOut]


class AnswerIn(Body):
    """What the association says."""

    answer: Text


class DecisionIn(Body):
    """Whether the doubt was right, and why."""

    outcome: Outcome
    reason: Text
