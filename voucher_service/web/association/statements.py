"""Statements: every line down to the use, how the total comes about, and the payment that pays it.

What is shown is the signed document itself; nothing is added up anew but to show that it agrees.
"""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response

from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Word
from voucher_service.store.queries import association_desk, payouts, rail, statements
from voucher_service.web.association import disputes
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.money import (
    LIKE,
    TO_DO,
    proposed,
    said_by_bank,
    where_it_is_of_statements,
)
from voucher_service.web.association.reading import MANAGERS, readable
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.papers import statement_paper

PART = 12
"""Statements of a list: a year."""

LINES = 50

LOOKS = {"issued": "wait", "approved": "wait", "sent": "wait", "settled": "good"}
"""How far a statement has come; whatever else its payment says is bad news."""


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
    money = where_it_is_of_statements(visit)
    return Page(
        "association/statements.html",
        rows=shown,
        states=statements.states(session, numbers),
        looks=LOOKS,
        payments=association_desk.payments(session, numbers),
        dues=money.by_statement(),
        proposed=proposed(money),
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
    money = where_it_is_of_statements(visit)
    cases = disputes.cases(visit, number)
    return Page(
        "association/statement.html",
        row=row,
        document=document,
        names={part["id"]: part["name"] for part in document["campaigns"]},
        state_now=statements.states(session, [number])[number],
        looks=LOOKS,
        due=money.by_statement().get(number),
        proposed=proposed(money),
        like=LIKE,
        to_do=TO_DO,
        cases=cases,
        disputed={case.row.about: case for case in cases},
        answers=disputes.LOOKS,
        until=disputes.last_day_of(row),
        payments=[
            (payment, payouts.state(payment), said_by_bank(payment.return_reason))
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


@DESK.page("/statements/<word:number>/<word:form>", posts=MANAGERS)
def statement_file(visit: Visit, number: str, form: str) -> Response:
    """A statement to keep: as it was signed (JSON), as a spreadsheet (CSV), on paper (PDF)."""
    row = statements.statement(visit.session, number, statements.Filter(association=visit.own))
    return statement_paper(visit, row, form)
