"""Where an association's money is: every cent that we owe it, with the one reason why it waits.

Reads only. The sums of what is given here are those of the ledger (``payable``, ``contested``,
what is on its way, ``receivable``), whatever happened in whatever order.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from voucher_service.actions.batching import hindrance, where
from voucher_service.core.dues import ABOUT_THE_ACCOUNT, Due, Money, Waits
from voucher_service.core.payout_batch import Account
from voucher_service.store import bank_accounts, owing, payouts, tables
from voucher_service.store.session import Session

Faults = Callable[[Account], Iterable[str]]
"""What a bank would refuse in an account."""


def money_of(
    session: Session, association: int, faults: Faults, now: datetime, *, solvent: bool
) -> Money:
    """Where an association's money is now, nearest to its bank account first.

    ``solvent``: whether the books are; while they are not, no batch leaves.
    """
    next_batch = Waits.READY if solvent else Waits.STOPPED
    dues = [
        *_statements(session, association, faults, now, next_batch),
        *_contests(session, association),
        *_not_on_a_statement(session, association),
    ]
    owes_back = owing.owed_back(session, association)
    waits = any(due.waits in ABOUT_THE_ACCOUNT for due in dues)
    return Money(dues, owes_back, waits and bank_accounts.is_proposed(session, association))


def _statements(
    session: Session, association: int, faults: Faults, now: datetime, next_batch: Waits
) -> Iterator[Due]:
    standings = list(payouts.unpaid(session, association))
    if not standings:
        return
    account = bank_accounts.current(session, [association]).get(association)
    unfit = account is not None and any(faults(where(account)))
    held = owing.held(session, sorted({c for each in standings for c, _ in each.parts}))
    for standing in standings:
        covered = all(cents <= held[campaign] for campaign, cents in standing.parts)
        reason = hindrance(standing, account, now, unfit=unfit, covered=covered)
        if reason is None:
            for campaign, cents in standing.parts:
                held[campaign] -= cents
        waits = Waits(reason.value) if reason else next_batch
        yield _due(standing, waits, account)


def _due(standing: payouts.Standing, waits: Waits, account: tables.BankAccount | None) -> Due:
    live = standing.live
    if live is not None and live.sent_at is not None:
        waits = Waits.SENT
    cooling = account is not None and waits is Waits.ACCOUNT_COOLING_OFF
    back = next((each.return_reason for each in reversed(standing.payouts)), None)
    return Due(
        waits,
        standing.cents,
        statement=standing.number,
        until=account.usable_from if account and cooling else None,
        bank_reason=back,
        reference=live.end_to_end if live else None,
    )


def _contests(session: Session, association: int) -> Iterator[Due]:
    for each in owing.aside(session, association):
        until: date = each.answer_until
        yield Due(Waits.CONTESTED, each.cents, passes=1, contest=each.contest, until=until)


def _not_on_a_statement(session: Session, association: int) -> Iterator[Due]:
    given = owing.given(session, association)
    if given:
        yield Due(Waits.GRANTED, given)
    count, cents = owing.not_stated(session, association)
    if count:
        yield Due(Waits.NOT_STATED, cents, passes=count)
