"""Statements: every line down to the use, how the total comes about, and the payment that pays it.

What is shown is the signed document itself; nothing is added up anew but to show that it agrees.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response

from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Word
from voucher_service.http.wording import BANK_REASONS, words
from voucher_service.store.queries import association_desk, payouts, rail, statements
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.papers import statement_paper

PART = 12
"""Statements of a list: a year."""

LINES = 50

LOOKS = {"issued": "wait", "approved": "wait", "sent": "wait", "settled": "good"}
"""How far a statement has come; whatever else its payment says is bad news."""

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


class Wanted(Body):
    """Which statements: those before one, or the one that a reference of the bank pays."""

    cursor: Word | None = None
    reference: Word | None = None


class WantedLines(Body):
    """Which lines of a statement: from after some on, and of one site."""

    cursor: Id | None = None
    site: Id | None = None


@DESK.page("/statements", posts=MANAGERS, query=Wanted)
def statement_list(visit: Visit, query: Wanted) -> Page | See:
    """Every statement, the last first."""
    session = visit.session
    unknown = False
    if query.reference:
        found = association_desk.statement_of_payment(session, visit.own, query.reference)
        if found:
            return See(f"/association/statements/{found}")
        unknown = True
    rows = association_desk.statements(session, visit.own, query.cursor, PART)
    shown = rows[:PART]
    numbers = [row.number for row in shown]
    return Page(
        "association/statements.html",
        rows=shown,
        states=statements.states(session, numbers),
        looks=LOOKS,
        payments=association_desk.payments(session, numbers),
        more=shown[-1].number if len(rows) > PART else None,
        reference=query.reference,
        unknown=unknown,
    )


@DESK.page("/statements/<word:number>", posts=MANAGERS, query=WantedLines)
def statement(visit: Visit, number: str, query: WantedLines) -> Page:
    """One statement: the total, how it comes about, and its lines."""
    session = visit.session
    row = statements.statement(session, number, statements.Filter(association=visit.own))
    document = readable(json.loads(row.document))
    lines = _lines(document, query.site)
    first = query.cursor or 0
    payments = association_desk.payments(session, [number]).get(number, [])
    return Page(
        "association/statement.html",
        row=row,
        document=document,
        names={part["id"]: part["name"] for part in document["campaigns"]},
        state_now=statements.states(session, [number])[number],
        looks=LOOKS,
        payments=[
            (payment, payouts.state(payment), _said_by_bank(payment.return_reason))
            for payment in payments
        ],
        taken_back=rail.back_by_payout(session, [payment.end_to_end for payment in payments]),
        lines=lines[first : first + LINES],
        line_count=len(lines),
        more=first + LINES if len(lines) > first + LINES else None,
        sum_of_lines=sum(line["cents"] for line in document["lines"]),
        site=query.site,
    )


def _lines(document: dict[str, Any], site: int | None) -> Sequence[dict[str, Any]]:
    lines: list[dict[str, Any]] = document["lines"]
    return [line for line in lines if site is None or line["site"] == str(site)]


def _said_by_bank(code: str | None) -> tuple[str, str, str] | None:
    return (code, *words(BANK_REASONS, code)) if code else None


@DESK.page("/statements/<word:number>/<word:form>", posts=MANAGERS)
def statement_file(visit: Visit, number: str, form: str) -> Response:
    """A statement to keep: as it was signed (JSON), as a spreadsheet (CSV), on paper (PDF)."""
    row = statements.statement(visit.session, number, statements.Filter(association=visit.own))
    return statement_paper(visit, row, form)
