"""Who works for a house: a page of the same kind at every desk. Invite, withdraw, end a post.

Whoever may invite is told by ``core.posts``; the operator chooses the house first, and may also
take somebody's lost second factors away.
"""

from collections.abc import Callable
from typing import Any

from voucher_service.actions import inviting
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.core.errors import NotAllowed, NotFound
from voucher_service.core.posts import MAY_INVITE, House, Post
from voucher_service.http.body import Body
from voucher_service.http.fields import Email
from voucher_service.store.queries import memberships
from voucher_service.web.desks import Desk, Page, See, Visit

INVITERS = frozenset(MAY_INVITE)


class Invited(Body):
    """Whom, and for which post."""

    email: Email
    post: Post


def inviter(visit: Visit) -> Inviter:
    """Who came, as one who may invite; raises :class:`NotAllowed` for others."""
    if visit.post is None:
        raise NotAllowed("post_not_allowed", "Choose your desk first.")
    return Inviter(visit.actor, visit.post, visit.tenant)


def people_page(visit: Visit, house: House, tenant: int | None, base: str) -> Page:
    """Who works for a house, and who was invited. ``base`` is the address of this page's forms."""
    by = inviter(visit)
    return Page(
        "desk/people.html",
        base=base,
        house_name=memberships.exists(visit.session, house, tenant) if tenant else "",
        members=memberships.members(visit.session, house, tenant),
        invited=memberships.invited(visit.session, house, tenant, visit.now),
        posts=memberships.posts_in(house, MAY_INVITE[by.post]),
        may_reset=by.post is Post.OPERATOR_ADMIN,
    )


def invite(visit: Visit, given: Invited, house: House, tenant: int | None) -> None:
    """Send an invitation into this house."""
    if given.post not in memberships.posts_in(house, MAY_INVITE[inviter(visit).post]):
        raise NotFound("not_found", "This house has no such post.")
    offer = Offer(given.email, given.post, tenant, visit.language)
    inviting.invite(visit.session, offer, inviter(visit), visit.now)


def declare_people(desk: Desk, house: House) -> None:
    """Declare the page and its forms at the desk of a house of its own."""
    address = f"/{house}/people"

    def people(visit: Visit) -> Page:
        """Who works here."""
        return people_page(visit, house, visit.own, address)

    def invite_person(visit: Visit, given: Invited) -> See:
        """Send an invitation."""
        invite(visit, given, house, visit.own)
        return See(address, said="person_invited", email=given.email)

    allowed = desk.posts & INVITERS
    desk.page("/people", posts=allowed)(people)
    desk.form("/people", body=Invited, again=people, posts=allowed)(invite_person)
    declare_endings(desk, address, allowed, people)


def declare_endings(
    desk: Desk, address: str, allowed: frozenset[Post], page: Callable[[Visit], Page]
) -> None:
    """Declare what takes an invitation or a post away."""

    def withdraw_invitation(visit: Visit, invitation: int) -> See:
        """Take an invitation back."""
        inviting.withdraw(visit.session, invitation, inviter(visit), visit.now)
        return See(address, said="invitation_withdrawn")

    def end_post(visit: Visit, membership: int) -> See:
        """End somebody's post."""
        inviting.end_post(visit.session, membership, inviter(visit), visit.now)
        return See(address, said="post_ended")

    shared: dict[str, Any] = {"posts": allowed, "again": page}
    withdraw = desk.form("/people/invitations/<id:invitation>/withdraw", **shared)
    withdraw(withdraw_invitation)
    desk.form("/people/posts/<id:membership>/end", **shared)(end_post)
