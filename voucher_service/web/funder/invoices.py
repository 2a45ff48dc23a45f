"""The operator's own fees to a funder: its invoices and credit notes, apart from all face value."""

from flask import Response

from voucher_service.actions import rendering
from voucher_service.core.errors import NotFound
from voucher_service.core.invoices import FEE_INVOICE
from voucher_service.documents.invoices import CSV, PDF, XML, draw
from voucher_service.store.queries import fees
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, Visit
from voucher_service.web.funder.desk import DESK

MOST = 200
"""Invoices on the page: some a year."""

FORMS = {"json": "application/json", "csv": CSV, "pdf": PDF, "xml": XML}
"""An invoice as it was signed, and as it is drawn; the PDF holds the XML (Factur-X)."""


@DESK.page("/invoices")
def invoices(visit: Visit) -> Page:
    """What this funder was invoiced for the operator's service, and what is left to pay."""
    found = fees.fee_documents(visit.session, visit.own, Window(None, MOST))
    return Page("funder/invoices.html", invoices=found.rows, of_money=FEE_INVOICE)


@DESK.page("/invoices/<word:number>/<word:form>")
def invoice_file(visit: Visit, number: str, form: str) -> Response:
    """An invoice of this funder as a file, drawn once and kept."""
    media_type = FORMS.get(form)
    if media_type is None:
        raise NotFound("not_found", f"Invoices come as {', '.join(FORMS)}.")
    row = fees.fee_document(visit.session, number, visit.own)
    content = row.document if form == "json" else _drawn(visit, row, media_type)
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.{form}"'
    return answer


def _drawn(visit: Visit, row: fees.FeeDocument, media_type: str) -> bytes:
    kept = fees.drawing(visit.session, row.number, media_type)
    if kept is not None:
        return kept
    content = draw(row, media_type, visit.services.settings.base_url)
    with visit.services.writing() as session:
        return rendering.invoice_kept(session, row.number, media_type, content, visit.now)
