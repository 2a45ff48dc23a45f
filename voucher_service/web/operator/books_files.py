"""Files of the whole books: the auditor's report and the accounting file, asked for and fetched.

A job makes them: the page may be left. Whoever reads the books may ask, the auditor too.
"""

from datetime import date, timedelta
from typing import Literal

from flask import Response
from pydantic import Field

from voucher_service.actions import books_files as asking
from voucher_service.core.campaign import paris_day
from voucher_service.documents.fec_files import exercise, siren_of
from voucher_service.http.body import Body
from voucher_service.http.books_files import streamed
from voucher_service.http.fields import Day
from voucher_service.store.queries import books_files
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import DESK, SEE_MONEY, Listed, newest, who

AUDITED_DAYS = 31
LATEST = 10


class AuditIn(Body):
    """Since which day documents, uses and seals are looked at again; or all of them."""

    since: Day | None = None


class FecIn(Body):
    """Which days, both included, and of which books."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    books: Literal["reserved", "fees"]


@DESK.page("/books/files", posts=SEE_MONEY, query=Listed)
def book_files(visit: Visit, query: Listed) -> Page:
    """What can be asked for, and what was."""
    page = books_files.requests(visit.session, newest(query.cursor, LATEST))
    yesterday = paris_day(visit.now) - timedelta(days=1)
    return Page(
        "operator/books_files.html",
        page=page,
        who=who(visit, [one.row.actor for one in page.rows]),
        since=paris_day(visit.now) - timedelta(days=AUDITED_DAYS),
        first=date(yesterday.year, 1, 1),
        last=yesterday,
    )


@DESK.form("/books/files/audit", posts=SEE_MONEY, body=AuditIn, again=book_files)
def ask_audit(visit: Visit, given: AuditIn) -> See:
    """Have everything looked at again."""
    number = asking.ask_audit(visit.session, given.since, visit.actor, None, visit.now)
    return See(f"/operator/books/files/{number}", said="books_file_asked")


@DESK.form("/books/files/fec", posts=SEE_MONEY, body=FecIn, again=book_files)
def ask_fec(visit: Visit, given: FecIn) -> See:
    """Have the accounting file of some days that are over made."""
    siren_of(visit.services.settings.issuer_siret)
    days = exercise(given.first, given.last, paris_day(visit.now))
    wanted = asking.Fec(days.first, days.last, "tab", given.books)
    number = asking.ask_fec(visit.session, wanted, visit.actor, None, visit.now)
    return See(f"/operator/books/files/{number}", said="books_file_asked")


@DESK.page("/books/files/<id:number>", posts=SEE_MONEY)
def book_file(visit: Visit, number: int) -> Page:
    """How far it has come, and its files."""
    asked = books_files.request(visit.session, number)
    return Page(
        "operator/books_file.html",
        asked=asked,
        who=who(visit, [asked.row.actor]),
        kept=asked.kept_until is not None and asked.kept_until > visit.now,
    )


@DESK.page("/books/files/<id:number>/<word:name>", posts=SEE_MONEY)
def book_file_content(visit: Visit, number: int, name: str) -> Response:
    """One of its files, to keep."""
    return streamed(visit.services, books_files.file(visit.session, number, name, visit.now))
