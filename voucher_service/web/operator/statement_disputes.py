"""What associations say is wrong with their statements: seen with the line's facts, answered once.

Nothing here moves money: what is right is set right by an incident, which another person judges.
"""

from datetime import date
from typing import Literal

from voucher_service.actions.disputing_statements import answer_statement_dispute
from voucher_service.core.incidents import Ending
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text
from voucher_service.http.wording import VERDICTS, words
from voucher_service.store.queries import names, statement_disputes
from voucher_service.store.queries.statement_disputes import Filter
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import DESK, FINANCE, SUPPORT, oldest, who

ANSWER = SUPPORT | FINANCE


class DisputesIn(Body):
    """Which disputes."""

    state: Literal["open", "upheld", "rejected"] = "open"
    cursor: Id | None = None


class AnswerIn(Body):
    """Whether the association is right, why, and the incident that sets it right."""

    outcome: Literal["upheld", "rejected"]
    answer: Text
    incident: Id | None = None


@DESK.page("/statement-disputes", query=DisputesIn)
def statement_dispute_list(visit: Visit, query: DisputesIn) -> Page:
    """What associations say is wrong with their statements, the oldest first."""
    wanted = Filter(state=query.state)
    page = statement_disputes.disputes(visit.session, wanted, None, oldest(query.cursor))
    numbers = [row.statement_number for row in page.rows]
    owners = statement_disputes.associations(visit.session, numbers)
    return Page(
        "operator/statement_disputes.html",
        page=page,
        query=query,
        owners=owners,
        associations=names.associations(visit.session, owners.values()),
        line_of=statement_disputes.line_of,
    )


@DESK.page("/statement-disputes/<id:dispute>")
def statement_dispute(visit: Visit, dispute: int) -> Page:
    """A dispute of a statement, what is known of its line, and the answer."""
    session = visit.session
    row = statement_disputes.dispute(session, dispute, None)
    facts = statement_disputes.facts(session, row)
    known = statement_disputes.candidates(session, row, facts.association)
    return Page(
        "operator/statement_dispute.html",
        dispute=row,
        line=statement_disputes.line_of(row),
        decided_on=_decided_on(facts),
        facts_known=facts,
        named=next((one for one in known if one.incident == row.incident_id), None),
        incidents=known,
        accepted=[one for one in known if one.outcome == Ending.ACCEPTED],
        sees_money=visit.post not in SUPPORT,
        why=lambda code: words(VERDICTS, code, visit.language)[0],
        who=who(visit, [row.opened_by, row.answered_by]),
    )


def _decided_on(facts: statement_disputes.Facts) -> date | None:
    """The day of the correction that is meant, if one is."""
    said = facts.line.get("decided_on") if facts.line else None
    return date.fromisoformat(said) if said else None


@DESK.form("/statement-disputes/<id:dispute>", posts=ANSWER, body=AnswerIn, again=statement_dispute)
def answer_dispute_of_statement(visit: Visit, dispute: int, given: AnswerIn) -> See:
    """Answer once. The association is told."""
    answer_statement_dispute(
        visit.session,
        dispute,
        upheld=given.outcome == "upheld",
        answer=given.answer,
        incident=given.incident,
        actor=visit.actor,
        now=visit.now,
    )
    return See("/operator/statement-disputes", said="statement_dispute_answered")
