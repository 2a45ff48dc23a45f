"""The figures of a whole scheme, for whoever counts everything at once: the demonstration, a bench.

Reads only, and sees every tenant: never for a caller who has one.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from voucher_service.core import accounts
from voucher_service.store import tables
from voucher_service.store.postings import balance
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of the whole scheme. ``handed_over`` leaves out booklets that were replaced."""

    booklets: int
    passes: int
    handed_over: int
    redeemed: int
    undone: int
    unmet: int


def figures(session: Session) -> Figures:
    """What there is, and what became of it."""
    booklet, redemption = tables.Booklet, tables.Redemption
    own = session.execute(
        select(func.count(), func.sum(booklet.passes)).where(booklet.replaces_id.is_(None))
    ).one()
    given = select(func.count()).where(
        booklet.handed_over_at.is_not(None), booklet.voided_at.is_(None)
    )
    used = select(func.count(), func.count(redemption.undone_at)).select_from(redemption)
    uses, undone = session.execute(used).one()
    return Figures(
        booklets=int(own[0]),
        passes=int(own[1] or 0),
        handed_over=int(session.scalar(given) or 0),
        redeemed=int(uses) - int(undone),
        undone=int(undone),
        unmet=int(session.scalar(select(func.sum(tables.UnmetRequest.people))) or 0),
    )


def refusals_by_reason(session: Session) -> dict[str, int]:
    """How many scans were refused, by reason."""
    refusal = tables.Refusal
    rows = session.execute(
        select(refusal.reason, func.count()).group_by(refusal.reason).order_by(refusal.reason)
    )
    return {reason: int(count) for reason, count in rows}


def paid_and_payable(session: Session) -> dict[str, tuple[int, int]]:
    """Cents paid to each association by its bank, and cents still owed, by name."""
    association, statement, payout = tables.Association, tables.Statement, tables.Payout
    sums = session.execute(
        select(statement.association_id, func.sum(payout.cents))
        .join(statement, statement.number == payout.statement_number)
        .where(payout.settled_at.is_not(None), payout.returned_at.is_(None))
        .group_by(statement.association_id)
    )
    paid = {number: int(cents) for number, cents in sums}
    rows = session.execute(select(association.id, association.name).order_by(association.id))
    return {
        name: (paid.get(number, 0), balance(session, accounts.payable(number)))
        for number, name in rows
    }


def funders_by_month(session: Session) -> dict[str, dict[str, int]]:
    """Cents that each funder bears, by the label of the period and its name."""
    period, statement, funder = tables.Period, tables.Statement, tables.Funder
    rows = session.execute(
        select(period.label, funder.name, func.sum(statement.total_cents))
        .join(statement, statement.period_id == period.id)
        .join(funder, funder.id == statement.funder_id)
        .group_by(period.label, funder.name, funder.id)
        .order_by(period.label, funder.id)
    )
    by_month: dict[str, dict[str, int]] = {}
    for label, name, cents in rows:
        by_month.setdefault(label, {})[name] = int(cents)
    return by_month


def used_by_service(session: Session) -> dict[str, int]:
    """How many passes were used for each service."""
    table = tables.Redemption
    rows = session.execute(
        select(table.service, func.count())
        .where(table.undone_at.is_(None))
        .group_by(table.service)
        .order_by(func.count().desc(), table.service)
    )
    return {service: int(count) for service, count in rows}


def spendable_pass(session: Session) -> tuple[int, int, int] | None:
    """The (order, booklet, number) of a pass that can be spent now: the last of its booklet."""
    booklet, redemption = tables.Booklet, tables.Redemption
    used = select(redemption.id).where(
        redemption.booklet_id == booklet.id,
        redemption.number == booklet.passes,
        redemption.undone_at.is_(None),
    )
    row = session.execute(
        select(booklet.order_id, booklet.id, booklet.passes)
        .where(
            booklet.handed_over_at.is_not(None),
            booklet.blocked_at.is_(None),
            booklet.voided_at.is_(None),
            booklet.activated_at.is_not(None),
            ~used.exists(),
        )
        .order_by(booklet.handed_over_at.desc())
        .limit(1)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def unspent_booklets(session: Session, most: int) -> range | None:
    """Some consecutive booklets in people's hands of which no pass was spent, the latest ones."""
    booklet, redemption = tables.Booklet, tables.Redemption
    used = select(redemption.id).where(redemption.booklet_id == booklet.id)
    query = select(booklet.id).where(
        booklet.handed_over_at.is_not(None),
        booklet.blocked_at.is_(None),
        booklet.voided_at.is_(None),
        booklet.activated_at.is_not(None),
        ~used.exists(),
    )
    ids = set(session.scalars(query))
    for count in range(most, 0, -1):
        starts = [one for one in ids if all(one + further in ids for further in range(count))]
        if starts:
            return range(max(starts), max(starts) + count)
    return None


def is_empty(session: Session) -> bool:
    """Whether nobody has begun anything here."""
    return session.scalar(select(tables.Funder.id).limit(1)) is None
