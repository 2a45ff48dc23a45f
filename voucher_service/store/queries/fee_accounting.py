"""The operator's own books as an accountant reads them, in the same form as the scheme's."""

from collections.abc import Generator
from datetime import datetime

from sqlalchemy import func, select

from voucher_service.store import tables
from voucher_service.store.load import day
from voucher_service.store.queries.accounting import Books, Movement
from voucher_service.store.session import Session
from voucher_service.store.types import paris_day

T = tables.FeeTransfer

NO_CAMPAIGN = 0


def movements(session: Session, begins: datetime, ends: datetime) -> Generator[Movement]:
    """Sums of what was written from one moment to before another, by the Paris day of writing."""
    keys = (
        paris_day(T.recorded_at).label("written_on"),
        T.kind,
        T.debit,
        T.credit,
        T.value_date,
        T.reference,
    )
    sums = (
        select(*keys, func.count().label("transfers"), func.sum(T.cents).label("moved"))
        .where(T.recorded_at >= begins, T.recorded_at < ends)
        .group_by(*keys)
        .order_by(*keys)
    )
    for row in session.execute(sums).all():
        yield Movement(
            day(row.written_on),
            row.kind,
            row.debit,
            row.credit,
            NO_CAMPAIGN,
            row.value_date,
            row.reference,
            row.transfers,
            int(row.moved),
        )


FEES = Books("fees", T, movements)
