"""Refunds in files for the bank: one person makes the file, another lets it go, or calls it off.

Each refund was asked for and approved by two persons before; the file is a third and a fourth look.
Frozen when it is made, like a payout batch; the money moves when it is approved.
"""

from collections.abc import Collection
from datetime import datetime

from voucher_service.actions import refunding
from voucher_service.actions.batching import APPROVED, CANCELLED, BankFormat
from voucher_service.actions.paying import check_solvent
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.errors import Conflict
from voucher_service.core.payout_batch import Account
from voucher_service.core.refund_batch import RefundBatch, RefundPayment, document, transfer
from voucher_service.core.target_days import next_target_day
from voucher_service.store import payouts, refunds, tables
from voucher_service.store.once import find, insert_once, next_number
from voucher_service.store.session import Session

SERIES = "VR"

B = tables.RefundBatch


def make_batch(
    session: Session,
    chosen: Collection[str] | None,
    debtor: Account,
    bank: BankFormat,
    actor: str,
    now: datetime,
) -> RefundBatch:
    """Freeze the file that sends approved refunds home, all of them or those that are chosen.

    Refused while the books are not solvent, when nothing can be sent, and when the bank would
    refuse one of them.
    """
    payouts.lock_payouts(session)
    check_solvent(session)
    waiting = [row for row in refunds.waiting(session) if chosen is None or row.number in chosen]
    if not waiting:
        raise Conflict("nothing_to_refund", "No approved refund waits for a file.")
    payments = [_payment(row) for row in waiting]
    faults = [
        f"{item.refund}: {fault}" for item in payments for fault in bank.faults(transfer(item))
    ]
    if faults:
        raise Conflict("account_unfit", f"The bank would refuse this: {'; '.join(faults)}.")
    today = paris_day(now)
    number = next_number(session, SERIES, today.year)
    batch = RefundBatch(number, now, next_target_day(today), debtor, payments)
    _freeze(session, batch, bank.write(batch.for_bank), actor, now)
    for row in waiting:
        refunds.into_batch(session, row.number, number)
    return batch


def _payment(row: tables.Refund) -> RefundPayment:
    account = Account(row.holder, row.iban)
    return RefundPayment(row.number, row.campaign_id, row.funder_id, account, row.cents)


def _freeze(session: Session, batch: RefundBatch, file: bytes, actor: str, now: datetime) -> None:
    frozen = document(batch)
    insert_once(
        session,
        B,
        number=batch.number,
        execution_day=batch.execution_day,
        total_cents=batch.total_cents,
        document=frozen,
        sha256=sha256_hex(frozen),
        file=file,
        file_sha256=sha256_hex(file),
        made_by=actor,
        made_at=now,
    )


def approve_batch(session: Session, number: str, actor: str, now: datetime) -> None:
    """Another person lets a batch go: from now on its file may be given to the bank."""
    payouts.lock_payouts(session)
    batch = find(session, B, number, "refund batch")
    if batch.made_by == actor:
        raise Conflict("four_eyes", "Whoever made a batch cannot approve it: ask a second person.")
    if paris_day(now) > batch.execution_day:
        raise Conflict("too_late", "Its execution day is past: cancel this batch, make another.")
    _decide(session, number, APPROVED, None, actor, now)
    for refund in refunds.of_batch(session, number):
        refunding.send(session, refund.number, now)


def cancel_batch(session: Session, number: str, reason: str, actor: str, now: datetime) -> None:
    """Call a batch off before it was approved: its refunds may stand in another one."""
    payouts.lock_payouts(session)
    find(session, B, number, "refund batch")
    _decide(session, number, CANCELLED, reason, actor, now)


def _decide(
    session: Session, number: str, decision: str, reason: str | None, actor: str, now: datetime
) -> None:
    if not refunds.decide_batch(session, number, decision, reason, actor, now):
        raise Conflict("decided_already", "This batch was approved or cancelled already.")
