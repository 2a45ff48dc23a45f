"""A call for funds: what is asked, how to pay it, what came; and the papers to keep."""

from typing import Annotated

from flask import Response
from pydantic import Field

from voucher_service.actions import calling, ordering, rendering
from voucher_service.actions.calling import Engagement
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import NotFound
from voucher_service.documents import signed_documents, statement_files
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.http.body import Body
from voucher_service.http.fields import Text
from voucher_service.store.queries import calls, documents, funded, statements
from voucher_service.store.queries.documents import Reader
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.forms import Euros
from voucher_service.web.funder.desk import APPROVERS, DESK
from voucher_service.web.funder.ordering import house

FORMS = {"json": "application/json", "csv": CSV, "pdf": PDF}
"""A paper as it was signed, and as it is drawn."""


@DESK.page("/calls/<word:number>")
def call(visit: Visit, number: str) -> Page:
    """One call for funds of this funder."""
    found = calls.call_for_funds(visit.session, number, visit.own)
    return Page(
        "funder/call.html",
        call=found,
        campaign=funded.campaign(visit.session, visit.own, found.campaign),
        receipts=funded.receipts(visit.session, visit.own, found.order),
        promises=funded.promises(visit.session, visit.own, found.order),
        funder=funded.needs(visit.session, visit.own),
        account=visit.services.settings.reserved,
        late=found.is_late(paris_day(visit.now)),
    )


class Promised(Body):
    """A payment order that this funder has sent to its accountant."""

    payment_order_number: Annotated[Text, Field(max_length=60)]
    amount: Euros


@DESK.form("/calls/<word:number>/promise", body=Promised, again=call, posts=APPROVERS)
def promise(visit: Visit, number: str, given: Promised) -> See:
    """Tell a payment order: good to know, worth no money."""
    found = calls.call_for_funds(visit.session, number, visit.own)
    ordering.record_promise(
        visit.session,
        found.order,
        visit.own,
        given.payment_order_number,
        given.amount,
        visit.now,
    )
    return See(f"/funder/calls/{number}", said="promise_noted")


class Engaged(Body):
    """What this funder's accountants ask to find on the paper."""

    engagement_number: Text
    service_code: Text | None = None


@DESK.form("/calls/<word:number>/engagement", body=Engaged, again=call, posts=APPROVERS)
def engage(visit: Visit, number: str, given: Engaged) -> See:
    """Give the engagement number: the paper is issued as soon as nothing is missing."""
    found = calls.call_for_funds(visit.session, number, visit.own)
    engagement = Engagement(given.engagement_number, given.service_code)
    calling.set_engagement(visit.session, number, engagement)
    if visit.services.settings.reserved.iban:
        calling.issue_calls(visit.session, found.order, house(visit), visit.now)
    return See(f"/funder/calls/{number}", said="engagement_noted")


@DESK.page("/papers/<word:number>/<word:form>")
def paper(visit: Visit, number: str, form: str) -> Response:
    """A signed paper of this funder as JSON, CSV or PDF, to keep."""
    media_type = FORMS.get(form)
    if media_type is None:
        raise NotFound("not_found", f"Papers come as {', '.join(FORMS)}.")
    try:
        content = _statement(visit, number, media_type)
    except NotFound:
        content = _document(visit, number, media_type)
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.{form}"'
    return answer


def _statement(visit: Visit, number: str, media_type: str) -> bytes:
    mine = statements.Filter(funder=visit.own)
    row = statements.statement(visit.session, number, mine)
    if media_type == FORMS["json"]:
        return row.document
    kept = statements.rendering(visit.session, number, media_type)
    if kept is not None:
        return kept
    base_url = visit.services.settings.base_url
    with visit.services.writing() as session:
        return rendering.rendered(
            session,
            number,
            media_type,
            lambda: statement_files.draw(row, media_type, base_url),
            visit.now,
        )


def _document(visit: Visit, number: str, media_type: str) -> bytes:
    row = documents.document(visit.session, number, Reader(funder=visit.own))
    if media_type == FORMS["json"]:
        return row.document
    kept = documents.drawing(visit.session, number, media_type)
    if kept is not None:
        return kept
    content = signed_documents.draw(row, media_type, visit.services.settings.base_url)
    with visit.services.writing() as session:
        return rendering.kept(session, number, media_type, content, visit.now)
