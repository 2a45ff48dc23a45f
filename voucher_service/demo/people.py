"""One person at each desk of the demonstration, and links that sign in as them, once each.

Their passwords are random and nobody knows them. Nothing here works in production.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions import accounts, inviting
from voucher_service.actions.inviting import Newcomer
from voucher_service.core.posts import House, Post, house_of
from voucher_service.store.queries import memberships, people
from voucher_service.store.session import Session

ACTOR = "command-line"

DESKS = {
    Post.OPERATOR_ADMIN: "Odile Administration",
    Post.OPERATOR_FINANCE: "Farid Finances",
    Post.OPERATOR_SUPPORT: "Solène Assistance",
    Post.POINT_MANAGER: "Pauline Distribution",
    Post.ASSOCIATION_MANAGER: "Amadou Association",
    Post.FUNDER_APPROVER: "Nadia Financement",
    Post.AUDITOR: "Claude Contrôle",
}
"""Who sits where."""


@dataclass(frozen=True, slots=True)
class Door:
    """A post of the demonstration, its house, and the number of a link that opens its desk."""

    post: Post
    house: str
    link: int


def doors(session: Session, now: datetime) -> list[Door]:
    """A new link for each desk; whoever is missing is made first."""
    return list(_doors(session, now))


def _doors(session: Session, now: datetime) -> Iterator[Door]:
    for post, name in DESKS.items():
        tenant = _first(session, house_of(post))
        if tenant is None and house_of(post) is not House.OPERATOR:
            continue
        email = f"{post.value.replace('_', '.')}@demo.example"
        known = people.by_email(session, email)
        if known is None:
            newcomer = Newcomer(name, secrets.token_urlsafe(24), "fr")
            person = inviting.add_person(session, email, newcomer, now)
            inviting.give_post(session, person, post, tenant, ACTOR, now)
        else:
            person = known.id
        link = accounts.make_link(session, person, accounts.SIGN_IN, email, now)
        yield Door(post, people.tenant_name(session, post, tenant), link)


def _first(session: Session, house: House) -> int | None:
    """The funder, point or association that the demonstration's person works for."""
    if house is House.OPERATOR:
        return None
    found = memberships.houses(session, house, FIRST[house], 1)
    return found[0].id if found else None


FIRST = {House.FUNDER: "", House.POINT: "CCAS de Nantes", House.ASSOCIATION: "PiNG"}
