"""Payouts by Stripe Connect, where they are on: recipients, batches that leave so, reversals.

Stripe is asked inside the call: these are few, and an answer lost is found again by its key.
"""

from voucher_service.actions import rail
from voucher_service.api.presenting import job
from voucher_service.api.shapes.common import JobOut
from voucher_service.api.shapes.rail import RailOut, RecipientOut, TakenBackOut
from voucher_service.api.v1 import API, MONEY, OPERATOR, OVERSEERS
from voucher_service.core.campaign import paris_day
from voucher_service.http.endpoint import Call
from voucher_service.payments import stripe_connect
from voucher_service.payments.stripe_client import stripe_client
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


@API.post("/payouts/<word:end_to_end>/reversal", roles=MONEY, answer=TakenBackOut)
def take_back_transfer(call: Call, end_to_end: str) -> TakenBackOut:
    """Take a transfer back: the association is owed again, and is paid by another batch."""
    settings = call.services.settings
    key = stripe_connect.check_rail(settings)
    now = call.services.now()
    transfer = rail.to_take_back(call.session, end_to_end)
    with stripe_client(settings, key) as client:
        reversal = stripe_connect.reverse(client, transfer, paris_day(now))
    rail.taken_back(call.session, end_to_end, reversal, call.caller.actor, now)
    return TakenBackOut(end_to_end=end_to_end, reversal=reversal)
