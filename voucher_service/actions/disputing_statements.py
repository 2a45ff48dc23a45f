"""An association says that its statement is wrong; the operator answers, and names the correction.

The statement stays as it was signed, and its payment goes on. Money moves by an incident that
another person judges (``judging``): nothing here moves any.
"""

import json
from datetime import datetime

from voucher_service.actions.disputing import answer_once, said
from voucher_service.core.campaign import paris_day
from voucher_service.core.disputes import Line, Wrong, about, check_line, last_day
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.incidents import Ending
from voucher_service.store import disputes, load, tables
from voucher_service.store.once import find, insert_once
from voucher_service.store.outbox import tell
from voucher_service.store.session import Session


def dispute_statement(
    session: Session,
    statement_number: str,
    wrong: Wrong,
    line: Line,
    reason: str,
    actor: str,
    now: datetime,
) -> tables.StatementDispute:
    """Somebody of an association says what is wrong. Of a line said again, the first counts.

    Possible until the claim ends by the statute of limitations, see :func:`last_day`.
    """
    said(reason, "reason")
    statement = find(session, tables.Statement, statement_number, "statement")
    if statement.association_id is None:
        raise NotFound("not_found", f"There is no statement {statement_number} of an association.")
    _check_in_time(statement, now)
    booklet, line = _same_pass(session, line)
    check_line(wrong, line, json.loads(statement.document))
    key = about(wrong, line)
    if insert_once(
        session,
        tables.StatementDispute,
        statement_number=statement_number,
        about=key,
        kind=wrong.value,
        booklet_id=booklet,
        number=line.number,
        correction=line.correction,
        reason=reason,
        opened_by=actor,
        opened_at=now,
    ):
        facts = {"statement": statement_number, "association": statement.association_id}
        tell(session, "statement_disputed", facts, now)
    return disputes.dispute_of_line(session, statement_number, key)


def _check_in_time(statement: tables.Statement, now: datetime) -> None:
    until = last_day(paris_day(statement.issued_at))
    if paris_day(now) > until:
        raise Conflict("dispute_too_late", f"This statement could be disputed until {until}.")


def _same_pass(session: Session, line: Line) -> tuple[int | None, Line]:
    """The booklet that a serial names, and the line with that serial as it is printed."""
    if line.serial is None:
        return None, line
    booklet = load.booklet_of_serial(line.serial)
    if booklet is None or session.get(tables.Booklet, booklet) is None:
        raise Invalid("serial_unknown", "No booklet has this serial.", "serial")
    return booklet, Line(load.serial(booklet), line.number, line.correction)


def answer_statement_dispute(
    session: Session,
    number: int,
    *,
    upheld: bool,
    answer: str,
    incident: int | None,
    actor: str,
    now: datetime,
) -> None:
    """Tell an association whether it is right, why, and which correction sets it right.

    ``incident``: an accepted incident of that association; nothing where no money is owed.
    """
    said(answer, "answer")
    row = find(session, tables.StatementDispute, number, "dispute")
    statement = find(session, tables.Statement, row.statement_number, "statement")
    if incident is not None:
        _check_correction(session, incident, statement.association_id, upheld=upheld)
    said_so = {"answer": answer, "answered_by": actor, "answered_at": now, "incident_id": incident}
    answer_once(session, tables.StatementDispute, number, upheld=upheld, **said_so)
    facts = {"dispute": number, "statement": statement.number}
    told = facts | {"association": statement.association_id}
    tell(session, "statement_dispute_answered", told, now)


def _check_correction(
    session: Session, incident: int, association: int | None, *, upheld: bool
) -> None:
    if not upheld:
        raise Invalid("nothing_to_correct", "What is not right needs no correction.", "incident")
    row = session.get(tables.Incident, incident)
    if row is None or row.association_id != association:
        raise Invalid("incident_unknown", "This association has no such incident.", "incident")
    if row.outcome != Ending.ACCEPTED.value:
        raise Conflict("not_corrected_yet", "Another person must accept that incident first.")
