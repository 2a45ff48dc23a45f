"""Shapes of mandates, self-billed invoices and attestations."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from voucher_service.http.body import Body
from voucher_service.http.fields import Day, Id, Text


class MandateIn(Body):
    """What an association's written mandate says. ``vat_bp``: hundredths of a percent, 0 exempt."""

    signed_on: Day
    reference: Text
    contest_days: Annotated[int, Field(ge=1, le=365)]
    vat_bp: Annotated[int, Field(ge=0, le=10_000)] = 0
    vat_number: Text | None = None


class MandateOut(Body):
    """A mandate, in force until it is ended."""

    association: Id
    signed_on: date
    reference: str
    contest_days: int
    vat_bp: int
    vat_number: str | None
    recorded_at: datetime
    ended_at: datetime | None


class Mandates(Body):
    """Every mandate that an association gave, oldest first."""

    items: list[MandateOut]


class SelfBilledOut(Body):
    """An invoice in an association's name, and its contest if there is one."""

    number: str
    association: Id
    statement: str
    total_cents: int
    contest_until: date
    contested_at: datetime | None
    contest_reason: str | None


class AttestationIn(Body):
    """Of which site."""

    site: Id
