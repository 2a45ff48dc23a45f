"""Signed papers at the desks: as they were signed, or drawn once and kept. Who may is not asked."""

from collections.abc import Callable, Mapping

from flask import Response, abort

from voucher_service.actions import rendering
from voucher_service.documents import invoices, signed_documents, statement_files
from voucher_service.store.queries import documents, fees, statements
from voucher_service.web.desks import Visit

JSON, CSV, PDF = "application/json", statement_files.CSV, statement_files.PDF
FORMS = {"json": JSON, "csv": CSV, "pdf": PDF}
"""The last word of an address, and the media type that it means."""

OF_FEES = FORMS | {"xml": invoices.XML}
"""A fee invoice comes as Factur-X: the PDF holds the XML."""


def statement_paper(visit: Visit, row: statements.Statement, form: str) -> Response:
    """A statement in one of the forms."""

    def draw(media_type: str) -> bytes:
        kept = statements.rendering(visit.session, row.number, media_type)
        if kept is not None:
            return kept

        def render() -> bytes:
            return statement_files.draw(row, media_type, visit.services.settings.base_url)

        with visit.services.writing() as session:
            return rendering.rendered(session, row.number, media_type, render, visit.now)

    return _paper(row.number, row.document, form, draw)


def document_paper(visit: Visit, row: documents.Document, form: str) -> Response:
    """A closing statement, a credit note or a note of debt in one of the forms."""

    def draw(media_type: str) -> bytes:
        kept = documents.drawing(visit.session, row.number, media_type)
        if kept is not None:
            return kept
        content = signed_documents.draw(row, media_type, visit.services.settings.base_url)
        with visit.services.writing() as session:
            return rendering.kept(session, row.number, media_type, content, visit.now)

    return _paper(row.number, row.document, form, draw)


def fee_paper(visit: Visit, row: fees.FeeDocument, form: str) -> Response:
    """A fee invoice or its credit note in one of the forms."""

    def draw(media_type: str) -> bytes:
        kept = fees.drawing(visit.session, row.number, media_type)
        if kept is not None:
            return kept
        content = invoices.draw(row, media_type, visit.services.settings.base_url)
        with visit.services.writing() as session:
            return rendering.invoice_kept(session, row.number, media_type, content, visit.now)

    return _paper(row.number, row.document, form, draw, OF_FEES)


def _paper(
    number: str,
    signed: bytes,
    form: str,
    draw: Callable[[str], bytes],
    forms: Mapping[str, str] = FORMS,
) -> Response:
    media_type = forms.get(form) or abort(404)
    content = signed if media_type == JSON else draw(media_type)
    response = Response(content, content_type=media_type)
    shown = "inline" if media_type == PDF else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{number}.{form}"'
    return response
