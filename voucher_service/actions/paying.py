"""Payouts to associations, one by one, and what the ring-fenced account may not do.

A payout is one bank transfer for one approved statement. Nothing is paid while the books are not
solvent. Files for the bank are made in ``batching``; what the bank answers is read in ``banking``.
"""

from dataclasses import dataclass
from datetime import date, datetime

from voucher_service.core import ledger_out
from voucher_service.core.bank_reasons import is_about_the_account
from voucher_service.core.books import Books, position
from voucher_service.core.books import held_by_campaign as held_by
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict
from voucher_service.core.transfer import Transfer
from voucher_service.store import bank_accounts, payouts, tables
from voucher_service.store.once import find, update_if
from voucher_service.store.postings import balances, post
from voucher_service.store.session import Session

P = tables.Payout


def books(session: Session) -> Books:
    """The position at this moment, as published."""
    return position(balances(session))


def check_solvent(session: Session) -> None:
    """Refuse to pay anybody while the account does not cover what is owed; raises Conflict."""
    if not books(session).solvent:
        raise Conflict(
            "not_solvent",
            "The ring-fenced account holds less than what is owed: top it up before paying.",
        )


def held_by_campaign(session: Session) -> dict[int, int]:
    """Cents that each campaign has in the account at this moment."""
    return held_by(balances(session))


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a payout that comes from one campaign, in cents, and whom it pays."""

    campaign: int
    association: int
    cents: int


def parts_of(session: Session, payout: tables.Payout) -> list[Part]:
    """A payout by campaign, as its statement says."""
    statement = find(session, tables.Statement, payout.statement_number, "statement")
    association = statement.association_id or 0
    return [Part(n, association, cents) for n, cents in payouts.net_parts(statement.document)]


def sent(session: Session, payout: tables.Payout, on: date) -> list[Transfer]:
    """What is written when a payout leaves for the bank."""
    return [
        ledger_out.payout_sent(payout.end_to_end, part.campaign, part.association, part.cents, on)
        for part in parts_of(session, payout)
    ]


def payout_executed(
    session: Session, end_to_end: str, now: datetime, on: date | None = None
) -> None:
    """The bank has paid, today or on another day. Said twice, it counts once."""
    payout = find(session, P, end_to_end, "payout")
    if not update_if(
        session,
        P,
        P.end_to_end == end_to_end,
        P.sent_at.is_not(None),
        P.rejected_at.is_(None),
        P.settled_at.is_(None),
        settled_at=now,
    ):
        raise Conflict("not_on_its_way", "This payout is paid, or was never sent.")
    day = on or paris_day(now)
    entries = [
        ledger_out.payout_executed(end_to_end, part.campaign, part.cents, day)
        for part in parts_of(session, payout)
    ]
    post(session, entries, now)


def payout_returned(
    session: Session, end_to_end: str, reason: str, now: datetime, on: date | None = None
) -> None:
    """The bank gave a paid payout back: the association is owed again, its account is blocked.

    It is paid anew, under another reference, once another account is confirmed.
    """
    payout = find(session, P, end_to_end, "payout")
    if not update_if(
        session,
        P,
        P.end_to_end == end_to_end,
        P.settled_at.is_not(None),
        P.returned_at.is_(None),
        returned_at=now,
        return_reason=reason,
    ):
        raise Conflict("not_returnable", "Only a payout that was paid can come back, once.")
    day = on or paris_day(now)
    entries = [
        ledger_out.payout_returned(end_to_end, part.campaign, part.association, part.cents, day)
        for part in parts_of(session, payout)
    ]
    post(session, entries, now)
    _block(session, payout, reason, now)
    _tell(session, "payout_returned", payout, reason, now)


def payout_rejected(session: Session, end_to_end: str, reason: str, now: datetime) -> None:
    """The bank refused to execute a payout: the association is owed again.

    Its account is blocked when the reason is about the account.
    """
    payout = find(session, P, end_to_end, "payout")
    if not update_if(
        session,
        P,
        P.end_to_end == end_to_end,
        P.sent_at.is_not(None),
        P.settled_at.is_(None),
        P.rejected_at.is_(None),
        rejected_at=now,
        return_reason=reason,
    ):
        raise Conflict("not_on_its_way", "This payout is paid, or was never sent.")
    today = paris_day(now)
    entries = [
        ledger_out.payout_rejected(end_to_end, part.campaign, part.association, part.cents, today)
        for part in parts_of(session, payout)
    ]
    post(session, entries, now)
    if is_about_the_account(reason):
        _block(session, payout, reason, now)
    _tell(session, "payout_rejected", payout, reason, now)


def _block(session: Session, payout: tables.Payout, reason: str, now: datetime) -> None:
    if payout.bank_account_id is not None:
        bank_accounts.block(session, payout.bank_account_id, reason, now)


def _tell(session: Session, topic: str, payout: tables.Payout, reason: str, now: datetime) -> None:
    """The association reads why, and what to do."""
    statement = find(session, tables.Statement, payout.statement_number, "statement")
    payload = {
        "association": statement.association_id,
        "end_to_end": payout.end_to_end,
        "cents": payout.cents,
        "reason": reason,
    }
    session.add(tables.Outbox(topic=topic, payload=payload, created_at=now))


def bank_charge(session: Session, campaign: int, reference: str, cents: int, now: datetime) -> None:
    """The bank took a charge out of the ring-fenced account: from now on nothing is paid."""
    find(session, tables.Campaign, campaign, "campaign")
    post(session, [ledger_out.bank_charge(reference, campaign, cents, paris_day(now))], now)


def top_up(session: Session, campaign: int, reference: str, cents: int, now: datetime) -> None:
    """The operator put back what the ring-fenced account lacked."""
    find(session, tables.Campaign, campaign, "campaign")
    post(session, [ledger_out.top_up(reference, campaign, cents, paris_day(now))], now)
