"""What is done about an event of Stripe, and the nightly comparison with all that Stripe says.

First Stripe is asked, with no transaction open; then what it said is taken in, in one. Whoever does
it again, after a crash or at the same time, finds it done: movements are taken in by their id.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from voucher_service.actions import gift_money, gift_payouts, hearing, matching
from voucher_service.config import Settings
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.gifts import IGNORED, Checkout, Movement, PaidOut
from voucher_service.core.money import format_euros
from voucher_service.jobs import rail
from voucher_service.jobs.rail import NOT_OURS
from voucher_service.jobs.tools import Sessions
from voucher_service.payments import stripe_reading
from voucher_service.payments.stripe_client import stripe_client
from voucher_service.payments.stripe_reading import EVENTS_KEPT, SUBJECTS
from voucher_service.store import gifts, tables
from voucher_service.store.once import find
from voucher_service.store.queries import gifts as known
from voucher_service.store.session import Session

if TYPE_CHECKING:
    from stripe import StripeClient

OVERLAP = timedelta(days=3)
"""How far back the nightly comparison looks again: Stripe repeats a webhook for so long."""


def act(sessions: Sessions, settings: Settings, event: str, now: datetime) -> str:
    """Do what an event asks for, once: a few words about what was done."""
    with sessions() as session:
        row = find(session, tables.StripeEvent, event, "event of Stripe")
        about, done = row.object_id, row.outcome
    if done is not None:
        return done
    if about.startswith("tr_"):
        return rail.act(sessions, settings, event, about, now)
    with stripe_client(settings) as client:
        said = _ask(client, about)
    with sessions() as session, session.begin():
        outcome = _take(session, said, now)
        gifts.acted(session, event, outcome, now)
    return outcome


def _ask(client: "StripeClient", about: str) -> Checkout | PaidOut | None:
    """What Stripe says now of what an event is about."""
    if about.startswith("po_"):
        return stripe_reading.payout(client, about)
    session = stripe_reading.session_about(client, about)
    return stripe_reading.checkout(client, session) if session else None


def _take(session: Session, said: Checkout | PaidOut | None, now: datetime) -> str:
    match said:
        case Checkout():
            taken = gift_money.take_checkout(session, said, now)
            return f"gift {said.gift}: {said.stage}" if taken else NOT_OURS
        case PaidOut():
            gift_payouts.know(session, said, now)
            matching.line_of_payout(session, said.id, now)
            return f"payout {said.id}: {said.status}"
        case None:
            return NOT_OURS


@dataclass(slots=True)
class Compared:
    """What the nightly comparison did, and what a person must look at."""

    events: int = 0
    """Events that no webhook had brought."""
    acted: int = 0
    movements: int = 0
    """Movements that no event had told."""
    payouts: int = 0
    differences: list[str] = field(default_factory=list)


def compare(sessions: Sessions, settings: Settings, now: datetime) -> Compared:
    """Find what was missed by listing it, take it in, and name what still differs."""
    done = Compared()
    with sessions() as session:
        events_from = known.last_event(session, now - EVENTS_KEPT + OVERLAP) - OVERLAP
        moved_from = known.last_movement(session, now) - OVERLAP
    with stripe_client(settings) as client:
        done.events = _missed(client, sessions, events_from, now)
        with sessions() as session:
            waiting = gifts.unacted(session)
        for event in waiting:
            act(sessions, settings, event, now)
            done.acted += 1
        for checkout, movement in _unknown(client, sessions, moved_from):
            with sessions() as session, session.begin():
                if checkout is not None and gift_money.take_checkout(session, checkout, now):
                    done.movements += 1
                else:
                    done.movements += gift_money.take(session, movement, None, now)
        for name in stripe_reading.payouts_since(client, moved_from):
            said = stripe_reading.payout(client, name)
            with sessions() as session, session.begin():
                gift_payouts.know(session, said, now)
                done.payouts += matching.line_of_payout(session, name, now)
        held = stripe_reading.balance(client)
    with sessions() as session:
        done.differences = list(_differences(session, held, now))
    return done


def _missed(client: "StripeClient", sessions: Sessions, since: datetime, now: datetime) -> int:
    """Events that Stripe lists and no webhook brought; each is kept, and acted on below."""
    listed = client.v1.events.list(
        {"created": {"gte": int(since.timestamp())}, "limit": stripe_reading.PAGE}
    )
    found = [
        (item.id, item.type, str(item.data.object["id"]), sha256_hex(str(item).encode()))
        for item in listed.auto_paging_iter()
        if item.type.startswith(SUBJECTS)
    ]
    with sessions() as session, session.begin():
        return sum(
            hearing.hear(session, event, hearing.LIST, now, known=True) for event in found[::-1]
        )


def _unknown(
    client: "StripeClient", sessions: Sessions, since: datetime
) -> Iterator[tuple[Checkout | None, Movement]]:
    """Movements that nobody took in, each with the gift that it belongs to."""
    for movement in stripe_reading.movements_since(client, since):
        with sessions() as session:
            taken = session.get(tables.StripeTransaction, movement.id) is not None
        if taken or movement.type in IGNORED:
            continue
        about = stripe_reading.session_about(client, movement.source) if movement.source else None
        yield (stripe_reading.checkout(client, about) if about else None), movement


def _differences(session: Session, held: int, now: datetime) -> Iterator[str]:
    """What a person must look at, in words."""
    booked = known.at_stripe(session)
    if held != booked:
        yield (
            f"Stripe holds {format_euros(held)}, the movements that we know make"
            f" {format_euros(booked)}."
        )
    for row in known.unexplained(session):
        yield f"Movement {row.id} ({row.type}, {format_euros(row.cents)}) belongs to no gift."
    for payout in known.payouts_that_do_not_add_up(session):
        yield f"Payout {payout} is not the sum of the movements that we know."
    for late in known.late_payouts(session, now):
        yield f"Payout {late.id} of {format_euros(late.cents)} is on no bank statement."
    for event in gifts.unacted(session):
        yield f"Event {event} was not acted on."
    for gift in known.stuck(session, now):
        yield f"Gift {gift} is in the account and could not become passes."
