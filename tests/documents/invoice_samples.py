"""Invoices whose sums are right: fees taxed and exempt, a credit note, a self-billed one."""

from datetime import date
from typing import Any

from tests.documents.signed_samples import heading
from tests.support.cast import OPERATOR, STATEMENT_KEY
from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.core.documents import PayTo
from voucher_service.core.invoices import (
    EXEMPT,
    FEE_INVOICE,
    SELF_BILLED,
    STANDARD,
    Corrected,
    Line,
    Order,
    Trader,
    Vat,
    credit_note,
    invoice,
)
from voucher_service.store import tables

SELLER = Trader("Opérateur", "43493312300029", "1 rue du Port", "44000", "Nantes", "FR32434933123")
UNTAXED = Trader("Opérateur", "43493312300029", "1 rue du Port", "44000", "Nantes")
METROPOLE = Trader(
    "Nantes Métropole", "24440040400129", "2 cours du Champ-de-Mars", "44000", "Nantes"
)
PING = Trader("PiNG", "52380911300012", rna="W442001234")
OWN_ACCOUNT = PayTo("FR7630004000031234567890143", "BNPAFRPP", "Opérateur")
FEES = [Line("Frais de gestion, 4 % de la valeur faciale", 1, 400_000), Line("Envoi", 3, 1_250)]
ENGAGED = Order("ENG-2022-118", "DGNUM", "Pass numérique Nantes")
TAXED, UNTAXED_VAT = Vat(STANDARD, 2_000), Vat(EXEMPT, 0)


def taxed() -> dict[str, Any]:
    head = heading("FS-2022-000001")
    return invoice(head, FEE_INVOICE, SELLER, METROPOLE, ENGAGED, FEES, TAXED, OWN_ACCOUNT)


def exempt() -> dict[str, Any]:
    head = heading("FS-2022-000002")
    order = Order()
    return invoice(head, FEE_INVOICE, UNTAXED, METROPOLE, order, FEES, UNTAXED_VAT, OWN_ACCOUNT)


def credited() -> dict[str, Any]:
    corrected = Corrected("FS-2022-000001", date(2022, 2, 1))
    amounts = (100_000, 20_000)
    head = heading("AS-2022-000001")
    return credit_note(head, SELLER, METROPOLE, ENGAGED, corrected, "Remise", amounts, TAXED)


def self_billed() -> dict[str, Any]:
    head = heading("FA7-2022-000001")
    lines = [Line("Prestations réglées en pass", 12, 1_000)]
    return invoice(head, SELF_BILLED, PING, UNTAXED, Order(), lines, UNTAXED_VAT, None)


def row(document: dict[str, Any]) -> tables.FeeDocument:
    """An invoice as the store holds it."""
    names = ("number", "kind", "net_cents", "vat_cents", "total_cents")
    return tables.FeeDocument(
        **{name: document[name] for name in names},
        **frozen(Signatory(OPERATOR, STATEMENT_KEY), document),
    )
