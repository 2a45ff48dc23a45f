"""Papers of associations: attestations for the régie of public sites, invoices in their name.

The papers themselves are read at ``/documents/{number}``; a self-billed invoice also as XML.
"""

from voucher_service.actions import attesting, self_billing
from voucher_service.actions.tokens import Role
from voucher_service.api.documents import document_out
from voucher_service.api.shapes.billing import (
    AttestationIn,
    MandateIn,
    MandateOut,
    Mandates,
    SelfBilledOut,
)
from voucher_service.api.shapes.common import Why
from voucher_service.api.shapes.documents import DocumentOut
from voucher_service.api.v1 import API, MONEY, OPERATOR, OVERSEERS
from voucher_service.documents.factur_x import words
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import billing, documents, places, statements

ITS_OWN = frozenset({Role.ASSOCIATION})


@API.post(
    "/statements/<word:number>/attestations",
    roles=MONEY | ITS_OWN,
    body=AttestationIn,
    answer=DocumentOut,
    status=201,
)
def attest(call: Call, number: str, body: AttestationIn) -> DocumentOut:
    """Attest a site's uses on a statement, for its régie."""
    mine = call.caller.only(Role.ASSOCIATION)
    statements.statement(call.session, number, statements.Filter(association=mine))
    places.site(call.session, body.site, mine)
    services = call.services
    paper = attesting.attest(call.session, number, body.site, services.signatory, services.now())
    return document_out(documents.document(call.session, paper, documents.Reader()))


@API.post(
    "/associations/<id:association>/billing-mandates",
    roles=OPERATOR,
    body=MandateIn,
    answer=Mandates,
    status=201,
)
def give_mandate(call: Call, association: int, body: MandateIn) -> Mandates:
    """Record an association's written mandate to invoice in its name."""
    mandate = self_billing.Mandate(
        body.signed_on, body.reference, body.contest_days, body.vat_bp, body.vat_number
    )
    now = call.services.now()
    self_billing.give_mandate(call.session, association, mandate, call.caller.actor, now)
    return _mandates(call, association)


@API.get(
    "/associations/<id:association>/billing-mandates", roles=OVERSEERS | ITS_OWN, answer=Mandates
)
def mandates(call: Call, association: int) -> Mandates:
    """List the mandates that an association gave."""
    places.association(call.session, association, call.caller.only(Role.ASSOCIATION))
    return _mandates(call, association)


@API.post("/associations/<id:association>/billing-mandates/end", roles=OPERATOR, answer=Mandates)
def end_mandate(call: Call, association: int) -> Mandates:
    """End the mandate in force."""
    now = call.services.now()
    self_billing.end_mandate(call.session, association, call.caller.actor, now)
    return _mandates(call, association)


def _mandates(call: Call, association: int) -> Mandates:
    return Mandates(
        items=[
            MandateOut(
                association=row.association_id,
                signed_on=row.signed_on,
                reference=row.reference,
                contest_days=row.contest_days,
                vat_bp=row.vat_bp,
                vat_number=row.vat_number,
                recorded_at=row.recorded_at,
                ended_at=row.ended_at,
            )
            for row in billing.mandates(call.session, association)
        ]
    )


@API.post(
    "/statements/<word:number>/self-billed-invoice",
    roles=MONEY,
    answer=SelfBilledOut,
    status=201,
    problems=(404,),
)
def self_bill(call: Call, number: str) -> SelfBilledOut:
    """Invoice a statement's uses in its association's name, under its mandate."""
    services = call.services
    own, label = services.settings.fees, str(words()["self_billed_line"])
    buyer = self_billing.Buyer(services.signatory, own.vat_number or None, label)
    invoice = self_billing.issue(call.session, number, buyer, services.now())
    return _self_billed(call, invoice)


@API.get("/self-billed-invoices/<word:number>", roles=OVERSEERS | ITS_OWN, answer=SelfBilledOut)
def self_billed_invoice(call: Call, number: str) -> SelfBilledOut:
    """Read for which statement an invoice is, and whether it was contested."""
    return _self_billed(call, number)


@API.post(
    "/self-billed-invoices/<word:number>/contest",
    roles=ITS_OWN,
    body=Why,
    answer=SelfBilledOut,
)
def contest_invoice(call: Call, number: str, body: Why) -> SelfBilledOut:
    """Say that an invoice in one's name is wrong, in the time of the mandate."""
    billing.self_billed(call.session, number, call.caller.only(Role.ASSOCIATION))
    now = call.services.now()
    self_billing.contest(call.session, number, body.reason, call.caller.actor, now)
    return _self_billed(call, number)


def _self_billed(call: Call, number: str) -> SelfBilledOut:
    found = billing.self_billed(call.session, number, call.caller.only(Role.ASSOCIATION))
    return SelfBilledOut(
        number=number,
        association=found.document.association_id or 0,
        statement=found.kept.statement_number,
        total_cents=found.document.total_cents,
        contest_until=found.kept.contest_until,
        contested_at=found.kept.contested_at,
        contest_reason=found.kept.contest_reason,
    )
