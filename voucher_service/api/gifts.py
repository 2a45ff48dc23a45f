"""Gifts by Checkout: opening a campaign to them, asking for one, and what Stripe holds."""

import secrets

from voucher_service.actions import gift_money, giving
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.common import Items, Listing
from voucher_service.api.shapes.gifts import (
    ExplainIn,
    GiftIn,
    GiftOut,
    MovementOut,
    OpeningOut,
    OwedOut,
    StripeOut,
    StripePayoutOut,
)
from voucher_service.api.v1 import API, MONEY, OPERATOR, OVERSEERS
from voucher_service.core.errors import NotFound
from voucher_service.http.endpoint import Call
from voucher_service.payments.stripe_client import check_on, why_off
from voucher_service.store.queries import gifts, scheme


@API.post("/campaigns/<id:campaign>/gifts/opening", roles=OPERATOR, answer=OpeningOut)
def open_gifts(call: Call, campaign: int) -> OpeningOut:
    """Let anybody give to a campaign on its public page."""
    check_on(call.services.settings)
    giving.open_to_gifts(call.session, campaign, call.caller.actor, call.services.now())
    return _opening(call, campaign, is_open=True)


@API.delete("/campaigns/<id:campaign>/gifts/opening", roles=OPERATOR, answer=OpeningOut)
def close_gifts(call: Call, campaign: int) -> OpeningOut:
    """Take no more gifts from the public page. Gifts under way go on."""
    giving.close_to_gifts(call.session, campaign, call.services.now())
    return _opening(call, campaign, is_open=False)


def _opening(call: Call, campaign: int, *, is_open: bool) -> OpeningOut:
    url = f"{call.services.settings.base_url}/give/{campaign}"
    return OpeningOut(campaign=campaign, open=is_open, url=url)


@API.post("/campaigns/<id:campaign>/gifts", roles=MONEY, body=GiftIn, answer=GiftOut, status=201)
def ask_gift(call: Call, campaign: int, body: GiftIn) -> GiftOut:
    """Ask a donor, or a funder that pays its call, for money by Checkout: a link to send."""
    check_on(call.services.settings)
    asked = giving.Asked(
        campaign,
        body.amount_cents,
        body.name,
        body.mail,
        body.engagement or "",
        body.language,
        body.funder,
        body.order,
    )
    link = secrets.token_urlsafe(18)
    number = giving.ask(call.session, asked, link, call.caller.actor, call.services.now())
    return gift(call, number)


@API.get("/campaigns/<id:campaign>/gifts", roles=OVERSEERS, query=Listing, answer=Items[GiftOut])
def gift_list(call: Call, campaign: int, query: Listing) -> Items[GiftOut]:
    """List the gifts of a campaign, and how far each has come."""
    scheme.campaign(call.session, campaign, None)
    page = gifts.gifts_to(call.session, campaign, window(query))
    return items(page, lambda row: _gift(call, row))


@API.get("/gifts/<id:number>", roles=OVERSEERS, answer=GiftOut)
def gift(call: Call, number: int) -> GiftOut:
    """Read a gift."""
    row = gifts.gift(call.session, number)
    if row is None:
        raise NotFound("not_found", f"There is no gift {number}.")
    return _gift(call, row)


def _gift(call: Call, row: gifts.Gift) -> GiftOut:
    state = gifts.state_of(row)
    payable = state == "asked" and row.link is not None
    return GiftOut(
        id=row.id,
        campaign=row.campaign_id,
        state=state,
        amount_cents=row.cents,
        name=row.name,
        engagement=row.engagement,
        funder=row.funder_id,
        order=row.order_id,
        round=row.round_id,
        passes=row.passes,
        url=f"{call.services.settings.base_url}/give/pay/{row.link}" if payable else None,
        asked_at=row.at,
        paid_at=row.paid_at,
        funded_at=row.funded_at,
    )


@API.get("/stripe", roles=OVERSEERS, answer=StripeOut)
def stripe(call: Call) -> StripeOut:
    """Read what Stripe holds, what it kept, and what waits for a person."""
    session, missing = call.session, why_off(call.services.settings)
    return StripeOut(
        on=missing is None,
        why_off=missing,
        at_stripe_cents=gifts.at_stripe(session),
        fees_owed=[
            OwedOut(campaign=campaign, amount_cents=cents)
            for campaign, cents in gifts.fees_owed(session).items()
        ],
        unexplained=[
            MovementOut(
                id=row.id,
                type=row.type,
                amount_cents=row.cents,
                fee_cents=row.fee_cents,
                occurred_at=row.occurred_at,
            )
            for row in gifts.unexplained(session)
        ],
        payouts=[
            StripePayoutOut(
                id=row.id,
                amount_cents=row.cents,
                arrives_on=row.arrives_on,
                arrived_at=row.arrived_at,
                trace=row.trace,
            )
            for row in gifts.payouts(session)
        ],
    )


@API.post(
    "/stripe/transactions/<word:transaction>/explain",
    roles=MONEY,
    body=ExplainIn,
    answer=StripeOut,
)
def explain_movement(call: Call, transaction: str, body: ExplainIn) -> StripeOut:
    """Say for which campaign Stripe moved something: the operator bears it there."""
    gift_money.explain(call.session, transaction, body.campaign, call.services.now())
    return stripe(call)
