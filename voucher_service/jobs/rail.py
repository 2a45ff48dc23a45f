"""Sending a batch's payouts by Stripe, each known before the next, and hearing what went back.

Stripe is asked with no transaction open; then what it said is taken in, in one. Safe to run twice.
"""

from datetime import datetime

from voucher_service.actions import hearing, reclaiming
from voucher_service.actions import rail as actions
from voucher_service.config import Settings
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict
from voucher_service.core.money import format_euros
from voucher_service.jobs.tools import Sessions
from voucher_service.payments import stripe_connect, stripe_reading
from voucher_service.payments.stripe_client import stripe_client
from voucher_service.store import gifts, rail

NOT_OURS = "not ours"


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


def act(sessions: Sessions, settings: Settings, event: str, transfer: str, now: datetime) -> str:
    """Take in what Stripe says now of a transfer that an event is about, once: what was done."""
    if not settings.stripe.payouts_key:
        return _acted(sessions, event, NOT_OURS, now)
    with stripe_client(settings, settings.stripe.payouts_key) as client:
        said = stripe_connect.read_transfer(client, transfer)
    with sessions() as session, session.begin():
        ours = reclaiming.take_in(session, said, now)
    back = format_euros(sum(one.cents for one in said.taken_back))
    outcome = f"payout {said.end_to_end}: {back} taken back" if ours else NOT_OURS
    return _acted(sessions, event, outcome, now)


def _acted(sessions: Sessions, event: str, outcome: str, now: datetime) -> str:
    with sessions() as session, session.begin():
        gifts.acted(session, event, outcome, now)
    return outcome


def catch_up(sessions: Sessions, settings: Settings, now: datetime) -> int:
    """Take in what went back and no webhook told: how many events were missed."""
    if not settings.stripe.payouts_key:
        return 0
    with stripe_client(settings, settings.stripe.payouts_key) as client:
        told = stripe_connect.reversals_told(client, now - stripe_reading.EVENTS_KEPT)
    with sessions() as session, session.begin():
        missed = sum(hearing.hear(session, one, hearing.LIST, now, known=True) for one in told)
    with sessions() as session:
        waiting = set(gifts.unacted(session))
    for event, _, transfer, _ in told:
        if event in waiting:
            act(sessions, settings, event, transfer, now)
    return missed


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
