"""The operator's own fees to a funder: its invoices and credit notes, apart from all face value."""

from flask import Response

from voucher_service.core.campaign import paris_day
from voucher_service.core.invoices import FEE_INVOICE
from voucher_service.store.queries import fees
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, Visit
from voucher_service.web.funder.desk import DESK
from voucher_service.web.papers import fee_paper

MOST = 200
"""Invoices on the page: some a year."""


@DESK.page("/invoices")
def invoices(visit: Visit) -> Page:
    """What this funder was invoiced for the operator's service, and what is left to pay."""
    found = fees.fee_documents(visit.session, visit.own, Window(None, MOST, newest_first=True))
    return Page(
        "funder/invoices.html",
        invoices=found.rows,
        of_money=FEE_INVOICE,
        today=paris_day(visit.now),
    )


@DESK.page("/invoices/<word:number>/<any(json,csv,pdf,xml):form>")
def invoice_file(visit: Visit, number: str, form: str) -> Response:
    """An invoice of this funder as a file, drawn once and kept."""
    return fee_paper(visit, fees.fee_document(visit.session, number, visit.own), form)
