"""Shapes of an audit."""

from datetime import datetime
from typing import Literal

from voucher_service.http.body import Body
from voucher_service.http.fields import Day

Value = str | int | bool | None


class AuditIn(Body):
    """What to look at again: all, or documents, uses and seals since a day; the words of a page."""

    since: Day | None = None
    language: Literal["fr", "en"] = "fr"


class FindingOut(Body):
    """One thing that is wrong, or worth saying: where, which field, and both values."""

    code: str
    subject: str
    field: str
    expected: Value
    found: Value


class ChapterOut(Body):
    """One kind of evidence, and how much of it was looked at."""

    name: str
    looked_at: int
    findings: list[FindingOut]
    remarks: list[FindingOut]


class SealHead(Body):
    """The last link of a chain of seals."""

    number: int
    hash: str


class AuditBooks(Body):
    """The position of the books, in cents."""

    bank_reserved_cents: int
    outstanding_cents: int
    payable_cents: int
    contested_cents: int
    deposits_cents: int
    awaiting_funds_cents: int
    solvent: bool


class AuditOut(Body):
    """The report: clean, or every fault by its document, transfer or seal."""

    as_of: datetime
    since: datetime | None
    clean: bool
    books: AuditBooks
    head_seal: SealHead | None
    fee_head_seal: SealHead | None
    chapters: list[ChapterOut]
