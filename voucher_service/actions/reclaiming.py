"""What Stripe takes back of a payout that it sent: whole, or in parts, asked by us or made there.

A transfer that goes back whole was no payment: its statement is paid anew, by another batch. A part
pays what the association owes back; what is beyond is owed to it again, on its next statement. Each
reversal is a row and is written down once, whoever tells of it and in whatever order. Stripe is
spoken to elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions import rail
from voucher_service.actions.paying import parts_of
from voucher_service.core import accounts, ledger_rail
from voucher_service.core.campaign import paris_day
from voucher_service.core.corrections import Correcting, correction
from voucher_service.core.errors import Conflict, Invalid, Mismatch
from voucher_service.core.money import format_euros
from voucher_service.core.rail import Sent, TakenBack, fall
from voucher_service.store import corrections, payouts, tables
from voucher_service.store import rail as store
from voucher_service.store.once import find, insert_once, update_if
from voucher_service.store.orders import lock_campaign
from voucher_service.store.postings import balance, post
from voucher_service.store.session import Session

P = tables.Payout

BY_STRIPE = "stripe"
"""Who did what Stripe tells of and nobody asked here."""

NARRATIVE = "NARR"
"""The reason on a payout that was reversed: told in words, not by a bank's code."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What Stripe is to be asked for: cents of a transfer, under a name that is used once."""

    transfer: str
    name: str
    """That of all that is left is no word, so that no caller chose it for a part."""
    cents: int


def wanted(
    session: Session, end_to_end: str, cents: int | None, name: str | None
) -> Wanted | TakenBack:
    """What to ask Stripe for, or what it did under that name before.

    ``cents``: nothing for all that is left. Raises :class:`Conflict` and :class:`Invalid`.
    """
    row = find(session, tables.RailTransfer, end_to_end, "transfer by Stripe")
    if cents is not None and name is None:
        raise Invalid("name_missing", "Name this part: asked for again, it counts once.", "name")
    done = store.reversals(session, end_to_end)
    known = next((one for one in done if name is not None and one.name == name), None)
    if known is not None:
        check_same(known.cents, cents)
        return TakenBack(known.reversal, known.cents, known.name)
    left = find(session, P, end_to_end, "payout").cents - sum(one.cents for one in done)
    if not left:
        raise Conflict("reversed_already", "This transfer was taken back already.")
    if (cents or left) > left:
        still = f"{format_euros(left)} of this transfer can still be taken back."
        raise Invalid("more_than_left", still, "amount_cents")
    return Wanted(row.transfer, name or f"(rest {left})", cents or left)


def check_same(done_cents: int, asked_cents: int | None) -> None:
    """Refuse another amount under a name that was used; raises :class:`Conflict`."""
    if asked_cents not in {None, done_cents}:
        took = f"Another part of this transfer bears that name: {format_euros(done_cents)}."
        raise Conflict("name_used", took)


def taken_back(
    session: Session, end_to_end: str, said: TakenBack, actor: str, now: datetime
) -> bool:
    """Stripe has taken back a transfer, or a part of it. Said twice, it counts once: then False."""
    payouts.lock_payouts(session)
    payout = find(session, P, end_to_end, "payout")
    before = store.reversals(session, end_to_end)
    if sum(one.cents for one in before if one.reversal != said.id) + said.cents > payout.cents:
        raise Mismatch("more_than_sent", f"{said.id} takes back more than {end_to_end} paid.")
    used = any(one.name == said.name for one in before)
    if not insert_once(
        session,
        tables.RailReversal,
        reversal=said.id,
        end_to_end=end_to_end,
        cents=said.cents,
        name=None if used else said.name,
        actor=actor,
        at=now,
    ):
        return False
    if said.cents == payout.cents:
        _whole(session, payout, now)
    else:
        _in_part(session, payout, said, actor, now)
    return True


def _whole(session: Session, payout: tables.Payout, now: datetime) -> None:
    """It was no payment: the statement is unpaid again."""
    name, parts, today = payout.end_to_end, parts_of(session, payout), paris_day(now)
    waits = P.end_to_end == name, P.returned_at.is_(None)
    update_if(session, P, *waits, returned_at=now, return_reason=NARRATIVE)
    entries = [
        ledger_rail.taken_back(name, p.campaign, p.association, p.cents, today) for p in parts
    ]
    post(session, entries, now)


def _in_part(
    session: Session, payout: tables.Payout, said: TakenBack, actor: str, now: datetime
) -> None:
    """A correction for each campaign that it falls on; the next statement says them."""
    name, parts = payout.end_to_end, sorted(parts_of(session, payout), key=lambda p: p.campaign)
    for part in parts:
        lock_campaign(session, part.campaign)
    gone = store.moved_by_campaign(session, ledger_rail.IN_PART, name)
    left = {part.campaign: part.cents - gone.get(part.campaign, 0) for part in parts}
    payee = parts[0].association
    owes = accounts.receivable_from(payee)
    owed_back = {campaign: -balance(session, owes, campaign) for campaign in left}
    reason = f"{name}: {said.reason}" if said.reason else name
    for kind, campaign, cents in fall(said.cents, left, owed_back):
        _correct(session, kind, (campaign, payee, cents), name, said.id, reason, actor, now)


def _correct(
    session: Session,
    kind: Correcting,
    what: tuple[int, int, int],
    end_to_end: str,
    reversal: str,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    reference = reference_of(reversal, what[0])
    number = corrections.write(
        session, kind, *what, reason=reason, actor=actor, now=now, reference=reference
    )
    post(session, [correction(number, kind, *what, paris_day(now), end_to_end)], now)


def reference_of(reversal: str, campaign: int) -> str:
    """What stands behind the corrections of a reversal: ``trr_1:3``, unique for each kind."""
    return f"{reversal}:{campaign}"


def take_in(session: Session, said: Sent, now: datetime) -> bool:
    """Take in what Stripe says of a transfer now; False when it is none of our payouts.

    A transfer whose answer was lost is learnt here too, before what took it back.
    """
    payout = session.get(P, said.end_to_end)
    if payout is None or not store.is_funded(session, payout.batch_number):
        return False
    known = store.sent_as(session, said.transfer)
    if known is None and payout.cents != said.cents:
        return False
    if known is None:
        rail.transferred(session, said.end_to_end, said.transfer, now)
    if store.sent_as(session, said.transfer) != said.end_to_end:
        return False  # another transfer that somebody gave this payout's name
    for one in said.taken_back:
        taken_back(session, said.end_to_end, one, BY_STRIPE, now)
    return True
