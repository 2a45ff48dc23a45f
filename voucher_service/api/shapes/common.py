"""Shapes that many calls share: lists, jobs, reasons."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text, Word

Item = TypeVar("Item", bound=Body)

MOST_ITEMS = 500
Limit = Annotated[int, Field(ge=1, le=MOST_ITEMS)]


class Listing(Body):
    """Which part of a list: where the page before ended, and how many at most."""

    cursor: Id | None = None
    limit: Limit = 100


class Numbered(Body):
    """Which part of a list of numbered documents: the number where the page before ended."""

    cursor: Word | None = None
    limit: Limit = 100


class Items(Body, Generic[Item]):
    """A page of a list; ``next`` is the cursor of the page after it, if there is one."""

    items: list[Item]
    next: str | None


class JobOut(Body):
    """Some long work, and how far it has come."""

    id: Id
    kind: Literal["issue", "print", "close", "stripe", "rail", "check", "audit", "fec"]
    state: Literal["queued", "running", "done", "failed"]
    done: int
    total: int
    note: str


class JobStarted(Body):
    """Long work was asked for."""

    job: JobOut


class JobRead(JobOut):
    """A job by itself, and under ``job`` as when it was asked for: one reader serves both."""

    job: JobOut


class Why(Body):
    """Why something is done."""

    reason: Text
