"""The people of an association: a manager invites them, and says at which sites they work."""

from collections.abc import Collection
from datetime import datetime

from voucher_service.actions import inviting
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.core.errors import Invalid, NotFound
from voucher_service.core.posts import Post
from voucher_service.store import tables, teams
from voucher_service.store.once import find
from voucher_service.store.session import Session


def invite(
    session: Session, offer: Offer, sites: Collection[int], by: Inviter, now: datetime
) -> int:
    """Offer a post in an association; the invitation's number. A team works at one site or more."""
    kept = _checked(session, offer.tenant, offer.post, sites)
    number = inviting.invite(session, offer, by, now)
    teams.will_work_at(session, number, kept)
    return number


def work_at(session: Session, membership: int, sites: Collection[int], by: Inviter) -> None:
    """Say anew where somebody of a team works."""
    row = find(session, tables.Membership, membership, "post")
    if row.tenant_id != by.tenant or row.ended_at is not None:
        raise NotFound("not_found", f"There is no post {membership}.")
    kept = _checked(session, row.tenant_id, Post(row.post), sites)
    teams.work_at(session, membership, kept)


def _checked(
    session: Session, association: int | None, post: Post, sites: Collection[int]
) -> list[int]:
    """The sites to write down: a manager has all of them, so none is named."""
    if post is not Post.SITE_STAFF:
        return []
    found = sorted(teams.of_association(session, association or 0, sites))
    if not found or len(found) != len(set(sites)):
        raise Invalid("site_missing", "Say at which open sites this person works.", "sites")
    return found
