"""The operator's desk: who sits at it, and what its chapters share. Holds no screen and no rule."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from voucher_service.core.campaign import LARGEST_BOOKLET
from voucher_service.core.posts import POSTS, House, Post
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text, Word
from voucher_service.store.queries import people
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Desk, Nav, Visit

EVERYBODY = POSTS[House.OPERATOR]
SUPPORT = frozenset({Post.OPERATOR_SUPPORT})
FINANCE = frozenset({Post.OPERATOR_FINANCE})
ADMIN = frozenset({Post.OPERATOR_ADMIN})
SEE_MONEY = FINANCE | ADMIN | {Post.AUDITOR}
SEE_PERSONS = ADMIN | {Post.AUDITOR}

NAV: Nav = [
    ("/operator", "nav_home", EVERYBODY),
    ("/operator/accreditation", "nav_accreditation", EVERYBODY),
    ("/operator/points", "nav_stock", EVERYBODY),
    ("/operator/campaigns", "nav_campaigns", EVERYBODY),
    ("/operator/orders", "nav_orders", EVERYBODY),
    ("/operator/periods", "nav_money", SEE_MONEY),
    ("/operator/bank", "nav_bank", SEE_MONEY),
    ("/operator/fees", "nav_fees", SEE_MONEY),
    ("/operator/disputes", "nav_cases", EVERYBODY),
    ("/operator/books", "nav_books", SEE_MONEY),
    ("/operator/funders", "nav_partners", EVERYBODY),
    ("/operator/people", "nav_people", ADMIN),
    ("/operator/patterns", "nav_watch", EVERYBODY),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("operator", prefix="/operator", posts=EVERYBODY, nav=NAV)

ROWS = 25
"""Rows of a list on one page."""


class Listed(Body):
    """Which part of a list: where the page before ended."""

    cursor: Id | None = None


class Numbered(Body):
    """Which part of a list of numbered documents."""

    cursor: Word | None = None


class Why(Body):
    """Why something is done: the other side reads it, or it stays in the history."""

    reason: Text


Count = Annotated[int, Field(ge=1, le=5_000_000)]
PassNumber = Annotated[int, Field(ge=1, le=LARGEST_BOOKLET)]


def newest(cursor: int | str | None, rows: int = ROWS) -> Window:
    """A page of a list that begins with its newest row."""
    return Window(cursor, rows, newest_first=True)


def oldest(cursor: int | str | None, rows: int = ROWS) -> Window:
    """A page of a list that begins with its oldest row: what has waited longest."""
    return Window(cursor, rows)


def numbers(rows: Iterable[object], name: str) -> set[int]:
    """The numbers that some rows have in one of their columns."""
    return {value for row in rows if (value := getattr(row, name)) is not None}


def who(visit: Visit, actors: Iterable[str | None]) -> dict[str, str]:
    """What the persons among some actors are called."""
    return people.actor_names(visit.session, [actor for actor in actors if actor])
