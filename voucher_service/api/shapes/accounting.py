"""Shapes of what an accountant asks for."""

from datetime import date, datetime

from pydantic import Field

from voucher_service.http.body import Body
from voucher_service.http.fields import Day


class DaysIn(Body):
    """Which days, both included; by default all of them."""

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")


class PostingOut(Body):
    """A movement on one account of a party, and the balance after it: above zero, it is owed."""

    recorded_at: datetime
    value_date: date
    kind: str
    account: str
    campaign: str
    piece: str
    serial: str | None
    number: int | None
    site: str | None
    debit_cents: int
    credit_cents: int
    balance_cents: int


class ExtractOut(Body):
    """A party's account over some days."""

    name: str
    opening_cents: int
    lines: list[PostingOut]
