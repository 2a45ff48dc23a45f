"""Invoices and credit notes as documents: who sells what to whom, with what VAT. Whole cents.

Two families, which never meet on one document: the operator's fees to funders (``core.fees``), and
the invoice that an association has made in its name for what it was paid (self-billing). The face
value of passes is invoiced by nobody: a call for funds asks for it (``core.calls``), for EN 16931
knows no invoice that is outside VAT in one line and taxed in another (rules BR-O-11 and BR-O-12).
Type codes are those of UNTDID 1001: 380 invoice, 381 credit note, 389 self-billed invoice; a debit
note (383) is not accepted in France (BR-FR-04). Builds plain values; signs nothing, reads nothing.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from voucher_service.core.canonical import Json
from voucher_service.core.documents import DocumentHeading, PayTo, pay_to_part
from voucher_service.core.errors import Invalid
from voucher_service.core.references import creditor_reference

FORMAT = "pass-numerique-invoice/1"

FEE_INVOICE, FEE_CREDIT_NOTE = "fee_invoice", "fee_credit_note"
SELF_BILLED = "self_billed_invoice"

TYPE_CODES = {FEE_INVOICE: "380", FEE_CREDIT_NOTE: "381", SELF_BILLED: "389"}

PAY_WITHIN_DAYS = 30

STANDARD, EXEMPT = "S", "E"
"""Categories of VAT (UNTDID 5305): taxed at a rate; exempt, for a reason."""

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Trader:
    """A seller or a buyer, as an invoice must name it.

    ``vat_number`` only if it has one; whoever sells exempt without one is known by its SIREN as a
    tax registration (rule BR-E-02).
    """

    name: str
    siret: str | None
    street: str | None = None
    postcode: str | None = None
    town: str | None = None
    vat_number: str | None = None
    rna: str | None = None


@dataclass(frozen=True, slots=True)
class Vat:
    """How lines are taxed: a category and a rate in hundredths of a percent."""

    category: str
    rate_bp: int

    def __post_init__(self) -> None:
        taxed = self.category == STANDARD
        if self.category not in {STANDARD, EXEMPT} or taxed != (self.rate_bp > 0):
            raise Invalid("bad_vat", "VAT is a rate above zero, or an exemption without one.")

    def on(self, net_cents: int) -> int:
        """The tax on an amount without it, rounded to the nearest cent."""
        return (net_cents * self.rate_bp + WHOLE_BP // 2) // WHOLE_BP

    def within(self, gross_cents: int) -> int:
        """What is left of an amount without the tax that it includes."""
        return (gross_cents * WHOLE_BP + (WHOLE_BP + self.rate_bp) // 2) // (
            WHOLE_BP + self.rate_bp
        )


@dataclass(frozen=True, slots=True)
class Line:
    """Something sold: so many, at so much each without VAT."""

    label: str
    quantity: int
    unit_cents: int

    def __post_init__(self) -> None:
        for value in (self.quantity, self.unit_cents):
            if type(value) is not int or value <= 0:  # True and 1.0 are no quantities
                raise Invalid("bad_line", "A line has a positive quantity and price.", "lines")

    @property
    def net_cents(self) -> int:
        """Without VAT."""
        return self.quantity * self.unit_cents


@dataclass(frozen=True, slots=True)
class Order:
    """What a public buyer finds the invoice by (Chorus Pro), and what it is about."""

    engagement_number: str | None = None
    service_code: str | None = None
    subject: str | None = None
    supplied_on: date | None = None
    """The day of the service, where it is not that of the invoice."""


def due_on(issued_on: date) -> date:
    """The last day to pay an invoice."""
    return issued_on + timedelta(days=PAY_WITHIN_DAYS)


@dataclass(frozen=True, slots=True)
class Corrected:
    """The invoice that a credit note takes back from."""

    number: str
    issued_on: date


def invoice(
    heading: DocumentHeading,
    kind: str,
    seller: Trader,
    buyer: Trader,
    order: Order,
    lines: Sequence[Line],
    vat: Vat,
    pay_to: PayTo | None,
) -> dict[str, Json]:
    """What a buyer owes for some lines. ``pay_to`` is empty where it was paid otherwise."""
    net = sum(line.net_cents for line in lines)
    return _opened(heading, kind, seller, buyer, order) | {
        "lines": [asdict(line) | {"net_cents": line.net_cents} for line in lines],
        "vat": asdict(vat),
        "net_cents": net,
        "vat_cents": vat.on(net),
        "total_cents": net + vat.on(net),
        "due_on": (due_on(heading.issued_on) if pay_to else heading.issued_on).isoformat(),
        "pay_to": pay_to_part(pay_to) if pay_to else None,
        "reference": creditor_reference(heading.number),
        "corrects": None,
    }


def credit_note(
    heading: DocumentHeading,
    seller: Trader,
    buyer: Trader,
    order: Order,
    corrected: Corrected,
    label: str,
    amounts: tuple[int, int],
    vat: Vat,
) -> dict[str, Json]:
    """What is taken back from an invoice; ``amounts``: (without VAT, VAT), both positive."""
    net, tax = amounts
    line = Line(label, 1, net)
    return _opened(heading, FEE_CREDIT_NOTE, seller, buyer, order) | {
        "lines": [asdict(line) | {"net_cents": net}],
        "vat": asdict(vat),
        "net_cents": net,
        "vat_cents": tax,
        "total_cents": net + tax,
        "due_on": heading.issued_on.isoformat(),
        "pay_to": None,
        "reference": creditor_reference(corrected.number),
        "corrects": {"number": corrected.number, "issued_on": corrected.issued_on.isoformat()},
    }


def _opened(
    heading: DocumentHeading, kind: str, seller: Trader, buyer: Trader, order: Order
) -> dict[str, Json]:
    seal = heading.seal
    return {
        "format": FORMAT,
        "kind": kind,
        "type_code": TYPE_CODES[kind],
        "number": heading.number,
        "issued_on": heading.issued_on.isoformat(),
        "supplied_on": (order.supplied_on or heading.issued_on).isoformat(),
        "seller": asdict(seller),
        "buyer": asdict(buyer)
        | {"engagement_number": order.engagement_number, "service_code": order.service_code},
        "subject": order.subject,
        "seal": {"no": seal[0], "hash": seal[1]} if seal else None,
    }
