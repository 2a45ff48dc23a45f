"""Shapes of periods and statements."""

from datetime import datetime
from typing import Literal

from voucher_service.api.shapes.common import Limit
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Moment, Word
from voucher_service.store.queries.statements import State


class PeriodIn(Body):
    """A name for a cut-off: uses of before belong to it."""

    label: Word
    cutoff: Moment


class PeriodOut(Body):
    """A period, open or closed."""

    label: str
    cutoff: datetime
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None


class StatementsIn(Body):
    """Which statements: what is given must agree."""

    period: Word | None = None
    association: Id | None = None
    funder: Id | None = None
    cursor: Word | None = None
    limit: Limit = 100


class StatementOut(Body):
    """A statement's facts: whose it is, what it says, how far it has come."""

    number: str
    kind: Literal["association", "funder"]
    period: str
    association: Id | None
    funder: Id | None
    campaign: Id | None
    total_cents: int
    state: State
    sha256: str


class SignatureOut(Body):
    """What proves a statement: Ed25519 over the SHA-256 of its JSON bytes."""

    number: str
    sha256: str
    alg: Literal["Ed25519"] = "Ed25519"
    kid: str
    signature: str
    """base64url, without padding."""
