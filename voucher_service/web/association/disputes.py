"""Saying that a statement is wrong, and reading the answer and what sets it right.

The statement stays as it was signed, and its payment goes on.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from voucher_service.actions.disputing_statements import dispute_statement
from voucher_service.core.campaign import LARGEST_BOOKLET, paris_day
from voucher_service.core.disputes import Line, Wrong, about, last_day, said_line
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Serial
from voucher_service.store.queries import statement_disputes, statements
from voucher_service.store.queries.paging import Window
from voucher_service.store.queries.statement_disputes import Correcting, Dispute, Filter
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS, Reason, readable
from voucher_service.web.desks import Page, See, Visit

MOST = 200
"""Disputes on one page; there are few."""

LOOKS = {None: "wait", "upheld": "good", "rejected": "bad"}
"""How an answer looks."""

PassNumber = Annotated[int, Field(ge=1, le=LARGEST_BOOKLET)]


class LineIn(Body):
    """Which line of a statement is meant, if one is."""

    serial: Serial | None = None
    number: PassNumber | None = None
    correction: Id | None = None


class WrongIn(LineIn):
    """What is wrong with a statement."""

    kind: Wrong
    reason: Reason


@dataclass(frozen=True, slots=True)
class Case:
    """A dispute with the line it means, and what sets it right."""

    row: Dispute
    line: Line
    correcting: Correcting | None

    @property
    def next_step(self) -> str:
        """Which words say what comes next."""
        if self.correcting is not None:
            paid = "paid" if self.correcting.kind == "goodwill" else "owed"
            return f"{paid}_said" if self.correcting.statement else f"{paid}_later"
        if self.row.outcome == "upheld" and self.row.kind == Wrong.ACCOUNT:
            return "account"
        return self.row.outcome or "open"


def cases(visit: Visit, statement: str | None = None) -> list[Case]:
    """Disputes of one's statements, or of one of them, the last first."""
    wanted = Filter(statement=statement)
    part = Window(None, MOST, newest_first=True)
    rows = statement_disputes.disputes(visit.session, wanted, visit.own, part).rows
    return _cases(visit, rows)


def _cases(visit: Visit, rows: Sequence[Dispute]) -> list[Case]:
    found = statement_disputes.corrections(visit.session, [row.incident_id for row in rows])
    return [
        Case(row, statement_disputes.line_of(row), found.get(row.incident_id or 0)) for row in rows
    ]


def last_day_of(row: statements.Statement) -> date:
    """The last day on which a statement may be disputed."""
    return last_day(paris_day(row.issued_at))


def _document(visit: Visit, number: str) -> tuple[date, dict[str, Any]]:
    """The last day to dispute one's statement, and the statement itself."""
    row = statements.statement(visit.session, number, statements.Filter(association=visit.own))
    return last_day_of(row), readable(json.loads(row.document))


@DESK.page("/statements/<word:number>/dispute", posts=MANAGERS, query=LineIn)
def new_dispute(visit: Visit, number: str, query: LineIn) -> Page | See:
    """Say what is wrong with a statement, or with the line one came from."""
    until, document = _document(visit, number)
    kind = _kind(query)
    key = about(kind, _line(query)) if kind else None
    said = {case.row.about: case.row.id for case in cases(visit, number)}
    if key in said:
        return See(f"/association/statement-disputes/{said[key]}")
    return Page(
        "association/dispute_new.html",
        number=number,
        document=document,
        disputed=said,
        kind=kind,
        given=query,
        until=until,
        contest_until=document["contest_until"],
        over=paris_day(visit.now) > until,
        most=LARGEST_BOOKLET,
    )


def _line(given: LineIn) -> Line:
    return Line(given.serial, given.number, given.correction)


def _kind(given: LineIn) -> Wrong | None:
    """What is most likely wrong with the line that somebody came from."""
    if given.correction is not None:
        return Wrong.CORRECTION
    return Wrong.AMOUNT if given.serial is not None else None


@DESK.form("/statements/<word:number>/dispute", posts=MANAGERS, body=WrongIn, again=new_dispute)
def dispute_line(visit: Visit, number: str, given: WrongIn) -> See:
    """Say that a statement is wrong. Of a line said twice, the first counts."""
    _document(visit, number)
    row = dispute_statement(
        visit.session, number, given.kind, _line(given), given.reason, visit.actor, visit.now
    )
    own = (row.opened_by, row.opened_at, row.reason) == (visit.actor, visit.now, given.reason)
    said = "said_statement_disputed" if own else "said_disputed_before"
    return See(f"/association/statement-disputes/{row.id}", said=said)


@DESK.page("/statement-disputes/<id:number>", posts=MANAGERS)
def statement_dispute(visit: Visit, number: int) -> Page:
    """One dispute: what was said, the answer, and what comes next."""
    row = statement_disputes.dispute(visit.session, number, visit.own)
    _, document = _document(visit, row.statement_number)
    (case,) = _cases(visit, [row])
    return Page(
        "association/dispute.html",
        case=case,
        said_there=said_line(case.line, document),
        document=document,
        looks=LOOKS,
    )
