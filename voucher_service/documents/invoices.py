"""Invoices and their credit notes as pages, spreadsheets and Factur-X, from their JSON.

The JSON is what was hashed and signed; these are renderings of it, kept as bytes once made.
"""

import json
from datetime import date
from typing import Any, Protocol

from voucher_service.core.attestation import base64url
from voucher_service.documents import factur_x
from voucher_service.documents.columns import Column, write_csv
from voucher_service.documents.qr_codes import link_code
from voucher_service.documents.statement import readable
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.documents.typesetting import compile_pdf

XML = "application/xml"

__all__ = ["CSV", "PDF", "XML", "draw"]

COLUMNS = (
    Column("label", "Désignation", "Description", "text"),
    Column("quantity", "Quantité", "Quantity", "count"),
    Column("unit_cents", "Prix unitaire HT (€)", "Unit price (€)", "cents"),
    Column("net_cents", "Montant HT (€)", "Net amount (€)", "cents"),
)


class Invoice(Protocol):
    """A frozen invoice, whichever books hold it."""

    number: Any
    document: Any
    sha256: Any
    signature: Any
    kid: Any


def draw(invoice: Invoice, media_type: str, base_url: str) -> bytes:
    """An invoice as PDF, CSV or XML; ``base_url`` is where anybody can check it.

    The PDF holds the XML where the extra ``invoices`` is installed. Raises ``Invalid`` for an
    invoice that breaks a rule of the standard.
    """
    facts = json.loads(invoice.document)
    if media_type == CSV:
        return write_csv(COLUMNS, facts["lines"])
    if media_type == XML:
        return factur_x.xml_of(facts)
    page = _page(invoice, facts, f"{base_url}/verify/{invoice.number}")
    if not factur_x.is_installed():
        return page
    return factur_x.embedded(page, factur_x.xml_of(facts), invoice.number, facts["seller"]["name"])


def _page(invoice: Invoice, facts: dict[str, Any], address: str) -> bytes:
    path, modules = link_code(address)
    on_paper: dict[str, Any] = {
        "statement": readable(facts | {"issuer": facts["seller"]}),
        "words": dict(factur_x.words()),
        "proof": {
            "sha256": invoice.sha256,
            "signature": base64url(invoice.signature),
            "kid": invoice.kid,
            "url": address,
            "path": path,
            "modules": modules,
        },
    }
    return compile_pdf("invoice", on_paper, date.fromisoformat(facts["issued_on"]))
