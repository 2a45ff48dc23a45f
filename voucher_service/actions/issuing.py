"""Making booklets: a funded order gets serials without holes, whatever interrupts it.

Issuing inserts booklets and signs nothing; printing (``actions.printing``) signs. Commits chunk by
chunk: killed at any point, a second run goes on where the first stopped.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from voucher_service.core.campaign import latest_day
from voucher_service.core.errors import Conflict
from voucher_service.store import booklets, jobs, load, tables
from voucher_service.store.once import find, take_range, update_if
from voucher_service.store.session import Session

CHUNK = 20_000
"""Booklets a transaction. Large enough to be fast, small enough to show progress."""

Progress = Callable[[int, int], None]
"""Told (done, total) after each chunk."""


def check_issuable(session: Session, order: int) -> tables.Order:
    """The order, if it may be issued; raises :class:`Conflict` while its money has not arrived."""
    row = find(session, tables.Order, order, "order")
    if row.funded_at is None:
        raise Conflict(
            "not_funded",
            "Not every call for funds of this order is covered: record the receipts first.",
        )
    return row


def request_issue(session: Session, order: int, token: int | None, now: datetime) -> int:
    """Ask for a funded order to be issued by a worker; the job's number."""
    row = check_issuable(session, order)
    return jobs.enqueue(session, jobs.ISSUE, {"order": order}, row.booklets, token, now)


def issue(session: Session, order: int, now: datetime, progress: Progress) -> range:
    """Write the booklets of a funded order; the range of their numbers. Commits by itself."""
    row = check_issuable(session, order)
    campaign = find(session, tables.Campaign, row.campaign_id, "campaign")
    last = latest_day(load.campaign(campaign).validity)
    count, passes, campaign_number = row.booklets, campaign.passes_per_booklet, campaign.id
    missing = row.missing_passes
    first = _reserve_serials(session, order, count)
    session.commit()
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        # More than once only when a random id happened to exist: those few are drawn again.
        while wanted := booklets.missing(session, first + start, size):
            check_issuable(session, order)
            for ids, held in _by_size(wanted, first + count - 1, passes, missing):
                booklets.write(
                    session,
                    ids,
                    order=order,
                    campaign=campaign_number,
                    passes=held,
                    activated_at=now,
                    valid_until=last,
                )
            session.commit()
        progress(start + size, count)
    return range(first, first + count)


def _by_size(
    ids: list[int], last: int, passes: int, missing: int
) -> Iterator[tuple[list[int], int]]:
    """Booklets by how many passes they hold: the last one of an order may hold fewer."""
    small = [booklet for booklet in ids if missing and booklet == last]
    full = [booklet for booklet in ids if booklet not in small]
    return ((group, held) for group, held in ((full, passes), (small, passes - missing)) if group)


def _reserve_serials(session: Session, order: int, count: int) -> int:
    """Give the order its run of serials, once."""
    table = tables.Order
    first = take_range(session, booklets.SERIES, count)
    if update_if(
        session, table, table.id == order, table.first_booklet.is_(None), first_booklet=first
    ):
        return first
    session.rollback()  # the run just taken goes back: no hole
    reserved = find(session, tables.Order, order, "order").first_booklet
    if reserved is None:
        raise Conflict("not_reserved", "The order has no serials yet: try again.")
    return reserved
