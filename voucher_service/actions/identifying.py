"""Signing in with what a provider of identities says (ProConnect).

Somebody is known by the provider's number for them, never by a mail address: an address changes
hands. So an account is tied to an identity once, by its owner, while signed in.
"""

from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions import accounts as own
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.store import identities, tables
from voucher_service.store.once import find
from voucher_service.store.session import Session

STRONG = frozenset({"mfa"})
"""Ways of proving, as the provider tells them (``amr``, RFC 8176), that count as two factors."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as the provider knows them: by which house (``idp_id``), and their number there."""

    provider: str
    subject: str
    ways: frozenset[str]

    @property
    def is_strong(self) -> bool:
        """Whether the provider saw a second factor."""
        return bool(self.ways & STRONG)


def by_identity(session: Session, identity: Identity) -> int:
    """Whose identity it is here; raises :class:`Invalid` for nobody's, and for closed accounts."""
    person = identities.owner(session, identity.provider, identity.subject)
    if person is None or find(session, tables.Person, person, "person").disabled_at is not None:
        raise Invalid("identity_unknown", "Nobody here is tied to this identity.")
    return person


def tie(session: Session, identity: Identity, person: int, now: datetime) -> None:
    """Let the owner of an account come in with this identity from now on."""
    if not identities.link(session, identity.provider, identity.subject, person, now):
        raise Conflict("identity_taken", "This identity is tied to an account already.")
    own.tell_change(session, person, "proconnect", now)


def untie(session: Session, person: int, now: datetime) -> None:
    """No identity opens this account any more."""
    if not identities.forget(session, person):
        raise Conflict("no_identity", "This account is tied to no identity.")
    own.tell_change(session, person, "proconnect_removed", now)
