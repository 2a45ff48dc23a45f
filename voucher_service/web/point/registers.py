"""The register of stamped values between two days: on the screen, on paper, as spreadsheets."""

from dataclasses import dataclass
from datetime import date

from flask import Response

from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Invalid
from voucher_service.documents import stock_register
from voucher_service.documents.stock_register import Holder
from voucher_service.http.body import Body
from voucher_service.http.fields import Day
from voucher_service.store.queries import booklets
from voucher_service.store.queries.register_entries import Entry, entries
from voucher_service.store.queries.registers import Register, register
from voucher_service.web.desks import Page, Visit
from voucher_service.web.point.desk import DESK

CSV = "text/csv; charset=utf-8"


class Days(Body):
    """From which day to which; this month so far, unless said."""

    since: Day | None = None
    until: Day | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Two days, the first not after the last."""

    since: date
    until: date

    @property
    def name(self) -> str:
        """For the name of a file."""
        return f"{self.since}_{self.until}"


def _span(visit: Visit, days: Days) -> Span:
    until = days.until or paris_day(visit.now)
    since = days.since or until.replace(day=1)
    if since > until:
        raise Invalid("ends_before_start", "The first day comes after the last.", "since")
    return Span(since, until)


def _register(visit: Visit, span: Span) -> Register:
    return register(visit.session, visit.own, span.since, span.until)


def _entries(visit: Visit, span: Span) -> list[Entry]:
    return list(entries(visit.session, visit.own, span.since, span.until))


@DESK.page("/register", query=Days)
def show_register(visit: Visit, query: Days) -> Page:
    """The accounts and the journal."""
    span = _span(visit, query)
    found, journal = _register(visit, span), _entries(visit, span)
    return Page(
        "point/register.html",
        span=span,
        register=found,
        columns=stock_register.COLUMNS,
        rows=stock_register.rows(found, visit.language),
        entry_columns=stock_register.ENTRY_COLUMNS,
        entry_rows=stock_register.entry_rows(journal, visit.language),
    )


@DESK.page("/register.pdf", query=Days)
def register_pdf(visit: Visit, query: Days) -> Response:
    """The register on paper, to sign."""
    span = _span(visit, query)
    point = booklets.point(visit.session, visit.own, visit.own)
    holder = Holder(point.name, point.commune, visit.services.settings.issuer_name)
    drawn = stock_register.to_pdf(
        _register(visit, span), _entries(visit, span), holder, paris_day(visit.now)
    )
    return _file(drawn, "application/pdf", f"registre_{span.name}.pdf")


@DESK.page("/register.csv", query=Days)
def register_csv(visit: Visit, query: Days) -> Response:
    """The accounts as a spreadsheet."""
    span = _span(visit, query)
    content = stock_register.to_csv(_register(visit, span))
    return _file(content, CSV, f"registre_{span.name}.csv")


@DESK.page("/journal.csv", query=Days)
def journal_csv(visit: Visit, query: Days) -> Response:
    """The journal as a spreadsheet."""
    span = _span(visit, query)
    content = stock_register.entries_to_csv(_entries(visit, span))
    return _file(content, CSV, f"journal_{span.name}.csv")


def _file(content: bytes, content_type: str, name: str) -> Response:
    answer = Response(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
