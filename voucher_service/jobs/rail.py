"""Sending a batch's payouts by Stripe, each known before the next: safe to run twice."""

from datetime import datetime

from voucher_service.actions import rail as actions
from voucher_service.config import Settings
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict
from voucher_service.core.money import format_euros
from voucher_service.jobs.tools import Sessions
from voucher_service.payments import stripe_connect, stripe_reading
from voucher_service.payments.stripe_client import stripe_client
from voucher_service.store import rail


def pay(sessions: Sessions, settings: Settings, batch: str, now: datetime) -> str:
    """Send what a funded batch still owes. Whatever Stripe refuses is named; the others go on."""
    key = stripe_connect.check_rail(settings)
    with sessions() as session:
        due = rail.due(session, batch)
    sent, refused = 0, []
    with stripe_client(settings, key) as client:
        for item in due:
            try:
                name = stripe_connect.transfer(
                    client,
                    item.end_to_end,
                    item.statement,
                    item.cents,
                    item.account,
                    paris_day(now),
                )
            except Conflict as no:
                if no.reason == "stripe_away":
                    raise
                refused.append(no.detail)
                continue
            with sessions() as session, session.begin():
                sent += actions.transferred(session, item.end_to_end, name, now)
    return "; ".join([f"{sent} payouts sent by Stripe", *refused])


def differences(sessions: Sessions, settings: Settings) -> list[str]:
    """What Stripe's account for payouts holds and what the ledger says, when they differ."""
    if not settings.stripe.payouts_key:
        return []
    with stripe_client(settings, settings.stripe.payouts_key) as client:
        there = stripe_reading.balance(client)
    with sessions() as session:
        booked = rail.held(session)
    if there == booked:
        return []
    held, said = format_euros(there), format_euros(booked)
    return [f"The account for payouts at Stripe holds {held}, the books say {said}."]
