"""The ledger as an accountant reads it: sums by day, kind and document; balances at a moment.

Amounts are added up by the database, so that a year of a large scheme is a stream of sums. Uses are
under the statement that settled them. Nothing here writes.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import String, cast, func, literal, select, union_all

from voucher_service.core.transfer import Kind
from voucher_service.store import tables
from voucher_service.store.load import day
from voucher_service.store.session import Session
from voucher_service.store.types import paris_day

T = tables.Transfer


@dataclass(frozen=True, slots=True)
class Movement:
    """What one kind of event moved between two accounts on one day, for one document."""

    written_on: date
    kind: str
    debit: str
    credit: str
    campaign: int
    value_date: date
    piece: str
    """The document's number; empty for passes that are on no statement."""
    transfers: int
    cents: int


def movements(session: Session, begins: datetime, ends: datetime) -> Generator[Movement]:
    """Sums of what was written from one moment to before another, by the Paris day of writing.

    Whoever stops half-way closes it: the database holds a cursor open meanwhile.
    """
    redemption, statement = tables.Redemption, tables.Statement
    common = (
        paris_day(T.recorded_at).label("written_on"),
        T.kind,
        T.debit,
        T.credit,
        T.campaign_id,
        T.value_date,
    )
    written = (T.recorded_at >= begins, T.recorded_at < ends)
    of_statement = func.coalesce(statement.number, "")
    uses = (
        select(*common, of_statement.label("piece"), T.cents)
        .select_from(redemption)
        .join(T, T.event == literal("use:") + cast(redemption.id, String))
        .outerjoin(
            statement,
            (statement.period_id == redemption.period_id)
            & (statement.association_id == redemption.association_id),
        )
        .where(T.kind == Kind.USE.value, *written)
    )
    others = select(*common, T.reference.label("piece"), T.cents).where(
        T.kind != Kind.USE.value, *written
    )
    each = union_all(uses, others).subquery()
    keys = [column for column in each.c if column.name != "cents"]
    sums = (
        select(*keys, func.count().label("transfers"), func.sum(each.c.cents).label("moved"))
        .group_by(*keys)
        .order_by(*keys)
    )
    with session.execute(sums.execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield Movement(
                day(row.written_on),
                row.kind,
                row.debit,
                row.credit,
                row.campaign_id,
                row.value_date,
                "" if row.piece.startswith("redemption:") else row.piece,
                row.transfers,
                int(row.moved),
            )


def first_written(session: Session) -> datetime | None:
    """When the ledger began."""
    return session.scalar(select(func.min(T.recorded_at)))


def names(session: Session) -> dict[str, dict[int, str]]:
    """How funders, associations and campaigns are called, by their numbers."""
    return {
        name: {row.id: row.name for row in session.execute(select(table.id, table.name))}
        for name, table in (
            ("funder", tables.Funder),
            ("association", tables.Association),
            ("campaign", tables.Campaign),
        )
    }


@dataclass(frozen=True, slots=True)
class Books:
    """One set of books: its name, where its movements stand, and how an accountant reads them."""

    name: Literal["reserved", "fees"]
    table: type[tables.Transfer] | type[tables.FeeTransfer]
    movements: Callable[[Session, datetime, datetime], Generator[Movement]]

    def written_cents(self, session: Session, begins: datetime, ends: datetime) -> int:
        """The sum of every movement written from one moment to before another."""
        row = self.table
        written = select(func.sum(row.cents)).where(row.recorded_at >= begins)
        return int(session.scalar(written.where(row.recorded_at < ends)) or 0)

    def balances_before(self, session: Session, moment: datetime) -> list[tuple[str, int]]:
        """Every account's credited minus debited cents of what was written before a moment."""
        row = self.table
        moves = union_all(
            select(row.credit.label("account"), row.cents).where(row.recorded_at < moment),
            select(row.debit, -row.cents).where(row.recorded_at < moment),
        ).subquery()
        account, total = moves.c.account, func.sum(moves.c.cents)
        rows = session.execute(select(account, total).group_by(account).order_by(account))
        return [(name, int(cents)) for name, cents in rows if cents]


RESERVED = Books("reserved", tables.Transfer, movements)
"""The scheme's. The operator's own are in ``fee_accounting``."""
