"""Shapes of incidents and of disputes about refusals."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from voucher_service.api.shapes.common import Listing
from voucher_service.core.incidents import IncidentKind
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text

Kind = Annotated[IncidentKind, Field(strict=False)]


class IncidentsIn(Listing):
    """Which incidents: what is given must agree."""

    association: Id | None = None
    campaign: Id | None = None
    kind: Kind | None = None
    state: Literal["open", "closed"] | None = None


class DisputesIn(Listing):
    """Which disputes: what is given must agree."""

    association: Id | None = None
    state: Literal["open", "upheld", "rejected"] | None = None


class PassOut(Body):
    """Which pass."""

    serial: str
    number: int


class RefusedScanOut(Body):
    """A scan that was refused: when the service took place, and when the scan arrived."""

    scan_id: str | None
    site: Id
    reason: str
    pass_: Annotated[PassOut | None, Field(serialization_alias="pass")]
    service: str | None
    scanned_at: datetime
    refused_at: datetime
    offline: bool


class UseOut(Body):
    """The use that an incident is about. An association is not told of another one's site."""

    association: Id | None
    site: Id | None
    pass_: Annotated[PassOut, Field(serialization_alias="pass")]
    redeemed_at: datetime
    undone: bool


class IncidentOut(Body):
    """Value claimed beside the rules, and how it ended.

    A double use is opened by the service; ``borne_by`` is what its campaign says.
    """

    id: Id
    kind: Kind
    state: Literal["open", "closed"]
    campaign: Id
    association: Id
    value_cents: int
    borne_by: Literal["scheme", "site"] | None
    reason: str | None
    opened_by: str
    opened_at: datetime
    refused: RefusedScanOut | None
    use: UseOut | None
    outcome: Literal["accepted", "dismissed"] | None
    """Accepted: its money moved. Dismissed: nothing did."""
    resolution: str | None
    closed_by: str | None
    closed_at: datetime | None


class CloseIn(Body):
    """What was decided, in words. The association reads it."""

    resolution: Text


class DisputeOut(Body):
    """What a site said about a refusal, and the answer."""

    id: Id
    state: Literal["open", "upheld", "rejected"]
    association: Id
    refused: RefusedScanOut
    reason: str
    opened_by: str
    opened_at: datetime
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class AnswerIn(Body):
    """Whether the site is right, and why. The site reads it."""

    upheld: bool
    answer: Text
