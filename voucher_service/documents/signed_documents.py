"""Documents besides statements as pages and spreadsheets, from their JSON.

The JSON is what was hashed and signed; these are renderings of it, kept as bytes once made. No
figure is computed here: a sum that is not in the document is not shown.
"""

import json
from datetime import date
from typing import Any

from voucher_service.core.attestation import base64url
from voucher_service.core.documents import (
    ATTESTATION,
    CALL_FOR_FUNDS,
    CLOSING_STATEMENT,
    CREDIT_NOTE,
    DEBIT_NOTE,
    REMINDER,
)
from voucher_service.core.invoices import SELF_BILLED
from voucher_service.documents import invoices
from voucher_service.documents.columns import Column, write_csv
from voucher_service.documents.qr_codes import link_code
from voucher_service.documents.statement import readable
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.documents.typesetting import compile_pdf
from voucher_service.store.queries.documents import Document

__all__ = ["CSV", "PDF", "draw"]

COLUMNS = {
    CALL_FOR_FUNDS: (
        Column("order", "Commande", "Order", "text"),
        Column("booklets", "Carnets", "Booklets", "count"),
        Column("passes", "Pass", "Passes", "count"),
        Column("order_cents", "Valeur de la commande (€)", "Value of the order (€)", "cents"),
        Column("weight", "Votre part", "Your weight", "count"),
        Column("weights", "Sur", "Of", "count"),
        Column("share_cents", "Appelé (€)", "Called (€)", "cents"),
    ),
    ATTESTATION: (
        Column("service_at", "Date du service", "Service at", "moment"),
        Column("serial", "Carnet", "Booklet", "text"),
        Column("number", "Pass", "Pass", "count"),
        Column("service", "Service", "Service", "text"),
        Column("cents", "Montant (€)", "Amount (€)", "cents"),
    ),
    REMINDER: (
        Column("what", "Nature", "What", "text"),
        Column("moved_on", "Date", "Date", "text"),
        Column("document", "Pièce", "Document", "text"),
        Column("cents", "Montant (€)", "Amount (€)", "cents"),
    ),
    CLOSING_STATEMENT: (
        Column("id", "N°", "No.", "text"),
        Column("name", "Financeur", "Funder", "text"),
        Column("siret", "SIRET", "SIRET", "text"),
        Column("weight", "Part", "Weight", "count"),
        Column("called_cents", "Appelé (€)", "Called (€)", "cents"),
        Column("received_cents", "Reçu (€)", "Received (€)", "cents"),
        Column("put_in_cents", "Mis en pass (€)", "Put in passes (€)", "cents"),
        Column("borne_cents", "Utilisé (€)", "Used (€)", "cents"),
        Column("credited_cents", "Rendu (€)", "Given back (€)", "cents"),
        Column("credit_note", "Avoir", "Credit note", "text"),
    ),
    CREDIT_NOTE: (
        Column("what", "Objet", "What for", "text"),
        Column("document", "Pièce", "Document", "text"),
        Column("cents", "Montant (€)", "Amount (€)", "cents"),
    ),
    DEBIT_NOTE: (
        Column("decided_on", "Date", "Date", "text"),
        Column("kind", "Nature", "Kind", "text"),
        Column("serial", "Carnet", "Booklet", "text"),
        Column("number", "Pass", "Pass", "text"),
        Column("reason", "Motif", "Reason", "text"),
        Column("cents", "Montant (€)", "Amount (€)", "cents"),
        Column("left_cents", "Reste dû (€)", "Still owed (€)", "cents"),
    ),
}
"""What a call asks, a closing statement's funders, a credit note's lines, the parts of a debt."""

ROWS = {CLOSING_STATEMENT: "funders"}
"""Where the lines of a document stand, if not under ``lines``."""


def draw(document: Document, media_type: str, base_url: str) -> bytes:
    """A document as PDF or CSV; ``base_url`` is where anybody can check it."""
    if document.kind == SELF_BILLED:
        return invoices.draw(document, media_type, base_url)
    facts = json.loads(document.document)
    if media_type == CSV:
        return _csv(document.kind, facts)
    return _pdf(document, facts, f"{base_url}/verify/{document.number}")


def _csv(kind: str, facts: dict[str, Any]) -> bytes:
    return write_csv(COLUMNS[kind], facts[ROWS.get(kind, "lines")])


def _pdf(document: Document, facts: dict[str, Any], address: str) -> bytes:
    """The document on A4, as PDF/A-3b with PDF/UA-1 tags, dated as the document is."""
    path, modules = link_code(address)
    on_paper: dict[str, Any] = {
        "statement": readable(facts),
        "proof": {
            "sha256": document.sha256,
            "signature": base64url(document.signature),
            "kid": document.kid,
            "url": address,
            "path": path,
            "modules": modules,
        },
    }
    return compile_pdf(document.kind, on_paper, date.fromisoformat(facts["issued_on"]))
