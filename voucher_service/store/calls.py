"""What a call for funds is written from, and the reminders that were sent of it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from voucher_service.core.calls import Ordered, Payer, Received
from voucher_service.core.statements import Party
from voucher_service.store import tables
from voucher_service.store.once import insert_once
from voucher_service.store.orders import shares
from voucher_service.store.session import Session


def payer(session: Session, call: tables.Call) -> Payer:
    """Who is asked, with what was given for this call before what holds for all of its calls."""
    row = session.get_one(tables.Funder, call.funder_id)
    return Payer(
        Party(str(row.id), row.name, row.siret, address=address(row)),
        row.kind,
        call.service_code or row.service_code,
        call.engagement_number,
        row.needs_service_code,
        row.needs_engagement,
    )


def address(funder: tables.Funder) -> str | None:
    """Where a funder's papers go, on one line."""
    town = " ".join(part for part in (funder.postcode, funder.town) if part)
    return ", ".join(part for part in (funder.street, town) if part) or None


def ordered(session: Session, call: tables.Call) -> Ordered:
    """What a call pays for."""
    order = session.get_one(tables.Order, call.order_id)
    campaign = session.get_one(tables.Campaign, order.campaign_id)
    passes = order.booklets * campaign.passes_per_booklet - order.missing_passes
    weights = {share.number: share.weight for share in shares(session, campaign.id)}
    return Ordered(
        order.id,
        order.booklets,
        passes,
        passes * campaign.face_value_cents,
        weights[call.funder_id],
        sum(weights.values()),
    )


def receipts(session: Session, call: tables.Call) -> list[Received]:
    """What came for a call and was not taken back, in the order of its coming."""
    table = tables.Receipt
    rows = session.scalars(
        select(table)
        .where(
            table.order_id == call.order_id,
            table.funder_id == call.funder_id,
            table.reversed_at.is_(None),
        )
        .order_by(table.received_on, table.id)
    )
    return [Received(row.received_on, row.reference, row.amount_cents) for row in rows]


def of_funder(session: Session, order: int, funder: int) -> str | None:
    """The number of the call of an order that a funder pays, if it is called at all."""
    call = tables.Call
    query = select(call.number).where(call.order_id == order, call.funder_id == funder)
    return session.scalar(query)


def unissued(session: Session, order: int) -> Sequence[str]:
    """The calls of an order that no paper asks for yet."""
    call, document = tables.Call, tables.Document
    query = select(call.number).where(
        call.order_id == order, call.number.not_in(select(document.number))
    )
    return session.scalars(query.order_by(call.number)).all()


def last_reminder(session: Session, call: str) -> tuple[int, date | None]:
    """How many reminders of a call were sent, and when the last was."""
    table = tables.Reminder
    level, on = session.execute(
        select(func.max(table.level), func.max(table.sent_on)).where(table.call_number == call)
    ).one()
    return int(level or 0), on


def keep_reminder(session: Session, number: str, call: str, level: int, on: date) -> bool:
    """Write down a reminder. False when somebody else sent the one of this level."""
    return insert_once(
        session, tables.Reminder, number=number, call_number=call, level=level, sent_on=on
    )
