"""Posts are offered by mail, taken once, and ended: then every sitting and token of theirs ends.

The operator's administration invites anybody; others only into their own house. The link of an
invitation is made from its number with a key that is not in the database.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from voucher_service.actions import accounts as own
from voucher_service.actions import sittings
from voucher_service.actions.passwords import hashed
from voucher_service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from voucher_service.core.posts import MAY_INVITE, House, Post, has_tenant, house_of
from voucher_service.store import accounts, tables, teams
from voucher_service.store.once import find, insert_row
from voucher_service.store.outbox import tell
from voucher_service.store.queries import people
from voucher_service.store.session import Session

INVITATION_LASTS = timedelta(days=7)

TENANTS: dict[House, type] = {
    House.FUNDER: tables.Funder,
    House.POINT: tables.DistributionPoint,
    House.ASSOCIATION: tables.Association,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A post, for whom, and in which language the mail is."""

    email: str
    post: Post
    tenant: int | None
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who invites: the post they hold, and for which tenant."""

    actor: str
    post: Post
    tenant: int | None


def invite(session: Session, offer: Offer, by: Inviter, now: datetime) -> int:
    """Offer a post by mail; the invitation's number. Raises :class:`NotAllowed` for others."""
    if offer.post not in MAY_INVITE.get(by.post, frozenset()):
        raise NotAllowed("post_not_allowed", "Your post may not invite this one.")
    if by.tenant is not None and offer.tenant != by.tenant:
        raise NotFound("not_found", "There is no such house.")
    return offer_post(session, offer, by.actor, now)


def offer_post(session: Session, offer: Offer, actor: str, now: datetime) -> int:
    """The same for who needs no permission: the command line of the first person."""
    if has_tenant(offer.post):
        if offer.tenant is None:
            raise Invalid("tenant_missing", "This post is held for one house: say which.", "tenant")
        find(session, TENANTS[house_of(offer.post)], offer.tenant, house_of(offer.post))
    elif offer.tenant is not None:
        raise Invalid("tenant_unexpected", "This post is held for the whole scheme.", "tenant")
    email = own.normal(offer.email)
    number = insert_row(
        session,
        tables.Invitation,
        email=email,
        post=offer.post.value,
        tenant_id=offer.tenant,
        language=offer.language,
        invited_at=now,
        invited_by=actor,
        expires_at=now + INVITATION_LASTS,
    )
    payload = {
        "to": email,
        "language": offer.language,
        "link_number": number,
        "post": offer.post.value,
        "house": people.tenant_name(session, offer.post, offer.tenant),
    }
    tell(session, "account_invitation", payload, now)
    return number


def withdraw(session: Session, number: int, by: Inviter, now: datetime) -> None:
    """Take an invitation back before it is accepted."""
    _of_theirs(session, tables.Invitation, number, by)
    if not accounts.withdraw(session, number, now):
        raise Conflict("invitation_over", "This invitation was accepted or withdrawn already.")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody without an account says of themselves."""

    name: str
    password: str
    language: str


def accept(session: Session, number: int, newcomer: Newcomer, now: datetime) -> int:
    """Take a post and make the account for it; the person's number.

    Raises :class:`Conflict` when the invitation has ended, or its address has an account: then its
    owner signs in and takes the post with :func:`accept_as`.
    """
    invitation = find(session, tables.Invitation, number, "invitation")
    if people.by_email(session, invitation.email) is not None:
        raise Conflict("has_account", "This address has an account: sign in to take the post.")
    person = add_person(session, invitation.email, newcomer, now)
    _take(session, invitation, person, now)
    return person


def accept_as(session: Session, number: int, person: int, now: datetime) -> None:
    """Take one more post with the account that one has. The invitation must be for its address."""
    invitation = find(session, tables.Invitation, number, "invitation")
    if find(session, tables.Person, person, "person").email != invitation.email:
        raise Conflict("for_another", "This invitation is for another address.")
    _take(session, invitation, person, now)


def add_person(session: Session, email: str, newcomer: Newcomer, now: datetime) -> int:
    """An account, without any post."""
    return insert_row(
        session,
        tables.Person,
        name=newcomer.name,
        email=own.normal(email),
        language=newcomer.language,
        password_hash=hashed(newcomer.password),
        handle=secrets.token_bytes(32),
        created_at=now,
    )


def _take(session: Session, invitation: tables.Invitation, person: int, now: datetime) -> None:
    number, post, tenant, by = (
        invitation.id,
        Post(invitation.post),
        invitation.tenant_id,
        invitation.invited_by,
    )
    if not accounts.accept(session, number, person, now):
        raise Conflict("invitation_over", "This invitation was used, withdrawn, or has ended.")
    membership = give_post(session, person, post, tenant, by, now)
    teams.take_sites(session, number, membership)


def give_post(
    session: Session, person: int, post: Post, tenant: int | None, actor: str, now: datetime
) -> int:
    """Hold a post from now on; raises :class:`Conflict` for who holds it already."""
    held = people.posts_of(session, person)
    if any(one.post is post and one.tenant == tenant for one in held):
        raise Conflict("held_already", "This person holds this post already.")
    return insert_row(
        session,
        tables.Membership,
        person_id=person,
        post=post.value,
        tenant_id=tenant,
        given_at=now,
        given_by=actor,
    )


def end_post(session: Session, number: int, by: Inviter, now: datetime) -> None:
    """End a post: its holder is signed out everywhere, and their tokens end."""
    membership = _of_theirs(session, tables.Membership, number, by)
    person, post, tenant = membership.person_id, membership.post, membership.tenant_id
    if post == Post.OPERATOR_ADMIN and not accounts.others_in_post(session, post, tenant, number):
        raise Conflict("last_admin", "Somebody must be able to invite: invite another one first.")
    if not accounts.end_membership(session, number, by.actor, now):
        raise Conflict("ended_already", "This post was ended already.")
    sittings.end_all(session, person, now)
    accounts.end_tokens(session, person, now)


Row = TypeVar("Row", tables.Membership, tables.Invitation)


def _of_theirs(session: Session, table: type[Row], number: int, by: Inviter) -> Row:
    """A row of a house that this person may invite into; another's does not exist."""
    row = find(session, table, number, "post")
    may = Post(row.post) in MAY_INVITE.get(by.post, frozenset())
    if not may or (by.tenant is not None and row.tenant_id != by.tenant):
        raise NotFound("not_found", "There is no such post.")
    return row
