"""Paying associations, and what the ring-fenced account may not do.

A payout is one bank transfer for one approved statement. Nothing is paid while the books are not
solvent. Bank files are made elsewhere from these rows.
"""

from dataclasses import dataclass
from datetime import datetime

from voucher_service.core import ledger_out
from voucher_service.core.books import Books, position
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.store import payouts, tables
from voucher_service.store.once import find, insert_once, update_if
from voucher_service.store.postings import balances, post
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a payout that comes from one campaign, in cents."""

    campaign: int
    cents: int


def books(session: Session) -> Books:
    """The position at this moment, as published."""
    return position(balances(session))


def send_payout(session: Session, number: str, now: datetime) -> str:
    """Pay an approved statement: what is owed leaves for the bank. Gives the end-to-end reference.

    Refused while the books are not solvent, while campaign money has not arrived, and while an
    earlier payout of the statement is neither returned nor missing.
    """
    statement = find(session, tables.Statement, number, "statement")
    if statement.association_id is None:
        raise Invalid("not_payable", "Only an association's statement is paid.", "number")
    if session.get(tables.StatementApproval, number) is None:
        raise Conflict("not_approved", "A second person must approve this statement first.")
    payouts.lock_payouts(session)
    sent = payouts.of_statement(session, number)
    if any(payout.returned_at is None for payout in sent):
        raise Conflict("paid_already", "This statement was sent to the bank already.")
    parts = [Part(*part) for part in payouts.net_parts(statement.document)]
    if not parts:
        raise Conflict("nothing_to_pay", "The fee keeps all of this statement: nothing is paid.")
    _check_covered(session, parts)
    end_to_end = number if not sent else f"{number}-{len(sent) + 1}"
    insert_once(
        session,
        tables.Payout,
        end_to_end=end_to_end,
        statement_number=number,
        cents=sum(part.cents for part in parts),
        sent_at=now,
    )
    payee, today = statement.association_id, paris_day(now)
    entries = [
        ledger_out.payout_sent(end_to_end, part.campaign, payee, part.cents, today)
        for part in parts
    ]
    post(session, entries, now)
    return end_to_end


def _check_covered(session: Session, parts: list[Part]) -> None:
    held = balances(session)
    if not position(held).solvent:
        raise Conflict(
            "not_solvent",
            "The ring-fenced account holds less than what is owed: top it up before paying.",
        )
    for part in parts:
        own = position([row for row in held if row[1] == part.campaign])
        if part.cents > own.bank_reserved:
            raise Conflict(
                "funds_not_arrived",
                "The funders' money for this campaign has not arrived: record the receipts first.",
            )


def payout_executed(session: Session, end_to_end: str, now: datetime) -> None:
    """The bank has paid. Said twice, it counts once."""
    payout = find(session, tables.Payout, end_to_end, "payout")
    table = tables.Payout
    if not update_if(
        session, table, table.end_to_end == end_to_end, table.settled_at.is_(None), settled_at=now
    ):
        raise Conflict("settled_already", "This payout is known to be paid.")
    entries = [
        ledger_out.payout_executed(end_to_end, campaign, cents, paris_day(now))
        for campaign, cents in _parts(session, payout)
    ]
    post(session, entries, now)


def payout_returned(session: Session, end_to_end: str, reason: str, now: datetime) -> None:
    """The bank gave a paid payout back: the association is owed again, and may be paid anew."""
    payout = find(session, tables.Payout, end_to_end, "payout")
    table = tables.Payout
    if not update_if(
        session,
        table,
        table.end_to_end == end_to_end,
        table.settled_at.is_not(None),
        table.returned_at.is_(None),
        returned_at=now,
        return_reason=reason,
    ):
        raise Conflict("not_returnable", "Only a payout that was paid can come back, once.")
    statement = find(session, tables.Statement, payout.statement_number, "statement")
    assert statement.association_id is not None  # noqa: S101 - send_payout checked it
    payee, today = statement.association_id, paris_day(now)
    entries = [
        ledger_out.payout_returned(end_to_end, campaign, payee, cents, today)
        for campaign, cents in _parts(session, payout)
    ]
    post(session, entries, now)


def _parts(session: Session, payout: tables.Payout) -> list[tuple[int, int]]:
    statement = find(session, tables.Statement, payout.statement_number, "statement")
    return payouts.net_parts(statement.document)


def bank_charge(session: Session, campaign: int, reference: str, cents: int, now: datetime) -> None:
    """The bank took a charge out of the ring-fenced account: from now on nothing is paid."""
    find(session, tables.Campaign, campaign, "campaign")
    post(session, [ledger_out.bank_charge(reference, campaign, cents, paris_day(now))], now)


def top_up(session: Session, campaign: int, reference: str, cents: int, now: datetime) -> None:
    """The operator put back what the ring-fenced account lacked."""
    find(session, tables.Campaign, campaign, "campaign")
    post(session, [ledger_out.top_up(reference, campaign, cents, paris_day(now))], now)
