"""What phones send and receive of refusals and their disputes. No rule lives here."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from merchants.messages import PassOut
from voucher_service.http.body import Body
from voucher_service.http.fields import Text


class DisputeIn(Body):
    """Why the refusal was wrong."""

    reason: Text


class DisputeOut(Body):
    """What this site said about a refusal, and what the operator answered."""

    state: Literal["open", "upheld", "rejected"]
    reason: str
    disputed_at: datetime
    answer: str | None
    answered_at: datetime | None


class DisputedOut(DisputeOut):
    """A dispute, and the scan it is about."""

    scan_id: str


class RefusalOut(Body):
    """One of this site's refused scans: why, in the words of its verdict, and what came of it.

    ``pass`` and ``value_cents`` are unknown when the code was no good. ``scanned_at`` is when the
    service took place, ``refused_at`` when the scan reached the service. ``borne_by``: who bears
    it, when the pass paid for two services.
    """

    scan_id: str
    reason: str
    title: str
    next_step: str
    pass_: Annotated[PassOut | None, Field(serialization_alias="pass")]
    value_cents: int | None
    service: str | None
    scanned_at: datetime
    refused_at: datetime
    offline: bool
    borne_by: Literal["scheme", "site"] | None
    dispute: DisputeOut | None


class RefusalsOut(Body):
    """A page of this site's refusals, newest last."""

    items: list[RefusalOut]
    next: str | None
