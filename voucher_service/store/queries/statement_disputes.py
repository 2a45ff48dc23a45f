"""Disputes of statements: what was said, what is known of the line, and what set it right.

``tenant`` is the association that asks: nothing means that the caller may see everything.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, select

from voucher_service.core.disputes import Line, Wrong, said_line
from voucher_service.core.errors import NotFound
from voucher_service.core.incidents import IncidentKind
from voucher_service.store import load, tables
from voucher_service.store.queries import refusals, uses
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Dispute = tables.StatementDispute
Incident = tables.Incident
Statement = tables.Statement


@dataclass(frozen=True, slots=True)
class Filter:
    """Which ones: what is given must agree."""

    association: int | None = None
    statement: str | None = None
    state: str | None = None


def disputes(
    session: Session, wanted: Filter, tenant: int | None, window: Window
) -> Page[tables.StatementDispute]:
    """Disputes, oldest first."""
    query = _disputes(tenant)
    if wanted.association is not None:
        query = query.where(Statement.association_id == wanted.association)
    if wanted.statement is not None:
        query = query.where(Dispute.statement_number == wanted.statement)
    if wanted.state is not None:
        open_ = Dispute.outcome.is_(None)
        query = query.where(open_ if wanted.state == "open" else Dispute.outcome == wanted.state)
    return page(session, query, Dispute.id, window)


def dispute(session: Session, number: int, tenant: int | None) -> tables.StatementDispute:
    """One dispute; raises :class:`NotFound`."""
    row = session.scalar(_disputes(tenant).where(Dispute.id == number))
    if row is None:
        raise NotFound("not_found", f"There is no dispute {number} of a statement.")
    return row


def _disputes(tenant: int | None) -> Select[tables.StatementDispute]:
    query = select(Dispute).join(Statement, Statement.number == Dispute.statement_number)
    return query if tenant is None else query.where(Statement.association_id == tenant)


def line_of(row: tables.StatementDispute) -> Line:
    """The line that a dispute means."""
    serial = None if row.booklet_id is None else load.serial(row.booklet_id)
    return Line(serial, row.number, row.correction)


def associations(session: Session, statements: Iterable[str]) -> dict[str, int]:
    """Whose some statements are."""
    rows = session.execute(
        select(Statement.number, Statement.association_id).where(
            Statement.number.in_(set(statements)), Statement.association_id.is_not(None)
        )
    )
    return {number: association or 0 for number, association in rows}


@dataclass(frozen=True, slots=True)
class Correcting:
    """An incident that may set a dispute right, and the statement that says its correction."""

    incident: int
    kind: str
    cents: int
    outcome: str | None
    statement: str | None


def corrections(session: Session, incidents: Iterable[int | None]) -> dict[int, Correcting]:
    """The incidents that some answers name."""
    named = {number for number in incidents if number is not None}
    return (
        {each.incident: each for each in _correcting(session, Incident.id.in_(named))}
        if (named)
        else {}
    )


def candidates(
    session: Session, row: tables.StatementDispute, association: int
) -> list[Correcting]:
    """Incidents of its association that people opened since, and that may set a dispute right."""
    conditions = (
        Incident.association_id == association,
        Incident.opened_at >= row.opened_at,
        Incident.kind != IncidentKind.DOUBLE_USE.value,
    )
    return _correcting(session, and_(*conditions))


def _correcting(session: Session, condition: Any) -> list[Correcting]:  # noqa: ANN401 - of SQLAlchemy
    correction = tables.Correction
    rows = session.execute(
        select(Incident, Statement.number)
        .outerjoin(correction, correction.incident_id == Incident.id)
        .outerjoin(
            Statement,
            and_(
                Statement.period_id == correction.period_id,
                Statement.association_id == correction.association_id,
            ),
        )
        .where(condition)
        .order_by(Incident.id)
    )
    return [_one(row) for row in rows]


def _one(row: Row[tables.Incident, str]) -> Correcting:
    incident, statement = row
    return Correcting(incident.id, incident.kind, incident.cents, incident.outcome, statement)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the line that a dispute means."""

    statement: tables.Statement
    association: int
    label: str
    document: Mapping[str, Any]
    line: Mapping[str, Any] | None
    """What the statement says on it, if it has that line."""
    uses: Sequence[uses.Use]
    """Every use of the pass at this association."""
    refused: Sequence[refusals.Refused]
    campaign: int | None
    """The one it is about, where that is known."""
    cents: int | None
    """What the association lacks, where that is known."""


def facts(session: Session, row: tables.StatementDispute) -> Facts:
    """What somebody who answers must see: the line, and what became of its pass there."""
    statement = session.get_one(Statement, row.statement_number)
    association = statement.association_id or 0
    document = json.loads(statement.document)
    line = line_of(row)
    found = said_line(line, document)
    seen = uses.Seen(association)
    taken, refused = [], []
    if line.serial is not None and line.number is not None:
        taken = uses.of_pass(session, seen, line.serial, line.number)
        refused = refusals.of_pass(session, seen, line.serial, line.number)
    campaign, cents = _value(session, row, document, found)
    label = session.get_one(tables.Period, statement.period_id).label
    return Facts(statement, association, label, document, found, taken, refused, campaign, cents)


def _value(
    session: Session,
    row: tables.StatementDispute,
    document: Mapping[str, Any],
    line: Mapping[str, Any] | None,
) -> tuple[int | None, int | None]:
    """The campaign and the cents in question, as far as they follow from the line."""
    if row.kind == Wrong.USE_MISSING and row.booklet_id is not None:
        campaign = session.get_one(
            tables.Campaign, session.get_one(tables.Booklet, row.booklet_id).campaign_id
        )
        return campaign.id, campaign.face_value_cents
    if line is not None:
        return int(line["campaign"]), line["cents"] if row.kind == Wrong.CORRECTION else None
    own = [part["id"] for part in document["campaigns"]]
    return (int(own[0]) if len(own) == 1 else None), None
