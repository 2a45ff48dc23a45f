"""A person says what a bank line is, when its references did not.

The parts of a line add up to it. What is said has the same effects as what is found by itself: a
payout is paid or comes back, a receipt is recorded, a charge is owed by the operator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions import (
    correcting,
    gift_payouts,
    matching,
    ordering,
    paying,
    rail,
    withdrawing,
)
from voucher_service.actions.matching import NO_REASON, Part
from voucher_service.core.bank_file import Direction, MatchKind
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.store import banking, tables
from voucher_service.store.once import find
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Meant:
    """The line that somebody speaks of, who it is, and when."""

    session: Session
    line: tables.BankLine
    actor: str
    now: datetime

    def needs(self, direction: Direction) -> None:
        """Refuse what cannot be true of money that went the other way."""
        if self.line.direction != direction:
            raise Invalid("wrong_direction", f"Only a {direction.value} can be this.", "to")

    def is_(self, *parts: Part) -> None:
        """Write it down; raises :class:`Invalid` when the parts are not the whole line."""
        if sum(part.cents for part in parts) != self.line.cents:
            raise Invalid(
                "parts_differ", f"The parts must add up to {self.line.cents} cents.", "to"
            )
        matching.record(self.session, self.line, parts, self.actor, self.now)


def meant(session: Session, line: int, actor: str, now: datetime) -> Meant:
    """The line that is spoken of; refused when it is known what it is."""
    banking.lock_bank(session)
    row = find(session, tables.BankLine, line, "bank line")
    if row.matched_at is not None:
        raise Conflict("matched_already", "It is known already what this line is.")
    return Meant(session, row, actor, now)


def _own(said: Meant) -> str:
    """The line's own reference: another one each time that what it was said to be was wrong."""
    before = banking.times_undone(said.session, said.line.id)
    return f"line:{said.line.id}" + (f".{before + 1}" if before else "")


def is_payout(
    said: Meant, end_to_end: str, reason: str | None = None, incident: int | None = None
) -> None:
    """It is a payout that was executed, or, for a credit, one that came back.

    ``incident``: the accepted overpayment that says what the bank paid beyond it.
    """
    payout = find(said.session, tables.Payout, end_to_end, "payout")
    rail.check_by_bank(said.session, payout.batch_number or "")
    parts = []
    if said.line.direction == Direction.DEBIT:
        parts.append(matching.executed(said.session, payout, said.line, said.now))
        if incident is not None:
            found = banking.corrections_with(said.session, incident=incident)
            parts += [_not_shown(said, Part(*beyond)) for beyond in found]
    else:
        code = reason or said.line.return_reason or NO_REASON
        parts.append(matching.returned(said.session, payout, said.line, code, said.now))
    said.is_(*parts)


def is_repayment(said: Meant, association: int, campaign: int, reference: str | None) -> None:
    """An association paid money back.

    ``reference``: that of the repayment when it was written down before; else it is written now.
    """
    said.needs(Direction.CREDIT)
    session, known = said.session, reference or _own(said)
    if reference is None:
        correcting.repay(
            session, association, campaign, said.line.cents, known, said.actor, said.now
        )
    found = banking.corrections_with(session, reference=known)
    said.is_(*[_not_shown(said, Part(*part)) for part in found])


def _not_shown(said: Meant, part: Part) -> Part:
    """The same part, unless another line stands behind it already."""
    if banking.stands_behind(said.session, part.kind, part.target):
        raise Conflict("line_known", "The bank line of this is known already.")
    return part


def is_receipts(said: Meant, parts: Sequence[tuple[int, int, int]]) -> None:
    """It is money of funders: (order, funder, cents), one part for each order it pays for."""
    said.needs(Direction.CREDIT)
    said.is_(*[matching.received(said.session, said.line, *part, said.now) for part in parts])


def is_taken_back(said: Meant, receipt: int) -> None:
    """A funder's bank took its payment back."""
    said.needs(Direction.DEBIT)
    row = find(said.session, tables.Receipt, receipt, "receipt")
    part = Part(MatchKind.TAKEN_BACK, str(receipt), row.amount_cents)
    ordering.reverse_receipt(said.session, receipt, said.now)
    said.is_(part)


def is_refund(said: Meant, number: str) -> None:
    """It is the money that went back to a funder, or, for a credit, that came back from it."""
    refund = find(said.session, tables.Refund, number, "refund")
    if said.line.direction == Direction.CREDIT:
        said.is_(matching.refund_returned(said.session, refund, said.line, said.now))
        return
    known = banking.stands_behind(said.session, MatchKind.REFUND, number)
    if refund.sent_at is None or known:
        raise Conflict("not_on_its_way", "This refund was not sent, or its line is known.")
    said.is_(matching.refunded(said.session, refund, said.line, said.now))


def is_overpayment(said: Meant, incident: int) -> None:
    """The bank paid an association once too often, as an accepted incident says."""
    said.needs(Direction.DEBIT)
    found = banking.corrections_with(said.session, incident=incident)
    said.is_(*[_not_shown(said, Part(*part)) for part in found])


def is_withdrawal(said: Meant, campaign: int) -> None:
    """The operator took its own money out: fees, or what it had advanced."""
    said.needs(Direction.DEBIT)
    reference = _own(said)
    withdrawing.withdraw(said.session, campaign, said.line.cents, reference, said.now)
    said.is_(Part(MatchKind.WITHDRAWAL, reference, said.line.cents))


def is_charge(said: Meant, campaign: int) -> None:
    """The bank took a charge: the operator owes it, and nothing is paid until it is put back."""
    said.needs(Direction.DEBIT)
    reference = _own(said)
    paying.bank_charge(said.session, campaign, reference, said.line.cents, said.now)
    said.is_(Part(MatchKind.CHARGE, reference, said.line.cents))


def is_top_up(said: Meant, campaign: int) -> None:
    """The operator put back what the account lacked."""
    said.needs(Direction.CREDIT)
    reference = _own(said)
    paying.top_up(said.session, campaign, reference, said.line.cents, said.now)
    said.is_(Part(MatchKind.TOP_UP, reference, said.line.cents))


def is_stripe_payout(said: Meant, payout: str) -> None:
    """Stripe sent what it held of gifts."""
    said.needs(Direction.CREDIT)
    said.is_(matching.from_stripe(said.session, said.line, payout, said.now))


def is_to_stripe(said: Meant, batch: str) -> None:
    """A batch's money left for Stripe, which pays the associations."""
    said.needs(Direction.DEBIT)
    said.is_(matching.to_stripe(said.session, said.line, batch, said.now))


def is_from_stripe(said: Meant, campaign: int) -> None:
    """What Stripe had not to pay came back."""
    said.needs(Direction.CREDIT)
    reference, cents = f"line:{said.line.id}", said.line.cents
    rail.empty(said.session, campaign, reference, cents, said.line.booked_on, said.now)
    said.is_(Part(MatchKind.RAIL_EMPTIED, reference, cents))


def is_stripe_fees(said: Meant) -> None:
    """The operator put back what Stripe had kept of gifts."""
    said.needs(Direction.CREDIT)
    reference, cents = f"line:{said.line.id}", said.line.cents
    parts = gift_payouts.restore_fees(said.session, reference, cents, said.now)
    said.is_(*[Part(*part) for part in parts])


def is_set_against(said: Meant, other: int) -> None:
    """Money that is not the scheme's: it came by one line and went by another."""
    row = find(said.session, tables.BankLine, other, "bank line")
    if row.matched_at is not None:
        raise Conflict("matched_already", "It is known already what the other line is.")
    if row.direction == said.line.direction or row.cents != said.line.cents:
        raise Invalid("not_opposite", "The other line must undo this one to the cent.", "to")
    mine, cents = said.line.id, said.line.cents
    said.is_(Part(MatchKind.SET_AGAINST, str(other), cents))
    again = find(said.session, tables.BankLine, other, "bank line")
    back = Part(MatchKind.SET_AGAINST, str(mine), cents)
    matching.record(said.session, again, [back], said.actor, said.now)
