"""The operator's own fees: invoices to funders, what came for them, what is taken back, the books.

Apart from all face value: these pages read no account of the scheme, and no paper of theirs names
one. Nothing here is ever changed: what was wrong is taken back by a credit note.
"""

from datetime import date
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from voucher_service.actions import invoicing
from voucher_service.actions.invoicing import Office
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.invoices import FEE_INVOICE, STANDARD, Line, Order, due_on
from voucher_service.http.body import Body
from voucher_service.http.fields import Day, Id, Text, Word
from voucher_service.payments.own_account import fee_terms
from voucher_service.store.queries import fees, names, scheme
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.forms import Euros
from voucher_service.web.operator.desk import DESK, FINANCE, SEE_MONEY, newest, numbers
from voucher_service.web.papers import fee_paper

LINES = 4
"""Lines that the form takes; the API takes two hundred."""

MOST_CHOICES = 500

Label = Annotated[Text, Field(max_length=200)]
Quantity = Annotated[int, Field(ge=1, le=10_000)]
UnitPrice = Annotated[Euros, Field(le=10**9)]


class InvoicesIn(Body):
    """Which invoices: all, or those that are not paid."""

    state: Literal["any", "unpaid"] = "any"
    cursor: Word | None = None


class InvoiceIn(Body):
    """A fee invoice to be: who pays, what for, and what its platform finds it by."""

    funder: Id
    campaign: Id | None = None
    subject: Text | None = None
    supplied_on: Day | None = None
    engagement_number: Text | None = None
    service_code: Text | None = None
    label_1: Label | None = None
    quantity_1: Quantity | None = None
    price_1: UnitPrice | None = None
    label_2: Label | None = None
    quantity_2: Quantity | None = None
    price_2: UnitPrice | None = None
    label_3: Label | None = None
    quantity_3: Quantity | None = None
    price_3: UnitPrice | None = None
    label_4: Label | None = None
    quantity_4: Quantity | None = None
    price_4: UnitPrice | None = None

    def lines(self) -> list[Line]:
        """What is sold; a line with words but no price, or the reverse, is refused."""
        found = []
        for n in range(1, LINES + 1):
            label, price = getattr(self, f"label_{n}"), getattr(self, f"price_{n}")
            if (label is None) != (price is None):
                missing = f"label_{n}" if label is None else f"price_{n}"
                raise Invalid("line_incomplete", "Fill in the whole line.", missing)
            if label is not None:
                found.append(Line(label, getattr(self, f"quantity_{n}") or 1, price))
        if not found:
            raise Invalid("nothing_sold", "An invoice has at least one line.", "label_1")
        return found

    def typed(self) -> dict[str, str]:
        """The same as it is typed: prices in euros, and nothing for what was left empty."""
        given = self.model_dump(exclude_none=True)
        return {
            name: f"{value // 100},{value % 100:02d}" if name.startswith("price") else str(value)
            for name, value in given.items()
        }


class PaymentIn(Body):
    """Money that came for an invoice on the operator's own account."""

    amount_cents: Euros
    received_on: Day
    reference: Text


class CreditIn(Body):
    """What is taken back of an invoice, without VAT, and why: the funder reads it."""

    net_cents: Euros
    reason: Text


@DESK.page("/fees", posts=SEE_MONEY, query=InvoicesIn)
def fee_invoices(visit: Visit, query: InvoicesIn) -> Page:
    """Fee invoices, the newest first, and how far each has come."""
    unpaid = query.state == "unpaid"
    page = fees.fee_invoices(visit.session, newest(query.cursor), unpaid=unpaid)
    return Page(
        "operator/fees.html",
        page=page,
        query=query,
        today=paris_day(visit.now),
        funders=names.funders(visit.session, numbers([one.row for one in page.rows], "funder_id")),
        refusal=_refusal(visit),
    )


def _refusal(visit: Visit) -> str | None:
    """Why this house cannot invoice its fees yet; nothing when it can."""
    try:
        fee_terms(visit.services.settings)
    except Conflict as refusal:
        return refusal.reason
    return None if visit.services.settings.issuer_siret else "issuer_siret_missing"


def _office(visit: Visit) -> Office:
    return Office(visit.services.signatory, fee_terms(visit.services.settings))


@DESK.page("/fees/new", posts=FINANCE)
def new_fee_invoice(visit: Visit) -> Page:
    """The form of a fee invoice."""
    return Page("operator/fee_new.html", refusal=_refusal(visit), **_choices(visit))


def _choices(visit: Visit) -> dict[str, Any]:
    """What the form offers: who pays, which campaign, how many lines."""
    funders = scheme.funders(visit.session, None, Window(None, MOST_CHOICES)).rows
    campaigns = scheme.campaigns(visit.session, None, newest(None, MOST_CHOICES)).rows
    return {
        "funders": [(row.id, row.name) for row in funders],
        "campaigns": [(row.id, row.name) for row in campaigns],
        "lines": range(1, LINES + 1),
    }


@DESK.form("/fees/new", posts=FINANCE, body=InvoiceIn, again=new_fee_invoice)
def preview_fee_invoice(visit: Visit, given: InvoiceIn) -> Page:
    """The invoice as it would be, to be read once more: nothing is numbered yet."""
    office, order = _office(visit), _order(visit, given)
    ready = invoicing.prepare(visit.session, given.funder, given.lines(), order, office)
    return Page(
        "operator/fee_preview.html",
        ready=ready,
        sent=given.typed(),
        supplied_on=order.supplied_on or paris_day(visit.now),
        pay_to=office.terms.pay_to,
        taxed=ready.vat.category == STANDARD,
        due_on=due_on(paris_day(visit.now)),
        **_choices(visit),
    )


def _order(visit: Visit, given: InvoiceIn) -> Order:
    """What the invoice is about: the subject that was typed, else the name of its campaign."""
    subject = given.subject
    if given.campaign is not None and subject is None:
        subject = scheme.campaign(visit.session, given.campaign, None).name
    return Order(given.engagement_number, given.service_code, subject, given.supplied_on)


@DESK.form("/fees", posts=FINANCE, body=InvoiceIn, again=new_fee_invoice)
def issue_fee_invoice(visit: Visit, given: InvoiceIn) -> See:
    """Issue a fee invoice: it takes its number and is never changed."""
    number = invoicing.issue_invoice(
        visit.session, given.funder, given.lines(), _order(visit, given), _office(visit), visit.now
    )
    return See(f"/operator/fees/{number}", said="fee_issued", number=number)


@DESK.page("/fees/books", posts=SEE_MONEY)
def fee_books(visit: Visit) -> Page:
    """The accounts of these books, and the chain of seals over them."""
    balances = fees.fee_balances(visit.session)
    owing = [int(name.rpartition(":")[2]) for name, _ in balances if ":funder:" in name]
    return Page(
        "operator/fee_books.html",
        balances=balances,
        funders=names.funders(visit.session, owing),
        seal=fees.last_seal(visit.session),
        unsealed=fees.unsealed(visit.session),
    )


@DESK.page("/fees/<word:number>", posts=SEE_MONEY)
def fee_invoice(visit: Visit, number: str) -> Page | See:
    """An invoice as it stands; a credit note is shown with the invoice that it takes back from."""
    standing = fees.fee_standing(visit.session, number, None)
    row = standing.row
    if row.kind != FEE_INVOICE:
        return See(f"/operator/fees/{row.corrects}")
    notes = fees.credit_notes(visit.session, number)
    return Page(
        "operator/fee_invoice.html",
        one=standing,
        facts_of=standing.facts,
        state=standing.state(paris_day(visit.now)),
        supplied_on=date.fromisoformat(standing.facts["supplied_on"]),
        taxed=standing.facts["vat"]["category"] == STANDARD,
        payments=fees.fee_payments(visit.session, number),
        notes=[(note, fees.credit_reason(note)) for note in notes],
        net_left=row.net_cents - sum(note.net_cents for note in notes),
    )


@DESK.page("/fees/<word:number>/<any(json,csv,pdf,xml):form>", posts=SEE_MONEY)
def fee_file(visit: Visit, number: str, form: str) -> Response:
    """An invoice or a credit note as a file, drawn once and kept."""
    return fee_paper(visit, fees.fee_document(visit.session, number, None), form)


@DESK.form("/fees/<word:number>/payments", posts=FINANCE, body=PaymentIn, again=fee_invoice)
def record_fee_payment(visit: Visit, number: str, given: PaymentIn) -> See:
    """Write down what came for an invoice on the operator's own account."""
    invoicing.record_payment(
        visit.session, number, given.amount_cents, given.received_on, given.reference, visit.now
    )
    return See(f"/operator/fees/{number}", said="fee_payment_recorded")


@DESK.form("/fees/<word:number>/credit-notes", posts=FINANCE, body=CreditIn, again=fee_invoice)
def credit_fee_invoice(visit: Visit, number: str, given: CreditIn) -> See:
    """Take back part or all of an invoice, with the reason that the funder reads."""
    note = invoicing.issue_credit_note(
        visit.session, number, given.net_cents, given.reason, _office(visit), visit.now
    )
    return See(f"/operator/fees/{number}", said="fee_credited", number=note)
