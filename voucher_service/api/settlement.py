"""Periods and statements. Everybody reads its own statements, exactly as they were signed."""

from flask import Response

from voucher_service.actions import rendering, settling
from voucher_service.actions.tokens import Role
from voucher_service.api import presenting
from voucher_service.api.presenting import MEDIA, items, signed_or_drawn, window
from voucher_service.api.shapes.common import Items, JobStarted, Listing
from voucher_service.api.shapes.settlement import (
    PeriodIn,
    PeriodOut,
    SignatureOut,
    StatementOut,
    StatementsIn,
)
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.attestation import base64url
from voucher_service.documents.statement_files import draw
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import statements
from voucher_service.store.queries.paging import Page, Window

READERS = OVERSEERS | {Role.FUNDER, Role.ASSOCIATION}


def _mine(call: Call) -> statements.Filter:
    """What the caller may see."""
    return statements.Filter(
        association=call.caller.only(Role.ASSOCIATION), funder=call.caller.only(Role.FUNDER)
    )


@API.post("/periods", roles=MONEY, body=PeriodIn, answer=PeriodOut, status=201)
def open_period(call: Call, body: PeriodIn) -> PeriodOut:
    """Name a cut-off."""
    row = settling.open_period(call.session, body.label, body.cutoff, call.services.now())
    return _period(row)


@API.get("/periods", roles=OVERSEERS, query=Listing, answer=Items[PeriodOut])
def periods(call: Call, query: Listing) -> Items[PeriodOut]:
    """List periods."""
    return items(statements.periods(call.session, window(query)), _period)


def _period(row: statements.Period) -> PeriodOut:
    return PeriodOut.model_validate(row, from_attributes=True)


@API.post("/periods/<word:label>/close", roles=MONEY, answer=JobStarted, status=202)
def close_period(call: Call, label: str) -> JobStarted:
    """Settle a period that is over and freeze its statements."""
    number = settling.request_close(
        call.session, label, call.caller.actor, call.caller.token, call.services.now()
    )
    return JobStarted(job=presenting.job(call, number))


@API.get("/statements", roles=READERS, query=StatementsIn, answer=Items[StatementOut])
def statement_list(call: Call, query: StatementsIn) -> Items[StatementOut]:
    """List statements."""
    wanted = statements.Filter(query.period, query.association, query.funder)
    part = Window(query.cursor, query.limit)
    return _statements(call, statements.statements(call.session, wanted, _mine(call), part))


def _statements(call: Call, page: Page[statements.Statement]) -> Items[StatementOut]:
    states = statements.states(call.session, [row.number for row in page.rows])
    labels = statements.labels(call.session, [row.period_id for row in page.rows])

    def present(row: statements.Statement) -> StatementOut:
        facts = {
            "number": row.number,
            "kind": row.kind,
            "period": labels[row.period_id],
            "association": row.association_id,
            "funder": row.funder_id,
            "campaign": row.campaign_id,
            "total_cents": row.total_cents,
            "state": states[row.number],
            "sha256": row.sha256,
        }
        return StatementOut.model_validate(facts)

    return items(page, present)


@API.get("/statements/<word:number>", roles=READERS, media_types=MEDIA, problems=(406,))
def statement(call: Call, number: str) -> Response:
    """Read a statement as it was signed, or drawn as CSV or PDF: see Accept."""
    row = statements.statement(call.session, number, _mine(call))
    return signed_or_drawn(row.document, lambda media_type: _drawn(call, row, media_type))


def _drawn(call: Call, row: statements.Statement, media_type: str) -> bytes:
    """The drawing that was kept; if none was yet, it is made and kept."""
    kept = statements.rendering(call.session, row.number, media_type)
    if kept is not None:
        return kept

    def render() -> bytes:
        return draw(row, media_type, call.services.settings.base_url)

    with call.services.writing() as session:
        return rendering.rendered(session, row.number, media_type, render, call.services.now())


@API.get("/statements/<word:number>/signature", roles=READERS, answer=SignatureOut)
def signature(call: Call, number: str) -> SignatureOut:
    """Read what proves a statement."""
    row = statements.statement(call.session, number, _mine(call))
    return SignatureOut(
        number=row.number, sha256=row.sha256, kid=row.kid, signature=base64url(row.signature)
    )


@API.post("/statements/<word:number>/approve", roles=MONEY, answer=StatementOut)
def approve(call: Call, number: str) -> StatementOut:
    """Find a statement right, as another person than the one who closed its period."""
    settling.approve_statement(call.session, number, call.caller.actor, call.services.now())
    row = statements.statement(call.session, number, _mine(call))
    return _statements(call, Page([row], None)).items[0]


@API.post("/statements/<word:number>/agree", roles={Role.FUNDER}, answer=StatementOut)
def agree(call: Call, number: str) -> StatementOut:
    """Find one's own statement right, as a funder. It pays nobody: see approve."""
    row = statements.statement(call.session, number, _mine(call))
    settling.agree_to_statement(call.session, number, call.caller.actor, call.services.now())
    return _statements(call, Page([row], None)).items[0]
