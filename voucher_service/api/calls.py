"""Calls for funds: what is asked, what is left, their papers and reminders.

A funder reads its own. The papers themselves are read at ``/documents/{number}``.
"""

from voucher_service.actions import calling
from voucher_service.actions.tokens import Role
from voucher_service.api.documents import document_out
from voucher_service.api.presenting import house, items
from voucher_service.api.shapes.calls import CallIssueIn, CallStandingOut
from voucher_service.api.shapes.common import Items, Numbered
from voucher_service.api.shapes.documents import DocumentOut
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.campaign import paris_day
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import calls, documents, scheme
from voucher_service.store.queries.paging import Window

READERS = OVERSEERS | {Role.FUNDER}


@API.get(
    "/campaigns/<id:campaign>/calls",
    roles=READERS,
    query=Numbered,
    answer=Items[CallStandingOut],
)
def campaign_calls(call: Call, campaign: int, query: Numbered) -> Items[CallStandingOut]:
    """List a campaign's calls for funds: paid, left, late."""
    funder = call.caller.only(Role.FUNDER)
    scheme.campaign(call.session, campaign, funder)
    window = Window(query.cursor, query.limit)
    page = calls.calls_for_funds(call.session, funder, window, campaign)
    return items(page, lambda row: _standing(call, row))


@API.get("/calls/<word:number>", roles=READERS, answer=CallStandingOut)
def call_for_funds(call: Call, number: str) -> CallStandingOut:
    """Read a call for funds as it stands."""
    row = calls.call_for_funds(call.session, number, call.caller.only(Role.FUNDER))
    return _standing(call, row)


def _standing(call: Call, row: calls.CallStanding) -> CallStandingOut:
    return CallStandingOut(
        number=row.number,
        reference=row.reference,
        order=row.order,
        campaign=row.campaign,
        funder=row.funder,
        called_on=row.called_on,
        due_on=row.due_on,
        issued=row.due_on is not None,
        amount_cents=row.amount,
        received_cents=row.received,
        cancelled_cents=row.cancelled,
        left_cents=row.left,
        excess_cents=row.excess,
        late=row.is_late(paris_day(call.services.now())),
        reminders=[*row.reminders],
    )


@API.post(
    "/calls/<word:number>/issue", roles=MONEY, body=CallIssueIn, answer=DocumentOut, status=201
)
def issue_call(call: Call, number: str, body: CallIssueIn) -> DocumentOut:
    """Issue the paper of a call that waited for something its funder insists on."""
    if body.engagement_number or body.service_code:
        engagement = calling.Engagement(body.engagement_number, body.service_code)
        calling.set_engagement(call.session, number, engagement)
    calling.issue_call(call.session, number, house(call), call.services.now())
    return document_out(documents.document(call.session, number, documents.Reader()))


@API.post("/calls/<word:number>/reminders", roles=MONEY, answer=DocumentOut, status=201)
def remind(call: Call, number: str) -> DocumentOut:
    """Remind a funder of what is left of a call after its due day."""
    reminder = calling.remind(call.session, number, house(call), call.services.now())
    return document_out(documents.document(call.session, reminder, documents.Reader()))
