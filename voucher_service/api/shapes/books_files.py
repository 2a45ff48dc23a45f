"""Shapes of files of the whole books: the auditor's report and the accounting file."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from voucher_service.api.shapes.common import JobOut
from voucher_service.http.body import Body
from voucher_service.http.fields import Day, Id


class AuditIn(Body):
    """What to look at again: all, or documents, uses and seals since a day."""

    since: Day | None = None


class FecIn(Body):
    """Which days, both included, what stands between two columns, and of which books."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    separator: Literal["tab", "pipe"] = "tab"
    books: Literal["reserved", "fees"] = "reserved"


class BooksFileAsked(Body):
    """What was asked for, and the job that makes it: the same one for whoever asks the same."""

    file: Id
    job: JobOut


class BooksFileOut(Body):
    """One file: fetch it by its name."""

    name: str
    media_type: str
    bytes: int
    sha256: str


class BooksFilesOut(Body):
    """What was asked for and what came of it. ``faults``: how many things a report finds wrong."""

    id: Id
    kind: Literal["audit", "fec"]
    asked: dict[str, str | None]
    asked_at: datetime
    job: JobOut
    faults: int | None
    files: list[BooksFileOut]
    kept_until: datetime | None
