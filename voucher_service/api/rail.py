"""Payouts by Stripe Connect, where they are on: recipients, batches that leave so, reversals.

Stripe is asked inside the call: these are few, and an answer lost is found again by its key.
"""

from voucher_service.actions import rail, reclaiming
from voucher_service.api.presenting import job
from voucher_service.api.shapes.common import JobOut
from voucher_service.api.shapes.rail import (
    RailOut,
    RecipientOut,
    ReversalOut,
    ReversalsOut,
    TakeBackIn,
    TakenBackOut,
)
from voucher_service.api.v1 import API, MONEY, OPERATOR, OVERSEERS
from voucher_service.core.campaign import paris_day
from voucher_service.core.rail import TakenBack
from voucher_service.http.endpoint import Call
from voucher_service.payments import stripe_connect
from voucher_service.payments.stripe_client import stripe_client
from voucher_service.payments.stripe_connect import Part
from voucher_service.store.queries import rail as known


@API.post(
    "/associations/<id:association>/recipient", roles=OPERATOR, answer=RecipientOut, status=201
)
def add_recipient(call: Call, association: int) -> RecipientOut:
    """Make an association's account at Stripe, or find it; a link where it shows who it is."""
    settings = call.services.settings
    key = stripe_connect.check_rail(settings)
    row = known.association(call.session, association)
    account = known.recipient(call.session, association)
    with stripe_client(settings, key) as client:
        if account is None:
            account = stripe_connect.create_recipient(
                client, association, row.name, row.contact_email
            )
        url = stripe_connect.onboarding(client, account, settings.base_url)
    now = call.services.now()
    rail.add_recipient(call.session, association, account, call.caller.actor, now)
    return RecipientOut(association=association, account=account, url=url)


@API.post("/payout-batches/<word:number>/by-stripe", roles=MONEY, answer=RailOut)
def pay_by_stripe(call: Call, number: str) -> RailOut:
    """Let a batch leave by Stripe and not by the bank's file; before it is approved."""
    stripe_connect.check_rail(call.services.settings)
    rail.choose(call.session, number, call.caller.actor, call.services.now())
    return batch_by_stripe(call, number)


@API.get("/payout-batches/<word:number>/by-stripe", roles=OVERSEERS, answer=RailOut)
def batch_by_stripe(call: Call, number: str) -> RailOut:
    """Read how far a batch by Stripe has come."""
    funded_at, waiting = known.batch(call.session, number)
    return RailOut(batch=number, funded_at=funded_at, waiting=waiting)


@API.post("/payout-batches/<word:number>/transfers", roles=MONEY, answer=JobOut, status=202)
def send_transfers(call: Call, number: str) -> JobOut:
    """Have Stripe send what a funded batch still owes. Again, after a refusal: what is left."""
    stripe_connect.check_rail(call.services.settings)
    made = rail.ask(call.session, number, call.caller.token, call.services.now())
    return job(call, made)


@API.post("/payouts/<word:end_to_end>/reversal", roles=MONEY, body=TakeBackIn, answer=TakenBackOut)
def take_back_transfer(call: Call, end_to_end: str, body: TakeBackIn) -> TakenBackOut:
    """Take a transfer back, whole or in named parts. Whole, its statement is paid anew.

    A part pays what the association owes back; what is beyond is on its next statement.
    """
    settings, now = call.services.settings, call.services.now()
    key = stripe_connect.check_rail(settings)
    asked = reclaiming.wanted(call.session, end_to_end, body.amount_cents, body.name)
    if isinstance(asked, TakenBack):
        return _taken_back(call, end_to_end, asked)
    part = Part(asked.transfer, end_to_end, asked.name, asked.cents, body.reason)
    with stripe_client(settings, key) as client:
        done = stripe_connect.reverse(client, part, paris_day(now))
    reclaiming.check_same(done.cents, body.amount_cents)
    reclaiming.taken_back(call.session, end_to_end, done, call.caller.actor, now)
    return _taken_back(call, end_to_end, done)


def _taken_back(call: Call, end_to_end: str, done: TakenBack) -> TakenBackOut:
    left = known.left(call.session, end_to_end)
    return TakenBackOut(
        end_to_end=end_to_end,
        reversal=done.id,
        name=done.name,
        amount_cents=done.cents,
        left_cents=left,
    )


@API.get("/payouts/<word:end_to_end>/reversals", roles=OVERSEERS, answer=ReversalsOut)
def reversals(call: Call, end_to_end: str) -> ReversalsOut:
    """List what Stripe took back of a payout, asked here or made in its dashboard."""
    rows = known.reversals(call.session, end_to_end)
    return ReversalsOut(
        items=[
            ReversalOut(
                reversal=row.reversal,
                name=row.name,
                amount_cents=row.cents,
                by=row.actor,
                at=row.at,
            )
            for row in rows
        ],
        left_cents=known.left(call.session, end_to_end),
    )
