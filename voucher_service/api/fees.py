"""The operator's own fees: invoices, credit notes, payments. Never the ring-fenced money.

An invoice is read as it was signed, or as Factur-X (PDF with the XML inside), XML or CSV.
"""

from flask import Response

from voucher_service.actions import invoicing, rendering
from voucher_service.actions.invoicing import Office
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import MEDIA, items, signed_or_drawn
from voucher_service.api.shapes.common import Items
from voucher_service.api.shapes.fees import (
    FeeBalance,
    FeeBalances,
    FeeCreditNoteIn,
    FeeDocumentOut,
    FeeInvoiceIn,
    FeePaymentIn,
    FeesIn,
)
from voucher_service.api.shapes.settlement import SignatureOut
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.attestation import base64url
from voucher_service.core.invoices import Line, Order
from voucher_service.documents.invoices import XML, draw
from voucher_service.http.endpoint import Call
from voucher_service.payments.own_account import fee_terms
from voucher_service.store.queries import fees
from voucher_service.store.queries.paging import Window

READERS = OVERSEERS | {Role.FUNDER}
FORMS = (*MEDIA, XML)


def _office(call: Call) -> Office:
    """Who invoices and on which terms; refused without an account apart from the ring-fenced."""
    return Office(call.services.signatory, fee_terms(call.services.settings))


def _shown(call: Call, number: str) -> FeeDocumentOut:
    return _out(fees.fee_standing(call.session, number, call.caller.only(Role.FUNDER)))


def _out(standing: fees.FeeStanding) -> FeeDocumentOut:
    row = standing.row
    facts = {
        "number": row.number,
        "kind": row.kind,
        "funder": row.funder_id,
        "corrects": row.corrects,
        "net_cents": row.net_cents,
        "vat_cents": row.vat_cents,
        "total_cents": row.total_cents,
        "credited_cents": standing.credited,
        "paid_cents": standing.paid,
        "left_cents": standing.left,
        "sha256": row.sha256,
        "issued_at": row.issued_at,
    }
    return FeeDocumentOut.model_validate(facts)


@API.post(
    "/fee-invoices",
    roles=MONEY,
    body=FeeInvoiceIn,
    answer=FeeDocumentOut,
    status=201,
    problems=(404,),
)
def issue_fee_invoice(call: Call, body: FeeInvoiceIn) -> FeeDocumentOut:
    """Invoice a funder for the operator's service."""
    lines = [Line(line.label, line.quantity, line.unit_cents) for line in body.lines]
    order = Order(body.engagement_number, body.service_code, body.subject, body.supplied_on)
    number = invoicing.issue_invoice(
        call.session, body.funder, lines, order, _office(call), call.services.now()
    )
    return _shown(call, number)


@API.get("/fee-invoices", roles=READERS, query=FeesIn, answer=Items[FeeDocumentOut])
def fee_invoices(call: Call, query: FeesIn) -> Items[FeeDocumentOut]:
    """List fee invoices and credit notes."""
    funder = call.caller.only(Role.FUNDER) or query.funder
    window = Window(query.cursor, query.limit)
    return items(fees.fee_documents(call.session, funder, window), _out)


@API.get("/fee-invoices/<word:number>", roles=READERS, media_types=FORMS, problems=(406,))
def fee_invoice(call: Call, number: str) -> Response:
    """Read an invoice as it was signed, or as CSV, PDF (Factur-X) or its XML: see Accept."""
    row = fees.fee_document(call.session, number, call.caller.only(Role.FUNDER))
    return signed_or_drawn(row.document, lambda form: _drawn(call, row, form), FORMS)


def _drawn(call: Call, row: fees.FeeDocument, media_type: str) -> bytes:
    """The drawing that was kept; if none was yet, it is made and kept."""
    kept = fees.drawing(call.session, row.number, media_type)
    if kept is not None:
        return kept
    content = draw(row, media_type, call.services.settings.base_url)
    with call.services.writing() as session:
        now = call.services.now()
        return rendering.invoice_kept(session, row.number, media_type, content, now)


@API.get("/fee-invoices/<word:number>/standing", roles=READERS, answer=FeeDocumentOut)
def fee_standing(call: Call, number: str) -> FeeDocumentOut:
    """Read what was paid of an invoice and what is left."""
    return _shown(call, number)


@API.get("/fee-invoices/<word:number>/signature", roles=READERS, answer=SignatureOut)
def fee_signature(call: Call, number: str) -> SignatureOut:
    """Read what proves an invoice."""
    row = fees.fee_document(call.session, number, call.caller.only(Role.FUNDER))
    return SignatureOut(
        number=row.number, sha256=row.sha256, kid=row.kid, signature=base64url(row.signature)
    )


@API.post(
    "/fee-invoices/<word:number>/credit-notes",
    roles=MONEY,
    body=FeeCreditNoteIn,
    answer=FeeDocumentOut,
    status=201,
)
def credit_fee_invoice(call: Call, number: str, body: FeeCreditNoteIn) -> FeeDocumentOut:
    """Take back part or all of an invoice."""
    note = invoicing.issue_credit_note(
        call.session, number, body.net_cents, body.reason, _office(call), call.services.now()
    )
    return _shown(call, note)


@API.post(
    "/fee-invoices/<word:number>/payments",
    roles=MONEY,
    body=FeePaymentIn,
    answer=FeeDocumentOut,
    status=201,
)
def pay_fee_invoice(call: Call, number: str, body: FeePaymentIn) -> FeeDocumentOut:
    """Record money that came for an invoice on the operator's own account."""
    invoicing.record_payment(
        call.session,
        number,
        body.amount_cents,
        body.received_on,
        body.reference,
        call.services.now(),
    )
    return _shown(call, number)


@API.get("/fee-books/balances", roles=OVERSEERS, answer=FeeBalances)
def fee_balances(call: Call) -> FeeBalances:
    """Read the operator's own books, apart from the scheme's."""
    found = fees.fee_balances(call.session)
    return FeeBalances(items=[FeeBalance(account=name, cents=cents) for name, cents in found])
