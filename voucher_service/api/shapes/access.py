"""Shapes of tokens."""

from datetime import datetime

from voucher_service.actions.tokens import Role
from voucher_service.http.body import Body
from voucher_service.http.fields import Id


class TokenIn(Body):
    """Who the token will speak for; ``tenant`` is the funder, point or association of its role."""

    role: Role
    tenant: Id | None = None


class TokenOut(Body):
    """A token, without its secret."""

    id: Id
    role: Role
    tenant: Id | None
    created_at: datetime
    revoked_at: datetime | None


class TokenMade(Body):
    """A new token. Its text is shown here and never again."""

    id: Id
    role: Role
    tenant: Id | None
    token: str
