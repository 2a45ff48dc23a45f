"""Shapes of what associations say is wrong with their statements, and of the answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from voucher_service.api.shapes.common import Listing
from voucher_service.core.campaign import LARGEST_BOOKLET
from voucher_service.core.disputes import Wrong
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Serial, Text, Word

Kind = Annotated[Wrong, Field(strict=False)]
PassNumber = Annotated[int, Field(ge=1, le=LARGEST_BOOKLET)]
Place = Annotated[int, Field(ge=1, le=1_000_000)]


class StatementDisputeIn(Body):
    """What is wrong, and with which line if one is meant: a pass, or a correction.

    ``correction`` counts the statement's corrections from one on. ``reason`` names nobody: it is
    forgotten a year after the answer.
    """

    kind: Kind
    serial: Serial | None = None
    number: PassNumber | None = None
    correction: Place | None = None
    reason: Text


class StatementDisputesIn(Listing):
    """Which disputes: what is given must agree."""

    association: Id | None = None
    statement: Word | None = None
    state: Literal["open", "upheld", "rejected"] | None = None


class CorrectingOut(Body):
    """The incident that sets a dispute right, and the statement that says it, once one does."""

    incident: Id
    kind: Literal["double_use", "overpayment", "fraud", "goodwill"]
    value_cents: int
    statement: str | None


class StatementDisputeOut(Body):
    """What an association said about its statement, and the answer.

    The statement itself never changes, and its payment goes on.
    """

    id: Id
    state: Literal["open", "upheld", "rejected"]
    statement: str
    association: Id
    kind: Kind
    serial: str | None
    number: int | None
    correction: int | None
    reason: str
    opened_by: str
    opened_at: datetime
    answer: str | None
    corrected_by: CorrectingOut | None
    answered_by: str | None
    answered_at: datetime | None


class StatementAnswerIn(Body):
    """Whether the association is right, and why; it reads both.

    ``incident``: the accepted one whose correction sets it right; none where no money is owed.
    """

    upheld: bool
    answer: Text
    incident: Id | None = None
