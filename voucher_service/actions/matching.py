"""What a bank line is: found by references that cannot be mistaken, or left to a person.

In this order: our end-to-end reference; the structured creditor reference; our number in the text,
whatever the bank did to its spaces. The amount must agree as well; it is never enough by itself.
A line is matched once, by a conditional update; its parts are written with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions import gift_payouts, ordering, paying, rail, refunding
from voucher_service.core.bank_file import Direction, MatchKind
from voucher_service.core.errors import Conflict
from voucher_service.core.references import is_creditor_reference, numbers_in
from voucher_service.store import banking, gifts, tables
from voucher_service.store import rail as store_rail
from voucher_service.store.once import find, update_if
from voucher_service.store.session import Session

BY_ITSELF = "bank"
"""Who matched a line that its references matched."""

CALLS, STATEMENTS, REFUNDS, BATCHES = ("AF", "RF"), ("RA",), ("RB",), ("VP",)

NO_REASON = "NARR"
"""Stands for the reason of a return that gives none: ISO's code for a reason told in words."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a line or a part of it is: a kind, what is meant, and its cents."""

    kind: MatchKind
    target: str
    cents: int


def match_by_itself(session: Session, line: tables.BankLine, now: datetime) -> bool:
    """Match a line whose references say what it is; False when a person must say it."""
    look = _debit if line.direction == Direction.DEBIT else _credit
    parts = look(session, line, now)
    if parts:
        record(session, line, parts, BY_ITSELF, now)
    return bool(parts)


def record(
    session: Session, line: tables.BankLine, parts: Sequence[Part], actor: str, now: datetime
) -> None:
    """Write down what a line is. Said twice, it counts once; raises :class:`Conflict`."""
    number = line.id
    table = tables.BankLine
    if not update_if(
        session,
        table,
        table.id == number,
        table.matched_at.is_(None),
        matched_at=now,
        matched_by=actor,
    ):
        raise Conflict("matched_already", "It is known already what this line is.")
    first = banking.next_position(session, number)
    session.add_all(
        tables.BankMatch(
            line_id=number,
            position=position,
            kind=part.kind.value,
            target=part.target,
            cents=part.cents,
        )
        for position, part in enumerate(parts, start=first)
    )
    session.flush()


# Money that left


def _debit(session: Session, line: tables.BankLine, now: datetime) -> list[Part]:
    payouts = _paid_by(session, line)
    batch = payouts[0].batch_number if payouts else None
    if batch is not None and store_rail.by_stripe(session, batch):
        return [to_stripe(session, line, batch, now)]
    if payouts:
        return [executed(session, payout, line, now) for payout in payouts]
    for refund in _refunds_named(session, line):
        if _left(session, refund):
            return [refunded(session, refund, line, now)]
    return []


def to_stripe(session: Session, line: tables.BankLine, batch: str, now: datetime) -> Part:
    """A whole batch's money left for Stripe by this line."""
    part = Part(MatchKind.RAIL_FUNDED, batch, line.cents)
    rail.fund(session, batch, line.cents, line.booked_on, now)
    return part


def _refunds_named(session: Session, line: tables.BankLine) -> Sequence[tables.Refund]:
    """Refunds of just this amount that a line names."""
    numbers = numbers_in(f"{line.end_to_end} {line.text}", *REFUNDS)
    return [row for row in banking.refunds(session, numbers) if row.cents == line.cents]


def _left(session: Session, refund: tables.Refund) -> bool:
    """Whether a refund is on its way, or was said to be paid and no line tells it yet."""
    known = banking.stands_behind(session, MatchKind.REFUND, refund.number)
    on_its_way = refund.sent_at is not None and refund.ended_at is None
    return not known and (on_its_way or refund.outcome in {"settled", "returned"})


def refunded(session: Session, refund: tables.Refund, line: tables.BankLine, now: datetime) -> Part:
    """A refund was executed by this line."""
    part = Part(MatchKind.REFUND, refund.number, refund.cents)
    if refund.ended_at is None:
        refunding.executed(session, part.target, now, line.booked_on)
    return part


def refund_returned(
    session: Session, refund: tables.Refund, line: tables.BankLine, now: datetime
) -> Part:
    """A refund came back by this line."""
    part = Part(MatchKind.REFUND_RETURNED, refund.number, refund.cents)
    reason = line.return_reason or NO_REASON
    refunding.returned(session, part.target, reason, now, line.booked_on)
    return part


def _paid_by(session: Session, line: tables.BankLine) -> Sequence[tables.Payout]:
    """The payouts that a debit executes: one by its reference, or a whole batch booked at once."""
    exact = banking.payout(session, line.end_to_end)
    if exact is not None:
        return [exact] if _waits(exact) and exact.cents == line.cents else []
    numbers = numbers_in(f"{line.end_to_end} {line.text}", *STATEMENTS)
    named = [payout for payout in banking.payouts_of(session, numbers) if _waits(payout)]
    batches = numbers_in(f"{line.batch} {line.end_to_end} {line.text}", *BATCHES)
    together = [item for batch in batches for item in banking.on_their_way(session, batch)]
    for found in (named, together):
        if found and sum(payout.cents for payout in found) == line.cents:
            return found
    return []


def _waits(payout: tables.Payout) -> bool:
    return payout.sent_at is not None and payout.settled_at is None and payout.rejected_at is None


def executed(session: Session, payout: tables.Payout, line: tables.BankLine, now: datetime) -> Part:
    """A payout was executed by this line."""
    part = Part(MatchKind.EXECUTED, payout.end_to_end, payout.cents)
    paying.payout_executed(session, part.target, now, line.booked_on)
    return part


# Money that came


def _credit(session: Session, line: tables.BankLine, now: datetime) -> list[Part]:
    payout = _given_back(session, line)
    if payout is not None:
        return [returned(session, payout, line, line.return_reason or NO_REASON, now)]
    back = [row for row in _refunds_named(session, line) if row.outcome == "settled"]
    if len(back) == 1:
        return [refund_returned(session, back[0], line, now)]
    paid_out = gift_payouts.told_by(session, line)
    if paid_out is not None:
        return [from_stripe(session, line, paid_out, now)]
    asked = _asked_for(session, line)
    if asked is None:
        return []
    return [received(session, line, *asked, line.cents, now)]


def from_stripe(session: Session, line: tables.BankLine, payout: str, now: datetime) -> Part:
    """Stripe sent what it held of gifts by this line."""
    part = Part(MatchKind.STRIPE_PAID_OUT, payout, line.cents)
    gift_payouts.arrived(session, payout, line.cents, line.booked_on, now)
    return part


def line_of_payout(session: Session, payout: str, now: datetime) -> bool:
    """Match the line of a payout of Stripe that the bank had told before Stripe did. True once."""
    banking.lock_bank(session)
    row = find(session, tables.StripePayout, payout, "payout of Stripe")
    if row.arrived_at is None:
        for line in gifts.open_lines_of(session, row.cents):
            if gift_payouts.told_by(session, line) == payout:
                record(session, line, [from_stripe(session, line, payout, now)], BY_ITSELF, now)
                return True
    return False


def _given_back(session: Session, line: tables.BankLine) -> tables.Payout | None:
    """The payout that a credit gives back: by its reference, or by its number beside a reason."""
    exact = banking.payout(session, line.end_to_end)
    found = [exact] if exact is not None else []
    if exact is None and line.return_reason:
        numbers = numbers_in(f"{line.end_to_end} {line.text}", *STATEMENTS)
        found = [*banking.payouts_of(session, numbers)]
    back = [
        payout
        for payout in found
        if payout.settled_at is not None
        and payout.returned_at is None
        and payout.cents == line.cents
    ]
    return back[0] if len(back) == 1 else None


def returned(
    session: Session, payout: tables.Payout, line: tables.BankLine, reason: str, now: datetime
) -> Part:
    """A payout came back by this line."""
    part = Part(MatchKind.RETURNED, payout.end_to_end, payout.cents)
    paying.payout_returned(session, part.target, reason, now, line.booked_on)
    return part


def _asked_for(session: Session, line: tables.BankLine) -> tuple[int, int] | None:
    """The order and funder of the one call that a credit names; nothing if it names several."""
    reference = line.creditor_reference
    structured = numbers_in(reference, *CALLS) if is_creditor_reference(reference) else []
    named = structured or numbers_in(f"{reference} {line.text} {line.end_to_end}", *CALLS)
    asked = {banking.called(session, number) for number in named}
    return asked.pop() if len(asked) == 1 else None


def received(
    session: Session, line: tables.BankLine, order: int, funder: int, cents: int, now: datetime
) -> Part:
    """A funder paid by this line, or by a part of it. Money written down by hand is not new."""
    receipt = banking.written_by_hand(session, order, funder, cents, line.booked_on)
    if receipt is None:
        reference = f"{line.bank_reference} (line {line.id})".strip()
        receipt = ordering.record_receipt(
            session, order, funder, cents, line.booked_on, reference, now
        )
    return Part(MatchKind.RECEIPT, str(receipt), cents)
