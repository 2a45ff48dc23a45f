"""What is known of statements, payouts and batches while one is made, sent or answered."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, select

from voucher_service.store import tables
from voucher_service.store.once import take_range, update_if
from voucher_service.store.session import Session

Payout = tables.Payout
Statement = tables.Statement


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the payment of an association's statement has come; parts are (campaign, cents)."""

    number: str
    association: int
    parts: Sequence[tuple[int, int]]
    approved: bool
    payouts: Sequence[tables.Payout]

    @property
    def cents(self) -> int:
        """What it pays."""
        return sum(cents for _, cents in self.parts)

    @property
    def live(self) -> tables.Payout | None:
        """The payout that is planned, on its way or paid, if there is one."""
        return next((payout for payout in self.payouts if is_live(payout)), None)


def is_live(payout: tables.Payout) -> bool:
    """Whether a payout was neither withdrawn, nor rejected, nor returned."""
    return payout.withdrawn_at is None and payout.rejected_at is None and payout.returned_at is None


def next_reference(statement: str, made: Sequence[tables.Payout]) -> str:
    """The end-to-end reference of a statement's next payout: its number, then ``-2`` and so on."""
    return statement if not made else f"{statement}-{len(made) + 1}"


def lock_payouts(session: Session) -> None:
    """Let one payout be decided at a time: each must see the books after the one before."""
    take_range(session, "payout-lock", 1)


def standings(session: Session, period: int) -> Iterator[Standing]:
    """Every association's statement of a period, by number."""
    return _standings(session, Statement.period_id == period)


def unpaid(session: Session, association: int) -> Iterator[Standing]:
    """An association's statements that no payment settled and that leave something to pay."""
    settled = select(Payout.statement_number).where(
        Payout.settled_at.is_not(None), Payout.returned_at.is_(None)
    )
    return _standings(
        session,
        (Statement.association_id == association)
        & (Statement.total_cents > 0)
        & Statement.number.not_in(settled),
    )


def _standings(session: Session, which: ColumnElement[bool]) -> Iterator[Standing]:
    approval = tables.StatementApproval
    rows = session.execute(
        select(Statement.number, Statement.association_id, Statement.document, approval.at, Payout)
        .outerjoin(approval, approval.number == Statement.number)
        .outerjoin(Payout, Payout.statement_number == Statement.number)
        .where(which, Statement.association_id.is_not(None))
        .order_by(Statement.number, Payout.planned_at, Payout.end_to_end)
        .execution_options(yield_per=50)
    )
    # A row for each payout, and one without where none was made.
    for number, same in groupby(rows, key=lambda row: row[0]):
        found = list(same)
        _, association, document, approved_at, _ = found[0]
        payouts: list[tables.Payout | None] = [row[-1] for row in found]
        made = [payout for payout in payouts if payout is not None]
        yield Standing(number, association or 0, net_parts(document), approved_at is not None, made)


def of_statement(session: Session, number: str) -> Sequence[tables.Payout]:
    """The payouts made for a statement, oldest first."""
    return session.scalars(
        select(Payout)
        .where(Payout.statement_number == number)
        .order_by(Payout.planned_at, Payout.end_to_end)
    ).all()


def of_batch(session: Session, number: str) -> Sequence[tables.Payout]:
    """The payouts of a batch."""
    return session.scalars(
        select(Payout).where(Payout.batch_number == number).order_by(Payout.end_to_end)
    ).all()


def mark_batch(session: Session, number: str, **when: datetime) -> None:
    """All planned payouts of a batch are sent, or withdrawn, at one moment."""
    update_if(
        session,
        Payout,
        Payout.batch_number == number,
        Payout.sent_at.is_(None),
        Payout.withdrawn_at.is_(None),
        **when,
    )


def net_parts(document: bytes) -> list[tuple[int, int]]:
    """What an association's statement pays, by campaign: (campaign, net cents)."""
    campaigns = json.loads(document)["campaigns"]
    return [(int(part["id"]), part["net_cents"]) for part in campaigns if part["net_cents"] > 0]
