"""Files that send deposits home to funders: made by one person, let go by another.

The file for the bank is the only call here that gives whole IBANs.
"""

from flask import Response

from voucher_service.actions import refund_batching
from voucher_service.actions.batching import BankFormat
from voucher_service.actions.identifiers import masked_iban
from voucher_service.api.presenting import items
from voucher_service.api.shapes.closings import RefundBatchIn, RefundBatchOut, RefundPaymentOut
from voucher_service.api.shapes.common import Items, Numbered, Why
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.errors import Conflict
from voucher_service.core.refund_batch import RefundPayment, read
from voucher_service.http.endpoint import Call
from voucher_service.payments import sepa
from voucher_service.payments.reserved import reserved_account
from voucher_service.store.queries import refund_batches
from voucher_service.store.queries.paging import Window

XML = "application/xml"
BANK = BankFormat(sepa.payment_faults, sepa.pain_001)


@API.post("/refund-batches", roles=MONEY, body=RefundBatchIn, answer=RefundBatchOut, status=201)
def make_refund_batch(call: Call, body: RefundBatchIn) -> RefundBatchOut:
    """Freeze the file that sends approved refunds home. Nothing leaves yet."""
    made = refund_batching.make_batch(
        call.session,
        body.refunds,
        reserved_account(call.services.settings),
        BANK,
        call.caller.actor,
        call.services.now(),
    )
    return _shown(call, made.number)


@API.get("/refund-batches", roles=OVERSEERS, query=Numbered, answer=Items[RefundBatchOut])
def refund_batch_list(call: Call, query: Numbered) -> Items[RefundBatchOut]:
    """List refund batches."""
    page = refund_batches.refund_batches(call.session, Window(query.cursor, query.limit))
    return items(page, _batch)


@API.get("/refund-batches/<word:number>", roles=OVERSEERS, answer=RefundBatchOut)
def refund_batch(call: Call, number: str) -> RefundBatchOut:
    """Read a refund batch."""
    return _shown(call, number)


@API.get("/refund-batches/<word:number>.xml", roles=MONEY, media_types=(XML,), problems=(409,))
def refund_file(call: Call, number: str) -> Response:
    """Fetch the bank's file of an approved refund batch: the same bytes for ever."""
    row = refund_batches.refund_batch(call.session, number)
    if refund_batches.refund_batch_state(row) != "approved":
        raise Conflict("not_approved", "A second person must approve this batch first.")
    response = Response(row.file, content_type=XML)
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.xml"'
    return response


@API.post("/refund-batches/<word:number>/approve", roles=MONEY, answer=RefundBatchOut)
def approve_refund_batch(call: Call, number: str) -> RefundBatchOut:
    """Let a refund batch go to the bank, as another person than the one who made it."""
    refund_batching.approve_batch(call.session, number, call.caller.actor, call.services.now())
    return _shown(call, number)


@API.post("/refund-batches/<word:number>/cancel", roles=MONEY, body=Why, answer=RefundBatchOut)
def cancel_refund_batch(call: Call, number: str, body: Why) -> RefundBatchOut:
    """Call a refund batch off before it is approved."""
    now = call.services.now()
    refund_batching.cancel_batch(call.session, number, body.reason, call.caller.actor, now)
    return _shown(call, number)


def _shown(call: Call, number: str) -> RefundBatchOut:
    return _batch(refund_batches.refund_batch(call.session, number))


def _batch(row: refund_batches.RefundBatch) -> RefundBatchOut:
    return RefundBatchOut(
        number=row.number,
        state=refund_batches.refund_batch_state(row),
        execution_day=row.execution_day,
        total_cents=row.total_cents,
        sha256=row.sha256,
        file_sha256=row.file_sha256,
        made_at=row.made_at,
        made_by=row.made_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
        lines=[_payment(item) for item in read(row.document).payments],
    )


def _payment(item: RefundPayment) -> RefundPaymentOut:
    return RefundPaymentOut(
        refund=item.refund,
        campaign=item.campaign,
        funder=item.funder,
        holder=item.account.holder,
        iban_masked=masked_iban(item.account.iban),
        amount_cents=item.cents,
    )
