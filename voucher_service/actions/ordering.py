"""Who pays for how many booklets: funders, campaigns, orders, money promised and money received.

A payment-order number is a promise and makes nothing spendable; only a receipt does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from voucher_service.actions.identifiers import checked_siret
from voucher_service.core import accounts, campaign, ledger
from voucher_service.core.campaign import (
    Campaign,
    FixedDate,
    Funding,
    MonthsAfterHandover,
    paris_day,
)
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.money import Share, split_between
from voucher_service.store import booklets, closings, gifts, orders, tables
from voucher_service.store.once import find, insert_row, next_number, update_if
from voucher_service.store.postings import balance, deposit, post, posted
from voucher_service.store.session import Session

LARGEST_ORDER = 5_000_000
"""Booklets. Twice the national scheme: anything above is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class CampaignTerms:
    """What a campaign says beyond its rules: shares (funder, weight), fees in basis points."""

    shares: Sequence[Share]
    offline_borne_by: str = "scheme"
    downstream_fee_bp: int = 0
    minutes_per_pass: int | None = None


def add_funder(session: Session, name: str, kind: str, siret: str | None, now: datetime) -> int:
    """Somebody will pay. Gives the funder's number."""
    number = checked_siret(siret) if siret else None
    if number and orders.funder_with(session, number):
        raise Conflict("siret_taken", "A funder with this SIRET exists already.")
    return insert_row(session, tables.Funder, name=name, kind=kind, siret=number, created_at=now)


def add_campaign(session: Session, rules: Campaign, terms: CampaignTerms, now: datetime) -> int:
    """Fix the rules of a set of passes; ``rules.number`` is ignored. Gives its number."""
    campaign.check(rules)
    _check_shares(session, terms.shares, rules.face_value_cents)
    number = insert_row(
        session,
        tables.Campaign,
        name=rules.name,
        face_value_cents=rules.face_value_cents,
        passes_per_booklet=rules.passes_per_booklet,
        minutes_per_pass=terms.minutes_per_pass,
        funding=rules.funding.value,
        valid_from=rules.valid_from,
        **_validity_columns(rules),
        grace=rules.grace.value,
        services=sorted(rules.services),
        territory=sorted(rules.territory),
        undo_window_minutes=rules.undo_window_minutes,
        offline_passes_per_day=rules.offline_passes_per_day,
        offline_borne_by=terms.offline_borne_by,
        downstream_fee_bp=terms.downstream_fee_bp,
        created_at=now,
    )
    session.add_all(
        tables.CampaignFunder(campaign_id=number, funder_id=share.number, weight=share.weight)
        for share in terms.shares
    )
    return number


def _check_shares(session: Session, shares: Sequence[Share], face_value_cents: int) -> None:
    if not shares:
        raise Invalid("no_funder", "A campaign has at least one funder.", "funders")
    if len({share.number for share in shares}) != len(shares):
        raise Invalid("funder_twice", "Each funder stands once.", "funders")
    whole = sum(share.weight for share in shares)
    for share in shares:
        find(session, tables.Funder, share.number, "funder")
        # So that no order, period or expiry asks a cent back: see money.split_between.
        if share.weight * face_value_cents < 2 * whole:
            raise Invalid("share_too_small", "A funder bears 2 cents of a pass or more.", "funders")


def _validity_columns(rules: Campaign) -> dict[str, object]:
    match rules.validity:
        case FixedDate(until):
            return {"valid_until": until}
        case MonthsAfterHandover(months, latest):
            return {"valid_months": months, "valid_latest": latest}


def place_order(
    session: Session, campaign_number: int, count: int, now: datetime, *, missing_passes: int = 0
) -> int:
    """Order booklets: each funder of a pre-funded campaign is called for its exact part.

    A post-funded order owes nothing yet and may be issued at once. Gives the order's number.
    ``missing_passes``: how many passes the last booklet holds less than the others.
    """
    row = find(session, tables.Campaign, campaign_number, "campaign")
    if not 1 <= count <= LARGEST_ORDER:
        raise Invalid("bad_count", f"Order 1 to {LARGEST_ORDER} booklets.", "booklets")
    orders.lock_campaign(session, campaign_number)
    if closings.latest(session, campaign_number) is not None:
        raise Conflict("campaign_closing", "This campaign is ending: order in another one.")
    ordered_before = orders.ordered_cents(session, campaign_number)
    prepaid = row.funding == Funding.PREPAID
    order = insert_row(
        session,
        tables.Order,
        campaign_id=row.id,
        booklets=count,
        missing_passes=missing_passes,
        created_at=now,
        funded_at=None if prepaid else now,
    )
    if prepaid:
        value = (count * row.passes_per_booklet - missing_passes) * row.face_value_cents
        shares = orders.shares(session, row.id)
        parts = split_between(ordered_before, ordered_before + value, shares)
        _call(session, row.id, order, parts, now)
    return order


def _call(
    session: Session, campaign_number: int, order: int, parts: Mapping[int, int], now: datetime
) -> None:
    """One numbered call for each funder with something to pay."""
    today = paris_day(now)
    for funder, cents in parts.items():
        if cents <= 0:
            continue
        number = next_number(session, "AF", today.year)
        session.add(
            tables.Call(
                number=number,
                order_id=order,
                funder_id=funder,
                amount_cents=cents,
                called_on=today,
            )
        )
        post(session, [ledger.call(number, campaign_number, funder, cents, today)], now)


def record_promise(
    session: Session,
    order: int,
    funder: int,
    payment_order_number: str,
    amount_cents: int,
    now: datetime,
) -> None:
    """A payer sent its payment-order number. Good to know: it activates nothing."""
    _funder_of(session, order, funder)
    if orders.promise_with(session, order, funder, payment_order_number):
        raise Conflict("promise_known", "This payment order is recorded already.")
    session.add(
        tables.Promise(
            order_id=order,
            funder_id=funder,
            payment_order_number=payment_order_number,
            amount_cents=amount_cents,
            recorded_at=now,
        )
    )


def _funder_of(session: Session, order: int, funder: int) -> tables.Order:
    row = find(session, tables.Order, order, "order")
    if funder not in {share.number for share in orders.shares(session, row.campaign_id)}:
        raise Invalid("not_a_funder", "This funder does not pay for this campaign.", "funder")
    return row


def record_receipt(
    session: Session,
    order: int,
    funder: int,
    amount_cents: int,
    received_on: date,
    reference: str,
    now: datetime,
    *,
    held: str = accounts.BANK,
) -> int:
    """Cash arrived. The order is funded once every call is covered: its passes come alive then.

    Above what is owed, the money stays the funder's deposit. Gives the receipt's number.
    ``held``: where the money was, when it came by a gift that is in the account already.
    """
    row = _funder_of(session, order, funder)
    orders.lock_order(session, order)
    if orders.receipt_with(session, order, funder, reference):
        raise Conflict("receipt_known", "A receipt with this bank reference is recorded already.")
    receipt = insert_row(
        session,
        tables.Receipt,
        order_id=order,
        funder_id=funder,
        amount_cents=amount_cents,
        received_on=received_on,
        reference=reference,
        recorded_at=now,
    )
    owed = -balance(session, accounts.receivable(funder), row.campaign_id)
    entries = ledger.receipts(
        receipt, row.campaign_id, funder, amount_cents, owed, received_on, reference, held
    )
    post(session, entries, now)
    _activate_if_covered(session, row, now)
    return receipt


def _activate_if_covered(session: Session, order: tables.Order, now: datetime) -> None:
    if closings.ended(session, order.campaign_id):
        return  # what comes after the end is a deposit, to be sent home or carried over
    calls = orders.calls(session, order.id)
    received = orders.received(session, order.id)
    for call in calls:
        held = deposit(session, call.funder_id, order.campaign_id)  # less: it was refunded since
        if min(received.get(call.funder_id, 0), held) < call.amount_cents:
            return
    if not _mark_funded(session, order.id, now):
        return
    by_funder = {call.funder_id: call.amount_cents for call in calls}
    attempt = f"{order.id}.{orders.activations(session, order.id) + 1}"
    post(session, ledger.activation(attempt, order.campaign_id, by_funder, paris_day(now)), now)
    booklets.activate_order(session, order.id, now)


def _mark_funded(session: Session, order: int, now: datetime) -> bool:
    table = tables.Order
    return 1 == update_if(
        session, table, table.id == order, table.funded_at.is_(None), funded_at=now
    )


def reverse_receipt(session: Session, receipt: int, now: datetime) -> None:
    """The bank took a payment back: see :func:`take_back_receipt`. Gifts are Stripe's to say."""
    if gifts.made_by_a_gift(session, receipt):
        raise Conflict("came_by_gift", "No bank line brought this receipt: a gift by Stripe did.")
    take_back_receipt(session, receipt, now)


def take_back_receipt(session: Session, receipt: int, now: datetime) -> None:
    """A payment is gone again. A called order is no longer funded and its passes sleep.

    Refused once a pass of such an order was spent, or unused ones were given back at the campaign's
    end: then only a correction between people helps.
    """
    row = find(session, tables.Receipt, receipt, "receipt")
    order = find(session, tables.Order, row.order_id, "order")
    orders.lock_order(session, order.id)
    if orders.is_carried_over(session, row.reference):
        raise Conflict("carried_over", "No bank sent this: it was carried over inside the account.")
    events = [f"receipt:{receipt}:{part}" for part in ("owed", "deposit")]
    if orders.calls(session, order.id):  # passes of a post-funded order live without money
        _put_to_sleep(session, order)
        events += orders.activation_events(session, order.id)
    table = tables.Receipt
    if not update_if(
        session, table, table.id == receipt, table.reversed_at.is_(None), reversed_at=now
    ):
        raise Conflict("reversed_already", "This receipt was taken back already.")
    for event in orders.unreversed(session, events):
        post(session, [ledger.reversal(posted(session, event), paris_day(now))], now)


def _put_to_sleep(session: Session, order: tables.Order) -> None:
    """Put the passes of an order to sleep; refused when money has already followed from them."""
    booklets.freeze_order(session, order.id)
    if orders.uses(session, order.id):
        raise Conflict("passes_spent", "Passes of this order were spent: the money cannot go back.")
    if order.funded_at is not None and orders.expiries(session, order.campaign_id):
        raise Conflict("campaign_ended", "The value of unused passes was given back already.")
    update_if(session, tables.Order, tables.Order.id == order.id, funded_at=None)
