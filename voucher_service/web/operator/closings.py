"""The end of a campaign: begun, agreed by every funder, closed; then what each funder chooses.

Funders agree and choose at their own desks; here somebody writes down what came on paper.
"""

from typing import Annotated, Literal

from flask import Response
from pydantic import StringConstraints

from voucher_service.actions import choosing, closing, closing_papers
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Invalid
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text
from voucher_service.store.queries import closings, documents, names, scheme
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import ADMIN, DESK, FINANCE, SEE_MONEY, numbers, who
from voucher_service.web.papers import document_paper


class PaperIn(Body):
    """Which funder agreed, and by which paper."""

    funder: Id
    reference: Text


class ChoiceIn(Body):
    """What a funder wants done with its unused money: sent home, or carried over."""

    funder: Id
    choice: Literal["refund", "carry_over"]
    iban: Annotated[str, StringConstraints(max_length=50)] | None = None
    holder: Text | None = None
    order: Id | None = None


@DESK.page("/campaigns/<id:campaign>/closing", posts=SEE_MONEY)
def campaign_closing(visit: Visit, campaign: int) -> Page:
    """The days of a campaign's end, how far it has come, and what is still open."""
    row = closings.latest(visit.session, campaign)
    given = closings.approvals(visit.session, row.id) if row else []
    agreed = {one.funder_id: one for one in given}
    shares = scheme.shares(visit.session, [campaign])
    awaited = [share.funder_id for share in shares if share.funder_id not in agreed]
    closed = row is not None and row.statement_number is not None
    return Page(
        "operator/closing.html",
        campaign=scheme.campaign(visit.session, campaign, None),
        days=closing.days_of(visit.session, campaign),
        closing=row,
        agreed=agreed,
        shares=shares,
        booklets=closings.booklets(visit.session, campaign),
        obstacles=[]
        if closed
        else closing.obstacles_beside(visit.session, campaign, awaited if row else None, visit.now),
        closed=closed,
        notes=closings.credit_notes(visit.session, campaign, None) if closed else [],
        choices_made=closings.choices(visit.session, row.id, None) if row else {},
        funders=names.funders(visit.session, numbers(shares, "funder_id")),
        told=closings.alerts(visit.session, campaign),
        who=who(visit, [row.started_by if row and not closed else None]),
        today=paris_day(visit.now),
    )


@DESK.form("/campaigns/<id:campaign>/closing", posts=ADMIN, again=campaign_closing)
def start_closing(visit: Visit, campaign: int) -> See:
    """Begin the end of a campaign: from now on nothing more is handed over."""
    closing.start(visit.session, campaign, visit.actor, visit.now)
    return See(f"/operator/campaigns/{campaign}/closing", said="closing_started")


@DESK.form("/campaigns/<id:campaign>/closing/agreement", posts=FINANCE, body=PaperIn,
           again=campaign_closing)  # fmt: skip
def note_agreement(visit: Visit, campaign: int, given: PaperIn) -> See:
    """Write down what a funder agreed on paper."""
    closing.approve(visit.session, campaign, given.funder, visit.actor, visit.now, given.reference)
    return See(f"/operator/campaigns/{campaign}/closing", said="agreement_noted")


@DESK.form("/campaigns/<id:campaign>/closing/statement", posts=FINANCE, again=campaign_closing)
def close_campaign(visit: Visit, campaign: int) -> See:
    """Close a campaign: give unused value back, draw up the joint statement and credit notes."""
    signatory = visit.services.signatory
    closing_papers.close_campaign(visit.session, campaign, signatory, visit.now)
    return See(f"/operator/campaigns/{campaign}/closing", said="campaign_closed")


@DESK.form("/campaigns/<id:campaign>/closing/choices", posts=FINANCE, body=ChoiceIn,
           again=campaign_closing)  # fmt: skip
def note_choice(visit: Visit, campaign: int, given: ChoiceIn) -> See:
    """Write down what a funder wants done with its unused money."""
    who = choosing.Chooser(visit.session, campaign, given.funder, visit.actor, visit.now)
    if given.choice == "refund":
        if given.iban is None or given.holder is None:
            raise Invalid("account_missing", "Say to which account.", "iban")
        choosing.refund(who, given.iban, given.holder)
        return See("/operator/refunds", said="refund_asked")
    choosing.carry_over(who, given.order)
    return See(f"/operator/campaigns/{campaign}/closing", said="carried_over")


@DESK.page("/documents/<word:number>/<any(json,csv,pdf):form>", posts=SEE_MONEY)
def document_file(visit: Visit, number: str, form: str) -> Response:
    """A closing statement, credit note or note of debt as a file."""
    row = documents.document(visit.session, number, documents.Reader())
    return document_paper(visit, row, form)
