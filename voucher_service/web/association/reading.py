"""What a visitor of this desk may see: a manager all of the association, a team its sites."""

from typing import Annotated

from pydantic import Field

from voucher_service.core.posts import Post
from voucher_service.http.body import Body
from voucher_service.http.fields import Id
from voucher_service.store.queries import association_desk
from voucher_service.store.queries.uses import Seen
from voucher_service.web.desks import Visit

MANAGERS = frozenset({Post.ASSOCIATION_MANAGER})

PART = 50
"""Rows of a list on one page."""

Reason = Annotated[str, Field(min_length=1, max_length=500)]
"""What somebody says, for others to read."""


class Because(Body):
    """Why something is done or contradicted."""

    reason: Reason


class Part(Body):
    """Which part of a list: the number that ends the part before."""

    cursor: Id | None = None


def seen(visit: Visit) -> Seen:
    """The sites of this visit."""
    if visit.post is not Post.SITE_STAFF:
        return Seen(visit.own)
    sites = association_desk.sites_of_staff(visit.session, visit.person.id, visit.own)
    return Seen(visit.own, sites)
