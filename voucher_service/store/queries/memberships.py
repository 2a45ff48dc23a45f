"""Who works for a house, who was invited, and which houses there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from voucher_service.core.posts import POSTS, House, Post
from voucher_service.store import tables
from voucher_service.store.queries.people import TENANT_NAMES
from voucher_service.store.session import Session

MEMBERSHIP, PERSON, INVITATION = tables.Membership, tables.Person, tables.Invitation


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who holds a post of a house. ``id`` is the membership's."""

    id: int
    person: int
    name: str
    email: str
    post: Post
    since: datetime
    last_active_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that nobody took yet."""

    id: int
    email: str
    post: Post
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """A funder, point or association."""

    id: int
    name: str


def members(session: Session, house: House, tenant: int | None) -> list[Member]:
    """Who works for a house now, by name."""
    rows = session.execute(
        select(MEMBERSHIP, PERSON)
        .join(PERSON, PERSON.id == MEMBERSHIP.person_id)
        .where(
            MEMBERSHIP.ended_at.is_(None),
            MEMBERSHIP.post.in_(POSTS[house]),
            _of_tenant(MEMBERSHIP, tenant),
        )
        .order_by(PERSON.name, MEMBERSHIP.id)
    )
    return [_member(held, person) for held, person in rows]


def _member(held: tables.Membership, person: tables.Person) -> Member:
    return Member(
        held.id,
        person.id,
        person.name,
        person.email,
        Post(held.post),
        held.given_at,
        person.last_active_at,
    )


def invited(session: Session, house: House, tenant: int | None, now: datetime) -> list[Invited]:
    """The invitations of a house that can still be accepted, the latest first."""
    rows = session.scalars(
        select(INVITATION)
        .where(
            INVITATION.accepted_at.is_(None),
            INVITATION.withdrawn_at.is_(None),
            INVITATION.expires_at > now,
            INVITATION.post.in_(POSTS[house]),
            _of_tenant(INVITATION, tenant),
        )
        .order_by(INVITATION.id.desc())
    )
    return [Invited(row.id, row.email, Post(row.post), row.expires_at) for row in rows]


def _of_tenant(
    table: type[tables.Membership] | type[tables.Invitation], tenant: int | None
) -> ColumnElement[bool]:
    return table.tenant_id.is_(None) if tenant is None else table.tenant_id == tenant


def houses(session: Session, house: House, search: str, limit: int) -> list[Named]:
    """Funders, points or associations whose name holds some letters, by name."""
    key, name = TENANT_NAMES[house]
    query = select(key, name).where(name.icontains(search, autoescape=True))
    return [Named(*row) for row in session.execute(query.order_by(name, key).limit(limit))]


def exists(session: Session, house: House, tenant: int) -> str | None:
    """The name of this funder, point or association, if there is one."""
    key, name = TENANT_NAMES[house]
    return session.scalar(select(name).where(key == tenant))


def posts_in(house: House, among: Collection[Post]) -> list[Post]:
    """The posts of a house that are among these, in the order of the list of posts."""
    return [post for post in Post if post in POSTS[house] and post in among]
