"""The operator's fees: invoiced, corrected by credit notes, paid on its own account.

Nothing here touches the scheme's ledger, and no document here names face value. An invoice is
never changed: what was wrong is taken back by a credit note, at most to the whole of it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.core import fees, invoices
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import Json
from voucher_service.core.documents import DocumentHeading
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.fees import FeeTerms
from voucher_service.core.invoices import FEE_INVOICE, Corrected, Line, Order, Trader, Vat
from voucher_service.store import fees as books
from voucher_service.store import settlements, tables
from voucher_service.store.once import find, next_number
from voucher_service.store.seals import FEES, head
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Office:
    """Who invoices, on which terms, and who signs."""

    signatory: Signatory
    terms: FeeTerms

    @property
    def seller(self) -> Trader:
        """The operator as its invoices name it."""
        issuer = self.signatory.issuer
        number = self.terms.vat_number
        return Trader(issuer.name, issuer.siret, street=issuer.address, vat_number=number)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An invoice as it would be issued, without its number. Amounts in cents."""

    buyer: Trader
    order: Order
    lines: Sequence[Line]
    vat: Vat

    @property
    def net_cents(self) -> int:
        """Without VAT."""
        return sum(line.net_cents for line in self.lines)

    @property
    def vat_cents(self) -> int:
        """The VAT on the whole, as it is written on the invoice."""
        return self.vat.on(self.net_cents)


def prepare(
    session: Session, funder: int, lines: Sequence[Line], order: Order, office: Office
) -> Prepared:
    """What a funder would be invoiced; refused as the invoice itself would be. Writes nothing."""
    row = find(session, tables.Funder, funder, "funder")
    if not lines:
        raise Invalid("nothing_sold", "An invoice has at least one line.", "lines")
    order = replace(order, service_code=order.service_code or row.service_code)
    _check(row, order, office)
    return Prepared(books.buyer(session, funder), order, lines, office.terms.vat)


def issue_invoice(
    session: Session,
    funder: int,
    lines: Sequence[Line],
    order: Order,
    office: Office,
    now: datetime,
) -> str:
    """Invoice a funder for the operator's service; the invoice's number."""
    ready = prepare(session, funder, lines, order, office)
    heading = _heading(session, fees.INVOICES, office, now)
    document = invoices.invoice(
        heading,
        FEE_INVOICE,
        office.seller,
        ready.buyer,
        ready.order,
        lines,
        office.terms.vat,
        office.terms.pay_to,
    )
    document |= _under_seal(session)
    books.write(session, document, funder, None, frozen(office.signatory, document), now)
    net, vat = _amounts(document)
    entries = fees.invoiced(heading.number, funder, net, vat, heading.issued_on)
    books.post(session, entries, now)
    return heading.number


def _check(funder: tables.Funder, order: Order, office: Office) -> None:
    """Refuse what no platform would take: both parties are found by their SIRET."""
    for missing, reason, sentence in (
        (not office.signatory.issuer.siret, "issuer_siret_missing", "Give our own SIRET first."),
        (not funder.siret, "siret_missing", "Give the funder's SIRET first."),
        (
            funder.needs_service_code and not order.service_code,
            "service_code_missing",
            "This funder insists on a service code.",
        ),
        (
            funder.needs_engagement and not order.engagement_number,
            "engagement_number_missing",
            "This funder insists on an engagement number.",
        ),
    ):
        if missing:
            raise Conflict(reason, sentence)


def _heading(session: Session, series: str, office: Office, now: datetime) -> DocumentHeading:
    today = paris_day(now)
    number = next_number(session, series, today.year)
    return DocumentHeading(number, today, office.signatory.issuer, settlements.head_seal(session))


def _under_seal(session: Session) -> dict[str, Json]:
    """The last seal over these books, which leaves the house on every document of theirs."""
    seal = head(session, FEES)
    return {"fees_seal": {"no": seal[0], "hash": seal[1]} if seal else None}


def _amounts(document: dict[str, Any]) -> tuple[int, int]:
    return document["net_cents"], document["vat_cents"]


def issue_credit_note(
    session: Session, number: str, net_cents: int, reason: str, office: Office, now: datetime
) -> str:
    """Take back part or all of an invoice; the credit note's number. ``net_cents`` without VAT."""
    invoice = _invoice(session, number)
    facts = json.loads(invoice.document)
    net_before, vat_before = books.credited(session, number)
    if not 0 < net_cents <= invoice.net_cents - net_before:
        left = invoice.net_cents - net_before
        raise Invalid("too_much", f"At most {left} cents are left of it.", "net_cents")
    vat = Vat(facts["vat"]["category"], facts["vat"]["rate_bp"])
    # On the sum of all notes, so that they never take back more tax than was asked.
    tax = vat.on(net_before + net_cents) - vat_before
    heading = _heading(session, fees.CREDIT_NOTES, office, now)
    buyer = facts["buyer"]
    document = invoices.credit_note(
        heading,
        office.seller,
        books.buyer(session, invoice.funder_id),
        Order(buyer["engagement_number"], buyer["service_code"], facts["subject"]),
        Corrected(number, paris_day(invoice.issued_at)),
        reason,
        (net_cents, tax),
        vat,
    )
    document |= _under_seal(session)
    proof = frozen(office.signatory, document)
    books.write(session, document, invoice.funder_id, number, proof, now)
    entries = fees.credited(heading.number, invoice.funder_id, net_cents, tax, heading.issued_on)
    books.post(session, entries, now)
    return heading.number


def _invoice(session: Session, number: str) -> tables.FeeDocument:
    """An invoice, held until the transaction ends."""
    row = find(session, tables.FeeDocument, number, "invoice")
    if row.kind != FEE_INVOICE:
        raise Conflict("not_an_invoice", "Only an invoice is paid or corrected.")
    books.lock_invoice(session, number)
    return row


def record_payment(
    session: Session, number: str, cents: int, received_on: date, reference: str, now: datetime
) -> int:
    """A funder paid an invoice on the operator's own account; the payment's number."""
    invoice = _invoice(session, number)
    if books.payment_with(session, number, reference):
        raise Conflict("payment_known", "A payment with this reference is recorded already.")
    left = invoice.total_cents - sum(books.credited(session, number)) - books.paid(session, number)
    if cents > left:
        raise Invalid("too_much", f"At most {max(left, 0)} cents are left of it.", "amount_cents")
    payment = books.record_payment(session, number, cents, received_on, reference, now)
    books.post(session, [fees.paid(payment, number, invoice.funder_id, cents, received_on)], now)
    return payment
