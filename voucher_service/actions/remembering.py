"""The open books at the end of each month, so that anybody can follow them.

Added up from the ledger as it stood at that very moment: whoever holds the ledger finds the same
figures again, and a month that was missed is made up for.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from voucher_service.core.books import position
from voucher_service.core.campaign import PARIS
from voucher_service.core.statements import books_document
from voucher_service.store import books_months
from voucher_service.store.postings import balances
from voucher_service.store.session import Session

SETTLED_AFTER = timedelta(hours=1)
"""What was being written when a month ended has been committed by then."""


def keep_past_months(session: Session, now: datetime) -> int:
    """Keep the books of every month that ended and is not kept yet; how many."""
    first = books_months.first_movement(session)
    if first is None:
        return 0
    kept = set(books_months.known(session))
    return sum(
        books_months.keep(session, month, ends, books_document(position(balances(session, ends))))
        for month, ends in months(first, now - SETTLED_AFTER)
        if month not in kept
    )


def months(first: datetime, until: datetime) -> Iterator[tuple[str, datetime]]:
    """Every month from that of ``first`` that has ended at ``until``: its name, and its end."""
    year, month = first.astimezone(PARIS).year, first.astimezone(PARIS).month
    while True:
        ends = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=PARIS)
        if ends > until:
            return
        yield f"{year}-{month:02d}", ends
        year, month = ends.year, ends.month
