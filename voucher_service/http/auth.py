"""Who is asking: a token of the management API, or a phone's. Tokens are looked up by hash."""

from dataclasses import dataclass

from flask import Request

from voucher_service.actions.pairing import secret_hash
from voucher_service.actions.tokens import Role, may_hold
from voucher_service.core.errors import NotAllowed
from voucher_service.http.services import Services
from voucher_service.store.book import Phone
from voucher_service.store.queries import callers


@dataclass(frozen=True, slots=True)
class Caller:
    """A management token: its number, its role, the tenant it speaks for, and whose it is.

    ``maker``: the token that made it, and as which it acts.
    """

    token: int
    role: Role
    tenant: int | None
    person: int | None = None
    maker: int | None = None

    @property
    def actor(self) -> str:
        """How the caller is remembered in histories: as the person who made the token, if one did.

        So four eyes are those of two persons, whether they use screens or programs. Never a name.
        """
        return f"person:{self.person}" if self.person else f"token:{self.maker or self.token}"

    def only(self, role: Role) -> int | None:
        """The one tenant that a caller of this role may see; nothing means all of them."""
        return self.tenant if self.role is role else None


def bearer(request: Request) -> str:
    """The bearer token of a request; raises :class:`NotAllowed` (401) without one."""
    token = token_shown(request)
    if token is None:
        raise NotAllowed("token_missing", "Send Authorization: Bearer and a token.")
    return token


def token_shown(request: Request) -> str | None:
    """The bearer token of a request, if it has one. Whether it is any good is not asked."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def caller_of(request: Request, services: Services) -> Caller:
    """The caller behind a management token; raises :class:`NotAllowed` (401)."""
    token_hash = secret_hash(bearer(request))
    with services.reading() as session:
        found = callers.token(session, token_hash)
        if found is not None and found.person_id is not None:
            role, tenant = Role(found.role), found.tenant_id
            found = found if may_hold(session, found.person_id, role, tenant) else None
    if found is None:
        raise NotAllowed("token_unknown", "This token is wrong or was ended: ask for a new one.")
    return Caller(found.id, Role(found.role), found.tenant_id, found.person_id, found.maker_id)


def phone_of(request: Request, services: Services, *, asked_again: bool = False) -> Phone:
    """The phone behind a scan token; raises :class:`NotAllowed` (401).

    ``asked_again``: what follows asks in its own statements whether the phone is still paired.
    """
    find = services.book.phone_seen_lately if asked_again else services.book.phone
    phone = find(secret_hash(bearer(request)))
    if phone is None:
        with services.reading() as session:
            successor = callers.successor(session)
        if successor is not None:
            raise NotAllowed("device_revoked", f"Passes are now taken by {successor}: pair there.")
        raise NotAllowed("device_revoked", "This phone is not paired: ask for a pairing code.")
    return phone
