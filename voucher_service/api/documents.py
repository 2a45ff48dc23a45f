"""Calls for funds, credit notes and the like: read exactly as they were signed, or drawn."""

from flask import Response

from voucher_service.actions import noting, rendering
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import MEDIA, items, signed_or_drawn
from voucher_service.api.shapes.common import Items, Numbered
from voucher_service.api.shapes.documents import DebitNoteIn, DocumentOut
from voucher_service.api.shapes.settlement import SignatureOut
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.attestation import base64url
from voucher_service.core.debts import NoteRule
from voucher_service.core.invoices import SELF_BILLED
from voucher_service.documents.invoices import XML
from voucher_service.documents.signed_documents import draw
from voucher_service.http.endpoint import Call
from voucher_service.payments.reserved import pay_to
from voucher_service.store.queries import documents, places, scheme
from voucher_service.store.queries.paging import Window

READERS = OVERSEERS | {Role.FUNDER, Role.ASSOCIATION}
FORMS = (*MEDIA, XML)


def _mine(call: Call) -> documents.Reader:
    return documents.Reader(call.caller.only(Role.FUNDER), call.caller.only(Role.ASSOCIATION))


@API.get(
    "/campaigns/<id:campaign>/documents",
    roles=OVERSEERS | {Role.FUNDER},
    query=Numbered,
    answer=Items[DocumentOut],
)
def campaign_documents(call: Call, campaign: int, query: Numbered) -> Items[DocumentOut]:
    """List a campaign's papers besides statements: calls for funds, reminders, those of its end."""
    scheme.campaign(call.session, campaign, call.caller.only(Role.FUNDER))
    window = Window(query.cursor, query.limit)
    page = documents.documents(call.session, _mine(call), window, campaign=campaign)
    return items(page, document_out)


@API.get(
    "/associations/<id:association>/documents",
    roles=OVERSEERS | {Role.ASSOCIATION},
    query=Numbered,
    answer=Items[DocumentOut],
)
def association_documents(call: Call, association: int, query: Numbered) -> Items[DocumentOut]:
    """List an association's papers besides statements: notes of debt, attestations, invoices."""
    places.association(call.session, association, call.caller.only(Role.ASSOCIATION))
    window = Window(query.cursor, query.limit)
    page = documents.documents(call.session, _mine(call), window, association=association)
    return items(page, document_out)


def document_out(row: documents.Document) -> DocumentOut:
    """A document's facts."""
    facts = {
        "number": row.number,
        "kind": row.kind,
        "campaign": row.campaign_id,
        "funder": row.funder_id,
        "association": row.association_id,
        "total_cents": row.total_cents,
        "sha256": row.sha256,
        "issued_at": row.issued_at,
    }
    return DocumentOut.model_validate(facts)


@API.get("/documents/<word:number>", roles=READERS, media_types=FORMS, problems=(406,))
def document(call: Call, number: str) -> Response:
    """Read a document as it was signed, or drawn as CSV or PDF, an invoice as XML: see Accept."""
    row = documents.document(call.session, number, _mine(call))
    forms = FORMS if row.kind == SELF_BILLED else MEDIA
    return signed_or_drawn(row.document, lambda form: _drawn(call, row, form), forms)


def _drawn(call: Call, row: documents.Document, media_type: str) -> bytes:
    """The drawing that was kept; if none was yet, it is made and kept."""
    kept = documents.drawing(call.session, row.number, media_type)
    if kept is not None:
        return kept
    content = draw(row, media_type, call.services.settings.base_url)
    with call.services.writing() as session:
        return rendering.kept(session, row.number, media_type, content, call.services.now())


@API.get("/documents/<word:number>/signature", roles=READERS, answer=SignatureOut)
def document_signature(call: Call, number: str) -> SignatureOut:
    """Read what proves a document."""
    row = documents.document(call.session, number, _mine(call))
    return SignatureOut(
        number=row.number, sha256=row.sha256, kid=row.kid, signature=base64url(row.signature)
    )


@API.post(
    "/associations/<id:association>/debit-notes",
    roles=MONEY,
    body=DebitNoteIn,
    answer=DocumentOut,
    status=201,
)
def issue_debit_note(call: Call, association: int, body: DebitNoteIn) -> DocumentOut:
    """Ask an association for what it owes back, once that is much or old."""
    services, settings = call.services, call.services.settings
    number = noting.issue_debit_note(
        call.session,
        association,
        body.campaign,
        NoteRule(settings.note_from_cents, settings.note_from_days),
        pay_to(settings),
        services.signatory,
        services.now(),
    )
    return document_out(documents.document(call.session, number, _mine(call)))
