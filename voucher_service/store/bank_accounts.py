"""Where associations are paid, while that changes: proposals, the current account, blocks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from voucher_service.store import tables
from voucher_service.store.once import update_if
from voucher_service.store.session import Session

Account = tables.BankAccount


def shown(session: Session, association: int) -> tables.BankAccount | None:
    """The account to name on a paper: the current one, else the one proposed last, if any."""
    query = (
        select(Account)
        .where(Account.association_id == association)
        .order_by(
            (Account.confirmed_at.is_not(None) & Account.replaced_at.is_(None)).desc(),
            Account.id.desc(),
        )
    )
    return session.scalar(query.limit(1))


def current(session: Session, associations: Sequence[int]) -> dict[int, tables.BankAccount]:
    """The confirmed account of some associations, where there is one."""
    rows = session.scalars(
        select(Account).where(
            Account.association_id.in_(associations),
            Account.confirmed_at.is_not(None),
            Account.replaced_at.is_(None),
        )
    )
    return {row.association_id: row for row in rows}


def known(session: Session, association: int) -> bool:
    """Whether an association ever had an account."""
    query = select(Account.id).where(Account.association_id == association)
    return session.scalar(query.limit(1)) is not None


def current_and_proposed(
    session: Session, association: int
) -> tuple[tables.BankAccount | None, tables.BankAccount | None]:
    """The confirmed account of an association, and the one that waits for a second person."""
    rows = session.scalars(
        select(Account).where(Account.association_id == association, Account.replaced_at.is_(None))
    ).all()
    current = next((row for row in rows if row.confirmed_at is not None), None)
    return current, next((row for row in rows if row.confirmed_at is None), None)


def end_proposal(session: Session, association: int, now: datetime) -> None:
    """A newer proposal takes the place of one that nobody confirmed."""
    update_if(
        session,
        Account,
        Account.association_id == association,
        Account.confirmed_at.is_(None),
        Account.replaced_at.is_(None),
        replaced_at=now,
    )


def end_current(session: Session, association: int, now: datetime) -> bool:
    """The current account makes room for the next one; whether there was one."""
    return 1 == update_if(
        session,
        Account,
        Account.association_id == association,
        Account.confirmed_at.is_not(None),
        Account.replaced_at.is_(None),
        replaced_at=now,
    )


def confirm(
    session: Session, number: int, actor: str, usable_from: datetime, now: datetime
) -> bool:
    """A second person confirms a proposal; whether it still was one."""
    return 1 == update_if(
        session,
        Account,
        Account.id == number,
        Account.confirmed_at.is_(None),
        Account.replaced_at.is_(None),
        Account.proposed_by != actor,
        confirmed_at=now,
        confirmed_by=actor,
        usable_from=usable_from,
    )


def refuse(session: Session, number: int, reason: str, now: datetime) -> bool:
    """A proposal is refused; whether it still was one."""
    return 1 == update_if(
        session,
        Account,
        Account.id == number,
        Account.confirmed_at.is_(None),
        Account.replaced_at.is_(None),
        replaced_at=now,
        refusal=reason,
    )


def block(session: Session, number: int, reason: str, now: datetime) -> None:
    """A bank gave money back from this account."""
    update_if(
        session,
        Account,
        Account.id == number,
        Account.blocked_at.is_(None),
        blocked_at=now,
        blocked_reason=reason,
    )


def still_good(session: Session, batch: str, now: datetime) -> Sequence[str]:
    """Payouts of a batch whose account is not the current, unblocked, usable one any more."""
    payout = tables.Payout
    good = (
        Account.confirmed_at.is_not(None)
        & Account.replaced_at.is_(None)
        & Account.blocked_at.is_(None)
        & (func.coalesce(Account.usable_from, Account.created_at) <= now)
    )
    return session.scalars(
        select(payout.end_to_end)
        .join(Account, Account.id == payout.bank_account_id)
        .where(payout.batch_number == batch, ~good)
        .order_by(payout.end_to_end)
    ).all()
