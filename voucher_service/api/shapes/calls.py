"""Shapes of calls for funds."""

from datetime import date

from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text


class CallIssueIn(Body):
    """What the funder gave for this expense, where it was not known yet."""

    engagement_number: Text | None = None
    service_code: Text | None = None


class CallStandingOut(Body):
    """A call for funds as it stands. ``due_on`` is empty until its paper is issued.

    ``excess_cents`` came above the call and stays the funder's deposit.
    """

    number: str
    reference: str
    order: Id
    campaign: Id
    funder: Id
    called_on: date
    due_on: date | None
    issued: bool
    amount_cents: int
    received_cents: int
    cancelled_cents: int
    left_cents: int
    excess_cents: int
    late: bool
    reminders: list[str]
