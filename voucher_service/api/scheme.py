"""What is paid for: campaigns, orders, promises, receipts.

A funder sees what it pays for, and of it its own part.
"""

from collections.abc import Sequence

from voucher_service.actions import calling, ordering
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import house, items, window
from voucher_service.api.shapes.common import Items, Listing
from voucher_service.api.shapes.scheme import (
    CallOut,
    CampaignIn,
    CampaignOut,
    FixedDateBody,
    MonthsAfterHandoverBody,
    OrderDetail,
    OrderIn,
    OrderOut,
    PromiseBody,
    ReceiptIn,
    ReceiptOut,
    ReceiptRecorded,
    ShareBody,
    Validity,
)
from voucher_service.api.v1 import API, MONEY, OPERATOR, OVERSEERS
from voucher_service.core import campaign as rules
from voucher_service.core.errors import NotFound
from voucher_service.core.money import Share
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import scheme
from voucher_service.store.queries.booklets import serial

READERS = OVERSEERS | {Role.FUNDER}


@API.post("/campaigns", roles=OPERATOR, body=CampaignIn, answer=CampaignOut, status=201)
def add_campaign(call: Call, body: CampaignIn) -> CampaignOut:
    """Fix the rules of a set of passes."""
    terms = ordering.CampaignTerms(
        [Share(share.funder, share.weight) for share in body.funders],
        body.offline.borne_by,
        body.downstream_fee_bp,
        body.minutes_per_pass,
    )
    number = ordering.add_campaign(call.session, _rules(body), terms, call.services.now())
    return campaign(call, number)


def _rules(body: CampaignIn) -> rules.Campaign:
    return rules.Campaign(
        number=0,
        name=body.name,
        face_value_cents=body.face_value_cents,
        passes_per_booklet=body.passes_per_booklet,
        funding=rules.Funding(body.funding),
        valid_from=body.valid_from,
        validity=_validity(body.validity),
        grace=rules.Grace(body.grace),
        undo_window_minutes=body.undo_window_minutes,
        offline_passes_per_day=body.offline.passes_per_day,
        services=frozenset(body.services),
        territory=frozenset(body.territory),
    )


def _validity(body: Validity) -> rules.Validity:
    match body:
        case FixedDateBody():
            return rules.FixedDate(body.until)
        case MonthsAfterHandoverBody():
            return rules.MonthsAfterHandover(body.months, body.latest)


@API.get("/campaigns", roles=READERS, query=Listing, answer=Items[CampaignOut])
def campaigns(call: Call, query: Listing) -> Items[CampaignOut]:
    """List campaigns."""
    funder = call.caller.only(Role.FUNDER)
    page = scheme.campaigns(call.session, funder, window(query))
    numbers = [row.id for row in page.rows]
    shares = scheme.shares(call.session, numbers)
    return items(page, lambda row: _campaign(row, shares, funder))


@API.get("/campaigns/<id:campaign>", roles=READERS, answer=CampaignOut)
def campaign(call: Call, campaign: int) -> CampaignOut:
    """Read a campaign."""
    funder = call.caller.only(Role.FUNDER)
    row = scheme.campaign(call.session, campaign, funder)
    return _campaign(row, scheme.shares(call.session, [campaign]), funder)


def _campaign(
    row: scheme.Campaign, shares: Sequence[scheme.CampaignFunder], funder: int | None
) -> CampaignOut:
    of_it = [share for share in shares if share.campaign_id == row.id]
    facts = {
        "id": row.id,
        "name": row.name,
        "face_value_cents": row.face_value_cents,
        "passes_per_booklet": row.passes_per_booklet,
        "minutes_per_pass": row.minutes_per_pass,
        "funding": row.funding,
        "valid_from": row.valid_from,
        "validity": _validity_of(row),
        "grace": row.grace,
        "services": row.services,
        "territory": row.territory,
        "undo_window_minutes": row.undo_window_minutes,
        "offline": {"passes_per_day": row.offline_passes_per_day, "borne_by": row.offline_borne_by},
        "downstream_fee_bp": row.downstream_fee_bp,
        "funders": [
            ShareBody(funder=share.funder_id, weight=share.weight)
            for share in of_it
            if funder in {None, share.funder_id}
        ],
        "weights": sum(share.weight for share in of_it),
    }
    return CampaignOut.model_validate(facts)


def _validity_of(row: scheme.Campaign) -> Validity:
    match scheme.validity(row):
        case rules.FixedDate(until):
            return FixedDateBody(rule="fixed_date", until=until)
        case rules.MonthsAfterHandover(months, latest):
            return MonthsAfterHandoverBody(
                rule="months_after_handover", months=months, latest=latest
            )


@API.post(
    "/campaigns/<id:campaign>/orders", roles=OPERATOR, body=OrderIn, answer=OrderOut, status=201
)
def place_order(call: Call, campaign: int, body: OrderIn) -> OrderOut:
    """Order booklets and call for their funds. A paper waits for what its funder insists on."""
    number = ordering.place_order(call.session, campaign, body.booklets, call.services.now())
    for given in body.engagements:
        engagement = calling.Engagement(given.engagement_number, given.service_code)
        calling.give_engagement(call.session, number, given.funder, engagement)
    if call.services.settings.reserved.iban:
        calling.issue_calls(call.session, number, house(call), call.services.now())
    row = scheme.order(call.session, number, None)
    return _order(row, scheme.calls(call.session, [number], None))


@API.get("/campaigns/<id:campaign>/orders", roles=READERS, query=Listing, answer=Items[OrderOut])
def orders(call: Call, campaign: int, query: Listing) -> Items[OrderOut]:
    """List the orders of a campaign."""
    funder = call.caller.only(Role.FUNDER)
    scheme.campaign(call.session, campaign, funder)
    page = scheme.orders(call.session, campaign, window(query))
    calls = scheme.calls(call.session, [row.id for row in page.rows], funder)
    return items(page, lambda row: _order(row, calls))


@API.get("/orders/<id:order>", roles=READERS, answer=OrderDetail)
def order(call: Call, order: int) -> OrderDetail:
    """Read an order and its money."""
    funder = call.caller.only(Role.FUNDER)
    row = scheme.order(call.session, order, funder)
    promises = scheme.promises(call.session, order, funder)
    receipts = scheme.receipts(call.session, order, funder)
    return OrderDetail(
        **dict(_order(row, scheme.calls(call.session, [order], funder))),
        created_at=row.created_at,
        promises=[_promise(promise) for promise in promises],
        receipts=[_receipt(receipt) for receipt in receipts],
    )


def _order(row: scheme.Order, calls: Sequence[scheme.Call]) -> OrderOut:
    return OrderOut(
        id=row.id,
        campaign=row.campaign_id,
        booklets=row.booklets,
        funded=row.funded_at is not None,
        first_serial=None if row.first_booklet is None else serial(row.first_booklet),
        calls=[
            CallOut(funder=call.funder_id, amount_cents=call.amount_cents, number=call.number)
            for call in calls
            if call.order_id == row.id
        ],
    )


def _promise(row: scheme.Promise) -> PromiseBody:
    return PromiseBody(
        funder=row.funder_id,
        payment_order_number=row.payment_order_number,
        amount_cents=row.amount_cents,
    )


def _receipt(row: scheme.Receipt) -> ReceiptOut:
    return ReceiptOut(
        id=row.id,
        funder=row.funder_id,
        amount_cents=row.amount_cents,
        received_on=row.received_on,
        reference=row.reference,
    )


@API.post(
    "/orders/<id:order>/promises",
    roles=MONEY | {Role.FUNDER},
    body=PromiseBody,
    answer=PromiseBody,
    status=201,
)
def record_promise(call: Call, order: int, body: PromiseBody) -> PromiseBody:
    """Record a payer's payment-order number. It activates nothing."""
    funder = call.caller.only(Role.FUNDER)
    scheme.order(call.session, order, funder)
    if funder not in {None, body.funder}:
        raise NotFound("not_found", f"There is no funder {body.funder}.")
    ordering.record_promise(
        call.session,
        order,
        body.funder,
        body.payment_order_number,
        body.amount_cents,
        call.services.now(),
    )
    return body


@API.post(
    "/orders/<id:order>/receipts",
    roles=MONEY,
    body=ReceiptIn,
    answer=ReceiptRecorded,
    status=201,
)
def record_receipt(call: Call, order: int, body: ReceiptIn) -> ReceiptRecorded:
    """Record cash that arrived. Once every call is covered the order is funded."""
    receipt = ordering.record_receipt(
        call.session,
        order,
        body.funder,
        body.amount_cents,
        body.received_on,
        body.reference,
        call.services.now(),
    )
    return _recorded(call, receipt)


@API.post("/receipts/<id:receipt>/reversal", roles=MONEY, answer=ReceiptRecorded)
def reverse_receipt(call: Call, receipt: int) -> ReceiptRecorded:
    """Record that the bank took a payment back. The order's passes sleep until it is made good."""
    ordering.reverse_receipt(call.session, receipt, call.services.now())
    return _recorded(call, receipt)


def _recorded(call: Call, receipt: int) -> ReceiptRecorded:
    row = scheme.receipt(call.session, receipt)
    funded = scheme.order(call.session, row.order_id, None).funded_at is not None
    return ReceiptRecorded(**dict(_receipt(row)), order=row.order_id, funded=funded)
