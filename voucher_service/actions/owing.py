"""Where an association's money is: every cent that we owe it, with the one reason why it waits.

Reads only. The sums of what is given here are those of the ledger (``payable``, ``contested``,
what is on its way, ``receivable``), whatever happened in whatever order.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from voucher_service.actions.batching import hindrance, where
from voucher_service.core.dues import ABOUT_THE_ACCOUNT, Due, Money, Waits
from voucher_service.core.payout_batch import Account
from voucher_service.store import bank_accounts, owing, payouts, tables
from voucher_service.store.session import Session

Faults = Callable[[Account], Iterable[str]]
"""What a bank would refuse in an account."""


@dataclass(frozen=True, slots=True)
class Till:
    """What is in the ring-fenced account: cents by campaign, and whether the books are solvent."""

    held: Mapping[int, int]
    solvent: bool
    """While they are not, no batch leaves."""


def money_of(
    session: Session, association: int, faults: Faults, now: datetime, till: Till
) -> Money:
    """Where an association's money is now, nearest to its bank account first."""
    said = stated_money_of(session, association, faults, now, till)
    unsaid = owing.unsaid(session, association)
    dues = [*said.dues, *_contests(session, association), *_not_on_a_statement(unsaid)]
    return Money(dues, unsaid.owes_back, said.account_proposed)


def stated_money_of(
    session: Session, association: int, faults: Faults, now: datetime, till: Till
) -> Money:
    """The part of it that statements say, and nothing else."""
    standings = list(payouts.unpaid(session, association))
    account, proposed = (
        bank_accounts.current_and_proposed(session, association) if standings else (None, None)
    )
    unfit = account is not None and any(faults(where(account)))
    dues = list(_statements(standings, account, now, till, unfit=unfit))
    waits = any(due.waits in ABOUT_THE_ACCOUNT for due in dues)
    return Money(dues, {}, waits and proposed is not None)


def _statements(
    standings: Iterable[payouts.Standing],
    account: tables.BankAccount | None,
    now: datetime,
    till: Till,
    *,
    unfit: bool,
) -> Iterator[Due]:
    next_batch = Waits.READY if till.solvent else Waits.STOPPED
    held = Counter(till.held)
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


def _not_on_a_statement(unsaid: owing.Unsaid) -> Iterator[Due]:
    if unsaid.given_cents:
        yield Due(Waits.GRANTED, unsaid.given_cents)
    if unsaid.passes:
        yield Due(Waits.NOT_STATED, unsaid.cents, passes=unsaid.passes)
