"""Deposits on their way home to funders: approved by a second person, sent by a file of two."""

from flask import Response

from voucher_service.actions import refund_batching, refunding
from voucher_service.actions.identifiers import masked_iban
from voucher_service.core.errors import Conflict
from voucher_service.core.refund_batch import read
from voucher_service.payments.reserved import reserved_account
from voucher_service.store.queries import closings, names, refund_batches
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.batches import BANK, bank_file
from voucher_service.web.operator.desk import (
    DESK,
    FINANCE,
    SEE_MONEY,
    Numbered,
    Why,
    newest,
    numbers,
    who,
)

LATEST_BATCHES = 10


@DESK.page("/refunds", posts=SEE_MONEY, query=Numbered)
def refunds(visit: Visit, query: Numbered) -> Page:
    """Deposits on their way back to funders."""
    page = closings.refunds(visit.session, None, None, newest(query.cursor))
    return Page(
        "operator/refunds.html",
        page=page,
        masked=masked_iban,
        states={row.number: closings.refund_state(row) for row in page.rows},
        funders=names.funders(visit.session, numbers(page.rows, "funder_id")),
        campaigns=names.campaigns(visit.session, numbers(page.rows, "campaign_id")),
        who=who(visit, [row.asked_by for row in page.rows]),
        actor=visit.actor,
        batches=refund_batches.refund_batches(visit.session, newest(None, LATEST_BATCHES)).rows,
        batch_state=refund_batches.refund_batch_state,
    )


@DESK.form("/refunds/<word:number>/approve", posts=FINANCE, again=refunds)
def approve_refund(visit: Visit, number: str) -> See:
    """Find a refund right, as another person than the one who asked for it."""
    refunding.approve(visit.session, number, visit.actor, visit.now)
    return See("/operator/refunds", said="refund_approved")


@DESK.form("/refunds/<word:number>/withdraw", posts=FINANCE, body=Why, again=refunds)
def withdraw_refund(visit: Visit, number: str, given: Why) -> See:
    """Give up a refund that was not sent."""
    refunding.withdraw(visit.session, number, given.reason, visit.now)
    return See("/operator/refunds", said="refund_withdrawn")


@DESK.form("/refund-batches", posts=FINANCE, again=refunds)
def make_refund_batch(visit: Visit) -> See:
    """Freeze the file that sends every approved refund home. Nothing leaves yet."""
    account = reserved_account(visit.services.settings)
    made = refund_batching.make_batch(visit.session, None, account, BANK, visit.actor, visit.now)
    return See(f"/operator/refund-batches/{made.number}", said="batch_made")


@DESK.page("/refund-batches/<word:number>", posts=SEE_MONEY)
def refund_batch(visit: Visit, number: str) -> Page:
    """A file of refunds: whom it pays, and who let it go."""
    row = refund_batches.refund_batch(visit.session, number)
    frozen = read(row.document)
    return Page(
        "operator/refund_batch.html",
        batch=row,
        frozen=frozen,
        at=refund_batches.refund_batch_state(row),
        mine=row.made_by == visit.actor,
        masked=masked_iban,
        funders=names.funders(visit.session, numbers(frozen.payments, "funder")),
        campaigns=names.campaigns(visit.session, numbers(frozen.payments, "campaign")),
        who=who(visit, [row.made_by, row.decided_by]),
    )


@DESK.form("/refund-batches/<word:number>/approve", posts=FINANCE, again=refund_batch)
def approve_refund_batch(visit: Visit, number: str) -> See:
    """Let a file of refunds go to the bank, as another person than the one who made it."""
    refund_batching.approve_batch(visit.session, number, visit.actor, visit.now)
    return See(f"/operator/refund-batches/{number}", said="batch_approved")


@DESK.form("/refund-batches/<word:number>/cancel", posts=FINANCE, body=Why, again=refund_batch)
def cancel_refund_batch(visit: Visit, number: str, given: Why) -> See:
    """Call a file of refunds off before it is approved."""
    refund_batching.cancel_batch(visit.session, number, given.reason, visit.actor, visit.now)
    return See(f"/operator/refund-batches/{number}", said="batch_cancelled")


@DESK.page("/refund-batches/<word:number>/file", posts=FINANCE)
def refund_file(visit: Visit, number: str) -> Response:
    """The bank's file of an approved batch of refunds: the same bytes for ever."""
    row = refund_batches.refund_batch(visit.session, number)
    if refund_batches.refund_batch_state(row) != "approved":
        raise Conflict("not_approved", "A second person must approve this batch first.")
    return bank_file(visit, "refund_file", number, row.file)
