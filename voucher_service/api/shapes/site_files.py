"""Shapes of files of places, and of what they would do."""

from typing import Annotated

from pydantic import Field

from voucher_service.http.body import Body
from voucher_service.http.fields import Id


class SiteFileIn(Body):
    """What to do with places of associations that are not here."""

    known_only: Annotated[bool, Field(strict=False)] = False


class PlaceFaultOut(Body):
    """What is wrong in a file: line (1 is the first, 0 the whole file), field, and why."""

    line: int
    field: str
    value: str
    reason: str
    expected: str


class PlaceChangeOut(Body):
    """What a line would change of a site: field → before and after."""

    line: int
    site: Id
    changes: dict[str, tuple[str, str]]


class SiteFileOut(Body):
    """A file and what it does, or would do: counts of places. With faults it can do nothing."""

    id: Id
    taken_over: bool
    new: int
    changed: list[PlaceChangeOut]
    same: int
    older: int
    closed: int
    left_out: int
    ignored_columns: list[str]
    faults: list[PlaceFaultOut]
