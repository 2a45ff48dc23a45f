"""What a visitor of this desk may see: a manager all of the association, a team its sites."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

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


MOMENTS: dict[str, Callable[[str], date]] = {
    "at": datetime.fromisoformat,
    "on": date.fromisoformat,
    "until": date.fromisoformat,
}
"""What stands in a field of the document, by the end of its name."""


def readable(value: Any, name: str = "") -> Any:  # noqa: ANN401 - a document, down to its leaves
    """The signed document with its days and moments as such."""
    match value:
        case dict():
            return {key: readable(item, key) for key, item in value.items()}
        case list():
            return [readable(item) for item in value]
        case str():
            read = MOMENTS.get(name.rpartition("_")[2]) if "_" in name else None
            return read(value) if read else value
        case _:
            return value
