"""Payout batches: one person makes the file of a period, another lets it go, or calls it off.

A batch is frozen when it is made: its document, the bank's file made from that, and the hash of
each. Approving moves the money from what is owed to what is on its way. Whatever is not paid is
listed with the reason. The bank's file is written by a function that is given: no rendering here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from voucher_service.actions.paying import check_solvent, held_by_campaign, sent
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.errors import Conflict, NotFound
from voucher_service.core.payout_batch import (
    Account,
    CreditTransfer,
    Hindrance,
    LeftOut,
    PayoutBatch,
    document,
)
from voucher_service.core.target_days import next_target_day
from voucher_service.store import bank_accounts, payouts, settlements, tables
from voucher_service.store.once import find, insert_once, next_number
from voucher_service.store.postings import post
from voucher_service.store.session import Session

SERIES = "VP"
APPROVED, CANCELLED = "approved", "cancelled"


@dataclass(frozen=True, slots=True)
class BankFormat:
    """How the bank is written to: what in a payment it would refuse, and its file of a batch."""

    faults: Callable[[CreditTransfer], Iterable[str]]
    write: Callable[[PayoutBatch], bytes]


@dataclass(slots=True)
class _Choice:
    """Who is paid of a period, decided statement by statement in the order of their numbers."""

    label: str
    now: datetime
    bank: BankFormat
    accounts: dict[int, tables.BankAccount]
    held: dict[int, int]
    payments: list[CreditTransfer] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def consider(self, standing: payouts.Standing) -> None:
        if standing.live is not None and standing.live.sent_at is not None:
            return  # on its way or paid
        payment = self._payment(standing)
        reason = self._hindrance(standing, payment)
        if reason is None:
            self.payments.append(payment)
            for campaign, cents in standing.parts:
                self.held[campaign] -= cents
            return
        waits = reason is Hindrance.ACCOUNT_COOLING_OFF
        until = self.accounts[standing.association].usable_from if waits else None
        self.left_out.append(
            LeftOut(standing.number, standing.association, standing.cents, reason, until)
        )

    def _hindrance(self, standing: payouts.Standing, payment: CreditTransfer) -> Hindrance | None:
        account = self.accounts.get(standing.association)
        unfit = any(self.bank.faults(payment))
        return hindrance(standing, account, self.now, unfit=unfit, covered=self._covers(standing))

    def _covers(self, standing: payouts.Standing) -> bool:
        return all(cents <= self.held.get(campaign, 0) for campaign, cents in standing.parts)

    def _payment(self, standing: payouts.Standing) -> CreditTransfer:
        account = self.accounts.get(standing.association)
        return CreditTransfer(
            payouts.next_reference(standing.number, standing.payouts),
            standing.number,
            standing.association,
            where(account) if account else Account("", ""),
            standing.cents,
            f"{standing.number} {self.label}",
        )


def hindrance(
    standing: payouts.Standing,
    account: tables.BankAccount | None,
    now: datetime,
    *,
    unfit: bool,
    covered: bool,
) -> Hindrance | None:
    """The first reason why a statement would not be paid now; nothing when a batch would pay it.

    ``account``: where its association is paid. ``unfit``: whether the bank would refuse the payment
    as it stands. ``covered``: whether the money of its campaigns has arrived.
    """
    return next(
        (
            reason
            for reason, there in (
                (Hindrance.NOTHING_TO_PAY, standing.cents <= 0),
                (Hindrance.IN_BATCH, standing.live is not None),
                (Hindrance.NOT_APPROVED, not standing.approved),
                (Hindrance.ACCOUNT_NOT_CONFIRMED, account is None),
                (Hindrance.ACCOUNT_BLOCKED, bool(account and account.blocked_at)),
                (Hindrance.ACCOUNT_COOLING_OFF, bool(account and _too_new(account, now))),
                (Hindrance.ACCOUNT_UNFIT, unfit),
                (Hindrance.FUNDS_NOT_ARRIVED, not covered),
            )
            if there
        ),
        None,
    )


def _too_new(account: tables.BankAccount, now: datetime) -> bool:
    return account.usable_from is not None and account.usable_from > now


def where(account: tables.BankAccount) -> Account:
    """An account as a payment names it."""
    return Account(account.holder, account.iban, account.town or "", account.country or "")


def payables(
    session: Session,
    label: str,
    statements: Collection[str] | None,
    bank: BankFormat,
    held: Mapping[int, int],
    now: datetime,
) -> tuple[list[CreditTransfer], list[LeftOut]]:
    """What a batch of a period would pay now, and what it would leave out and why.

    ``statements``: only these; none means all of the period. ``held``: cents that each campaign
    has in the account. Reads only.
    """
    period = settlements.period(session, label)
    if period is None:
        raise NotFound("not_found", f"There is no period {label}.")
    standings = list(_wanted(payouts.standings(session, period.id), statements))
    accounts = bank_accounts.current(session, [standing.association for standing in standings])
    choice = _Choice(label, now, bank, accounts, dict(held))
    for standing in standings:
        choice.consider(standing)
    return choice.payments, choice.left_out


def _wanted(
    standings: Iterator[payouts.Standing], statements: Collection[str] | None
) -> Iterator[payouts.Standing]:
    return (item for item in standings if statements is None or item.number in statements)


def make_batch(
    session: Session,
    label: str,
    statements: Collection[str] | None,
    debtor: Account,
    bank: BankFormat,
    actor: str,
    now: datetime,
) -> PayoutBatch:
    """Freeze the file that pays a period's approved statements, or some of them.

    Nothing leaves yet. Refused while the books are not solvent, and when nothing can be paid.
    """
    payouts.lock_payouts(session)
    check_solvent(session)
    # Money moves by what the ledger says under this lock, never by sums made for showing.
    held = held_by_campaign(session)
    payments, left_out = payables(session, label, statements, bank, held, now)
    if not payments:
        listed = ", ".join(f"{item.statement} ({item.reason.value})" for item in left_out)
        raise Conflict("nothing_to_pay", f"Nothing can be paid now: {listed or 'all is paid'}.")
    today = paris_day(now)
    number = next_number(session, SERIES, today.year)
    batch = PayoutBatch(number, label, now, next_target_day(today), debtor, payments, left_out)
    _freeze(session, batch, bank.write(batch), actor, now)
    return batch


def _freeze(session: Session, batch: PayoutBatch, file: bytes, actor: str, now: datetime) -> None:
    frozen = document(batch)
    period = settlements.period(session, batch.period)
    assert period is not None  # noqa: S101 - payables found it
    insert_once(
        session,
        tables.PayoutBatch,
        number=batch.number,
        period_id=period.id,
        execution_day=batch.execution_day,
        total_cents=batch.total_cents,
        document=frozen,
        sha256=sha256_hex(frozen),
        file=file,
        file_sha256=sha256_hex(file),
        made_by=actor,
        made_at=now,
    )
    accounts = bank_accounts.current(session, [item.association for item in batch.payments])
    session.add_all(
        tables.Payout(
            end_to_end=payment.end_to_end,
            statement_number=payment.statement,
            batch_number=batch.number,
            bank_account_id=accounts[payment.association].id,
            cents=payment.cents,
            planned_at=now,
        )
        for payment in batch.payments
    )
    session.flush()


def approve_batch(session: Session, number: str, actor: str, now: datetime) -> None:
    """Another person lets a batch go: from now on its file may be given to the bank.

    Everything it depended on is looked at again: solvency, funds, accounts, the day.
    """
    payouts.lock_payouts(session)
    batch = find(session, tables.PayoutBatch, number, "payout batch")
    if batch.made_by == actor:
        raise Conflict("four_eyes", "Whoever made a batch cannot approve it: ask a second person.")
    if paris_day(now) > batch.execution_day:
        raise Conflict("too_late", "Its execution day is past: cancel this batch, make another.")
    _decide(session, number, APPROVED, None, actor, now)
    check_solvent(session)
    changed = bank_accounts.still_good(session, number, now)
    if changed:
        raise Conflict(
            "account_changed",
            f"The account of {', '.join(changed)} changed since: cancel this batch, make another.",
        )
    _send(session, number, now)


def _send(session: Session, number: str, now: datetime) -> None:
    held = held_by_campaign(session)
    for payout in payouts.of_batch(session, number):
        entries = sent(session, payout, paris_day(now))
        for entry in entries:
            held[entry.campaign] = held.get(entry.campaign, 0) - entry.cents
        post(session, entries, now)
    if min(held.values()) < 0:
        raise Conflict(
            "funds_not_arrived",
            "A campaign holds less than this batch pays: cancel this batch, make another.",
        )
    payouts.mark_batch(session, number, sent_at=now)


def cancel_batch(session: Session, number: str, reason: str, actor: str, now: datetime) -> None:
    """Call a batch off before it was approved: its statements may stand in another one."""
    payouts.lock_payouts(session)
    find(session, tables.PayoutBatch, number, "payout batch")
    _decide(session, number, CANCELLED, reason, actor, now)
    payouts.mark_batch(session, number, withdrawn_at=now)


def _decide(
    session: Session, number: str, decision: str, reason: str | None, actor: str, now: datetime
) -> None:
    table = tables.PayoutBatchDecision
    if not insert_once(
        session, table, number=number, decision=decision, reason=reason, actor=actor, at=now
    ):
        raise Conflict("decided_already", "This batch was approved or cancelled already.")
