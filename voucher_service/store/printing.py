"""What printing reads, and the requests to print."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from voucher_service.core.campaign import Validity
from voucher_service.store import jobs, load, tables
from voucher_service.store.once import insert_row
from voucher_service.store.session import Session

KEPT = timedelta(days=7)
"""How long a printed file waits to be fetched."""


@dataclass(frozen=True, slots=True)
class BookletToPrint:
    """What a booklet's codes are made of."""

    id: int
    public_id: bytes
    passes: int
    campaign: int
    face_value_cents: int
    validity: Validity


def belonging(session: Session, order: int, wanted: range) -> int:
    """How many of some serials are booklets of an order."""
    booklet = tables.Booklet
    count = session.scalar(
        select(func.count()).where(
            booklet.order_id == order, booklet.id >= wanted.start, booklet.id < wanted.stop
        )
    )
    return int(count or 0)


def booklets(session: Session, wanted: range) -> Iterator[BookletToPrint]:
    """Booklets by serial, leaving out those that were voided."""
    booklet, campaign = tables.Booklet, tables.Campaign
    rows = session.execute(
        select(booklet.id, booklet.public_id, booklet.passes, campaign)
        .join(campaign, campaign.id == booklet.campaign_id)
        .where(booklet.id >= wanted.start, booklet.id < wanted.stop, booklet.voided_at.is_(None))
        .order_by(booklet.id)
        .execution_options(yield_per=1000)
    )
    for number, public_id, passes, row in rows:
        rules = load.campaign(row)
        yield BookletToPrint(
            number, public_id, passes, rules.number, rules.face_value_cents, rules.validity
        )


def request(
    session: Session, order: int, form: str, wanted: range, token: int | None, now: datetime
) -> tuple[int, int]:
    """Write down that booklets are to be printed; gives (print, job)."""
    job = jobs.enqueue(session, jobs.PRINT, {}, len(wanted), token, now)
    number = insert_row(
        session,
        tables.PrintRequest,
        order_id=order,
        format=form,
        first_booklet=wanted.start,
        booklets=len(wanted),
        job_id=job,
        created_at=now,
        expires_at=now + KEPT,
    )
    jobs.set_arguments(session, job, {"print": number})
    return number, job
