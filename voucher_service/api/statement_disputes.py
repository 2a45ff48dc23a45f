"""What associations say is wrong with their statements: said, read, answered.

An association says and reads its own. What sets it right is an incident: see ``corrections``.
"""

from voucher_service.actions.disputing_statements import (
    answer_statement_dispute,
    dispute_statement,
)
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.common import Items
from voucher_service.api.shapes.statement_disputes import (
    CorrectingOut,
    StatementAnswerIn,
    StatementDisputeIn,
    StatementDisputeOut,
    StatementDisputesIn,
)
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.disputes import Line
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import statement_disputes, statements
from voucher_service.store.queries.paging import Page
from voucher_service.store.queries.statement_disputes import Correcting, Dispute, Filter

READERS = OVERSEERS | {Role.ASSOCIATION}


def _mine(call: Call) -> int | None:
    return call.caller.only(Role.ASSOCIATION)


@API.post(
    "/statements/<word:number>/disputes",
    roles={Role.ASSOCIATION},
    body=StatementDisputeIn,
    answer=StatementDisputeOut,
    status=201,
)
def open_statement_dispute(
    call: Call, number: str, body: StatementDisputeIn
) -> StatementDisputeOut:
    """Say that one's statement is wrong. Of a line said again, the first counts, and is given."""
    statements.statement(call.session, number, statements.Filter(association=_mine(call)))
    line = Line(body.serial, body.number, body.correction)
    actor, now = call.caller.actor, call.services.now()
    row = dispute_statement(call.session, number, body.kind, line, body.reason, actor, now)
    return _one(call, row.id)


@API.get(
    "/statement-disputes",
    roles=READERS,
    query=StatementDisputesIn,
    answer=Items[StatementDisputeOut],
)
def statement_dispute_list(call: Call, query: StatementDisputesIn) -> Items[StatementDisputeOut]:
    """List what associations say is wrong with their statements."""
    wanted = Filter(query.association, query.statement, query.state)
    rows = statement_disputes.disputes(call.session, wanted, _mine(call), window(query))
    return _present(call, rows)


@API.get("/statement-disputes/<id:dispute>", roles=READERS, answer=StatementDisputeOut)
def statement_dispute(call: Call, dispute: int) -> StatementDisputeOut:
    """Read a dispute of a statement."""
    return _one(call, dispute)


@API.post(
    "/statement-disputes/<id:dispute>/answer",
    roles=MONEY,
    body=StatementAnswerIn,
    answer=StatementDisputeOut,
)
def answer_dispute_of_statement(
    call: Call, dispute: int, body: StatementAnswerIn
) -> StatementDisputeOut:
    """Answer a dispute of a statement, once. Its association is told."""
    answer_statement_dispute(
        call.session,
        dispute,
        upheld=body.upheld,
        answer=body.answer,
        incident=body.incident,
        actor=call.caller.actor,
        now=call.services.now(),
    )
    return _one(call, dispute)


def _one(call: Call, number: int) -> StatementDisputeOut:
    row = statement_disputes.dispute(call.session, number, _mine(call))
    return _present(call, Page([row], None)).items[0]


def _present(call: Call, page: Page[Dispute]) -> Items[StatementDisputeOut]:
    owners = statement_disputes.associations(
        call.session, [row.statement_number for row in page.rows]
    )
    found = statement_disputes.corrections(call.session, [row.incident_id for row in page.rows])

    def present(row: Dispute) -> StatementDisputeOut:
        line = statement_disputes.line_of(row)
        facts = {
            "id": row.id,
            "state": row.outcome or "open",
            "statement": row.statement_number,
            "association": owners[row.statement_number],
            "kind": row.kind,
            "serial": line.serial,
            "number": line.number,
            "correction": line.correction,
            "reason": row.reason,
            "opened_by": row.opened_by,
            "opened_at": row.opened_at,
            "answer": row.answer,
            "corrected_by": _correcting(found.get(row.incident_id or 0)),
            "answered_by": row.answered_by,
            "answered_at": row.answered_at,
        }
        return StatementDisputeOut.model_validate(facts)

    return items(page, present)


def _correcting(found: Correcting | None) -> CorrectingOut | None:
    if found is None:
        return None
    facts = {"incident": found.incident, "kind": found.kind, "value_cents": found.cents}
    return CorrectingOut.model_validate(facts | {"statement": found.statement})
