"""Orders: called, promised, received, issued, printed. A promise activates nothing."""

from typing import Annotated, Literal

from pydantic import Field

from voucher_service.actions import issuing, ordering, printing
from voucher_service.http.body import Body
from voucher_service.http.fields import Day, Id, Serial, Text
from voucher_service.store.queries import names, order_book, scheme
from voucher_service.store.queries.booklets import serial
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.forms import Euros
from voucher_service.web.operator.desk import (
    ADMIN,
    DESK,
    FINANCE,
    SUPPORT,
    numbers,
    oldest,
)

ISSUE = ADMIN | SUPPORT


class OrdersIn(Body):
    """Which orders: those that wait for money unless others are asked for."""

    state: Literal["called", "funded", "issued", "any"] = "any"
    cursor: Id | None = None


class PromiseIn(Body):
    """A payment-order number: good to know, worth no money."""

    funder: Id
    payment_order_number: Text
    amount: Euros


class ReceiptIn(Body):
    """Cash that arrived, as the bank tells it."""

    funder: Id
    amount: Euros
    received_on: Day
    reference: Text


class TakenBack(Body):
    """Which receipt the bank took back."""

    receipt: Id


class PrintIn(Body):
    """What to print: the whole order, or some booklets in a row."""

    format: Literal["pdf", "ndjson"]
    first_serial: Serial | None = None
    count: Annotated[int, Field(ge=1, le=5_000_000)] | None = None


@DESK.page("/orders", query=OrdersIn)
def orders(visit: Visit, query: OrdersIn) -> Page:
    """Orders of every campaign, by how far they have come."""
    page = order_book.orders(visit.session, query.state, oldest(query.cursor))
    return Page(
        "operator/orders.html",
        page=page,
        query=query,
        money_of=order_book.money(visit.session, [row.id for row in page.rows]),
        campaigns=names.campaigns(visit.session, numbers(page.rows, "campaign_id")),
    )


@DESK.page("/orders/<id:order>")
def order(visit: Visit, order: int) -> Page:
    """An order and its money: called, promised, received; its booklets and its prints."""
    row = scheme.order(visit.session, order, None)
    calls = scheme.calls(visit.session, [order], None)
    shares = scheme.shares(visit.session, [row.campaign_id])
    receipts = scheme.receipts(visit.session, order, None)
    received: dict[int, int] = {}
    for receipt in receipts:
        received[receipt.funder_id] = received.get(receipt.funder_id, 0) + receipt.amount_cents
    return Page(
        "operator/order.html",
        order=row,
        campaign=scheme.campaign(visit.session, row.campaign_id, None),
        calls=calls,
        promises=scheme.promises(visit.session, order, None),
        receipts=receipts,
        received=received,
        funders=names.funders(visit.session, numbers(shares, "funder_id")),
        prints=order_book.prints(visit.session, order),
        serial=serial,
        now=visit.now,
    )


@DESK.form("/orders/<id:order>/promises", posts=FINANCE, body=PromiseIn, again=order)
def record_promise(visit: Visit, order: int, given: PromiseIn) -> See:
    """Record a payer's payment-order number. It activates nothing."""
    number = given.payment_order_number
    ordering.record_promise(visit.session, order, given.funder, number, given.amount, visit.now)
    return See(f"/operator/orders/{order}", said="promise_recorded")


@DESK.form("/orders/<id:order>/receipts", posts=FINANCE, body=ReceiptIn, again=order)
def record_receipt(visit: Visit, order: int, given: ReceiptIn) -> See:
    """Record cash that arrived. Once every call is covered the order is funded."""
    ordering.record_receipt(
        visit.session,
        order,
        given.funder,
        given.amount,
        given.received_on,
        given.reference,
        visit.now,
    )
    visit.session.expire_all()
    funded = scheme.order(visit.session, order, None).funded_at is not None
    return See(f"/operator/orders/{order}", said="receipt_funded" if funded else "receipt_recorded")


@DESK.form("/orders/<id:order>/taken-back", posts=FINANCE, body=TakenBack, again=order)
def reverse_receipt(visit: Visit, order: int, given: TakenBack) -> See:
    """Record that the bank took a payment back: the order's passes sleep until it is made good."""
    ordering.reverse_receipt(visit.session, given.receipt, visit.now)
    return See(f"/operator/orders/{order}", said="receipt_taken_back")


@DESK.form("/orders/<id:order>/issue", posts=ISSUE, again=order)
def issue(visit: Visit, order: int) -> See:
    """Make the booklets of a funded order."""
    job = issuing.request_issue(visit.session, order, None, visit.now)
    return See(f"/operator/jobs/{job}", said="issue_asked")


@DESK.form("/orders/<id:order>/prints", posts=ISSUE, body=PrintIn, again=order)
def request_print(visit: Visit, order: int, given: PrintIn) -> See:
    """Ask a process that holds the signing key to print."""
    wanted = printing.booklet_range(visit.session, order, given.first_serial, given.count)
    _, job = printing.request_print(visit.session, order, given.format, wanted, None, visit.now)
    return See(f"/operator/jobs/{job}", said="print_asked")
