"""Deposits on their way back to funders: asked by one person, approved by another, then paid.

A refund pays the whole deposit that a funder has in a campaign. It leaves for the bank like any
other payment, in a file that two persons let go and never by itself: from the moment it is sent the
deposit is gone, and it is there again if the bank does not pay. A refund that came back is asked
anew, under its own number.
"""

from datetime import date, datetime

from voucher_service.actions.batching import APPROVED
from voucher_service.actions.identifiers import checked_iban
from voucher_service.actions.paying import check_solvent
from voucher_service.core import ledger_end
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.transfer import Transfer
from voucher_service.store import payouts, refunds, tables
from voucher_service.store.once import find, insert_once, next_number, update_if
from voucher_service.store.orders import lock_campaign
from voucher_service.store.outbox import tell
from voucher_service.store.postings import deposit, post
from voucher_service.store.session import Session

R = tables.Refund


def ask(
    session: Session,
    campaign: int,
    funder: int,
    iban: str,
    holder: str,
    actor: str,
    now: datetime,
) -> str:
    """Ask for a funder's whole deposit of a campaign to be sent home; the refund's number.

    What the funder was called for and has not paid is no deposit: sending that would spend others'.
    """
    account = checked_iban(iban)
    if not holder.strip():
        raise Invalid("holder_missing", "Say whose account it is, as its bank knows it.", "holder")
    lock_campaign(session, campaign)
    cents = deposit(session, funder, campaign)
    if cents <= 0:
        raise Conflict("nothing_to_refund", "This funder has no deposit in this campaign.")
    number = next_number(session, "RB", paris_day(now).year)
    if not insert_once(
        session,
        R,
        number=number,
        campaign_id=campaign,
        funder_id=funder,
        cents=cents,
        iban=account,
        holder=holder.strip(),
        asked_by=actor,
        asked_at=now,
    ):
        raise Conflict("refund_open", "A refund of this deposit is on its way already.")
    return number


def approve(session: Session, number: str, actor: str, now: datetime) -> None:
    """A second person finds a refund right: amount, account and holder."""
    row = _refund(session, number)
    if row.asked_by == actor:
        raise Conflict("four_eyes", "Whoever asked cannot approve: ask a second person.")
    if not update_if(
        session,
        R,
        R.number == number,
        R.approved_at.is_(None),
        R.ended_at.is_(None),
        approved_by=actor,
        approved_at=now,
    ):
        raise Conflict("approved_already", "This refund was approved or ended already.")


def withdraw(session: Session, number: str, reason: str, now: datetime) -> None:
    """Give up a refund that was not sent: the deposit stays, and may be asked for again."""
    file = refunds.file_of(session, _refund(session, number))
    if not reason.strip():
        raise Invalid("reason_missing", "Say why it is withdrawn.", "reason")
    if file is not None and file.decision is None:
        raise Conflict("in_batch", "This refund stands in a file: cancel that file first.")
    if not refunds.end(session, number, "withdrawn", reason, now, R.sent_at.is_(None)):
        raise Conflict("not_withdrawable", "This refund was sent or ended already.")


def send(session: Session, number: str, now: datetime) -> None:
    """An approved refund leaves with its file, which is approved; refused if the books are short.

    There is no other way out: whoever pays by hand at the bank pays without a second person.
    """
    row = _refund(session, number)
    file = refunds.file_of(session, row)
    if file is None or file.decision != APPROVED:
        raise Conflict("not_in_a_file", "A refund leaves in a file that a second person approved.")
    payouts.lock_payouts(session)
    lock_campaign(session, row.campaign_id)
    check_solvent(session)
    if deposit(session, row.funder_id, row.campaign_id) < row.cents:
        raise Conflict("deposit_gone", "The deposit has changed since: withdraw and ask again.")
    if not update_if(
        session,
        R,
        R.number == number,
        R.approved_at.is_not(None),
        R.sent_at.is_(None),
        R.ended_at.is_(None),
        sent_at=now,
    ):
        raise Conflict("not_sendable", "Only a refund that is approved and not sent can leave.")
    _post(session, ledger_end.refund(number, *_whose(row), paris_day(now)), now)


def executed(session: Session, number: str, now: datetime, on: date | None = None) -> None:
    """The bank has paid a refund, today or on another day. Said twice, it counts once."""
    row = _refund(session, number)
    if not refunds.end(session, number, "settled", None, now, R.sent_at.is_not(None)):
        raise Conflict("not_on_its_way", "This refund was never sent, or has ended.")
    day = on or paris_day(now)
    _post(session, ledger_end.refund_executed(number, row.campaign_id, row.cents, day), now)


def rejected(session: Session, number: str, reason: str, now: datetime) -> None:
    """The bank refused to execute a refund: the funder has its deposit, and may be paid anew."""
    row = _refund(session, number)
    if not refunds.end(session, number, "rejected", reason, now, R.sent_at.is_not(None)):
        raise Conflict("not_on_its_way", "This refund was never sent, or has ended.")
    _post(session, ledger_end.refund_rejected(number, *_whose(row), paris_day(now)), now)
    _tell(session, row, reason, now)


def returned(
    session: Session, number: str, reason: str, now: datetime, on: date | None = None
) -> None:
    """The bank gave a paid refund back: the funder has its deposit, and may be paid anew."""
    row = _refund(session, number)
    if not update_if(
        session,
        R,
        R.number == number,
        R.outcome == "settled",
        outcome="returned",
        outcome_reason=reason,
        ended_at=now,
    ):
        raise Conflict("not_returnable", "Only a refund that was paid can come back, once.")
    entry = ledger_end.refund_returned(number, *_whose(row), on or paris_day(now))
    _post(session, entry, now)
    _tell(session, row, reason, now)


def _refund(session: Session, number: str) -> tables.Refund:
    return find(session, R, number, "refund")


def _whose(row: tables.Refund) -> tuple[int, int, int]:
    return row.campaign_id, row.funder_id, row.cents


def _post(session: Session, entry: Transfer, now: datetime) -> None:
    post(session, [entry], now)


def _tell(session: Session, row: tables.Refund, reason: str, now: datetime) -> None:
    told = {"refund": row.number, "funder": row.funder_id, "cents": row.cents, "reason": reason}
    tell(session, "refund_came_back", told, now)
