"""Shapes of what sets accounts right: incidents that people open, debts, repayments."""

from datetime import date
from typing import Annotated

from pydantic import Field

from voucher_service.api.shapes.common import Limit
from voucher_service.core.campaign import LARGEST_BOOKLET
from voucher_service.http.body import Body
from voucher_service.http.fields import Cents, Id, Serial, Text


class FraudIn(Body):
    """The pass whose use never was a service, and how one knows."""

    serial: Serial
    number: Annotated[int, Field(ge=1, le=LARGEST_BOOKLET)]
    reason: Text


class AmountIn(Body):
    """An amount beside the uses of a campaign, for one association.

    ``reference``: what the bank calls the line of an overpayment, or the letter that asks for a
    goodwill. The same reference counts once.
    """

    association: Id
    campaign: Id
    amount_cents: Cents
    reference: Text
    reason: Text


class AcceptIn(Body):
    """Why it is found right, in words. The association reads it on its statement."""

    resolution: Text


class RepaymentIn(Body):
    """Money that an association paid back, as the bank tells it."""

    campaign: Id
    amount_cents: Cents
    reference: Text


class RepaymentOut(Body):
    """What it paid of its debt, and what was beyond: owed to it on its next statement."""

    repaid_cents: int
    excess_cents: int
    owed_cents: int


class WriteOffIn(Body):
    """How much of a debt the operator gives up and bears itself, and why."""

    campaign: Id
    amount_cents: Cents
    reason: Text


class DebtsIn(Body):
    """Which debts."""

    campaign: Id | None = None
    association: Id | None = None
    limit: Limit = 100


class DebtOut(Body):
    """What an association owes back in one campaign.

    ``since``: the day of its oldest part that nothing covers yet; ``note_due``: a note may be sent.
    """

    association: Id
    name: str
    campaign: Id
    owed_cents: int
    since: date
    note_due: bool


class DebtsOut(Body):
    """All that associations owe back."""

    items: list[DebtOut]
