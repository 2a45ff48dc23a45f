"""The end of a campaign as it is recorded, and the figures of its last inventory."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, case, func, or_, select
from sqlalchemy.orm import aliased

from voucher_service.core.corrections import Correcting
from voucher_service.core.ending import Booklets, Passes
from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session

Booklet = tables.Booklet
Closing = tables.Closing
Use = tables.Redemption

GIVEN = Booklet.handed_over_at.is_not(None)


def latest(session: Session, campaign: int, *, hold: bool = False) -> tables.Closing | None:
    """The last round of a campaign's end; ``hold`` it until the transaction ends."""
    query = select(Closing).where(Closing.campaign_id == campaign)
    query = query.order_by(Closing.round.desc()).limit(1)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def start(session: Session, campaign: int, number: int, actor: str, now: datetime) -> bool:
    """Insert a round of a campaign's end. False when somebody was first."""
    return insert_once(
        session,
        Closing,
        campaign_id=campaign,
        round=number,
        started_by=actor,
        started_at=now,
    )


def approve(
    session: Session, closing: int, funder: int, actor: str, reference: str | None, now: datetime
) -> bool:
    """Insert a funder's approval, once."""
    return insert_once(
        session,
        tables.ClosingApproval,
        closing_id=closing,
        funder_id=funder,
        actor=actor,
        reference=reference,
        at=now,
    )


def approvals(session: Session, closing: int) -> dict[int, tables.ClosingApproval]:
    """Which funders agreed, and when."""
    table = tables.ClosingApproval
    return {
        row.funder_id: row
        for row in session.scalars(select(table).where(table.closing_id == closing))
    }


def end(session: Session, closing: int, statement: str) -> bool:
    """Write down which statement ends a round, once."""
    return 1 == update_if(
        session,
        Closing,
        Closing.id == closing,
        Closing.statement_number.is_(None),
        statement_number=statement,
    )


def ended(session: Session, campaign: int) -> bool:
    """Whether the joint closing statement of a campaign was drawn up."""
    row = latest(session, campaign)
    return row is not None and (row.round > 1 or row.statement_number is not None)


def campaigns(session: Session) -> Sequence[tables.Campaign]:
    """Every campaign."""
    return session.scalars(select(tables.Campaign).order_by(tables.Campaign.id)).all()


def alerted(session: Session, campaign: int, days_before: int, due_on: date, now: datetime) -> bool:
    """Write down that an alert is given. False when it was given before."""
    return insert_once(
        session,
        tables.ClosingAlert,
        campaign_id=campaign,
        days_before=days_before,
        due_on=due_on,
        told_at=now,
    )


def points_with_stock(session: Session, campaign: int) -> Sequence[int | None]:
    """Distribution points that hold booklets which nobody was given."""
    query = (
        select(Booklet.point_id)
        .where(
            Booklet.campaign_id == campaign,
            Booklet.point_id.is_not(None),
            Booklet.handed_over_at.is_(None),
            Booklet.voided_at.is_(None),
        )
        .distinct()
        .order_by(Booklet.point_id)
    )
    return session.scalars(query).all()


# The inventory


def booklets(session: Session, campaign: int) -> Booklets:
    """How many booklets were issued, given and begun; a replacement is no further booklet."""
    first = (Booklet.campaign_id == campaign, Booklet.replaces_id.is_(None))
    issued, given, begun = session.execute(
        select(_count(*first), _count(*first, GIVEN), _count(*first, _used()))
    ).one()
    given_later, begun_later = _roots(session, campaign)
    return Booklets(issued, given + len(given_later), begun + len(begun_later))


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(Booklet).where(*conditions).scalar_subquery()


def _used() -> ColumnElement[bool]:
    return select(Use.id).where(Use.booklet_id == Booklet.id, Use.undone_at.is_(None)).exists()


def _roots(session: Session, campaign: int) -> tuple[set[int], set[int]]:
    """First booklets that were not given, and not begun, but for one that stands in for them."""
    new = aliased(Booklet)
    replaced = select(new.replaces_id).where(
        new.campaign_id == campaign, new.replaces_id.is_not(None)
    )
    rows = session.execute(
        select(Booklet.id, Booklet.replaces_id, GIVEN, _used()).where(
            Booklet.campaign_id == campaign,
            or_(Booklet.replaces_id.is_not(None), Booklet.id.in_(replaced)),
        )
    ).all()
    replaces = {booklet: before for booklet, before, _, _ in rows}
    given = {booklet for booklet, _, given, _ in rows if given}
    begun = {booklet for booklet, _, _, begun in rows if begun}
    return (
        {_root(booklet, replaces) for booklet in given} - given,
        {_root(booklet, replaces) for booklet in begun} - begun,
    )


def _root(booklet: int, replaces: dict[int, int | None]) -> int:
    while (before := replaces.get(booklet)) is not None:
        booklet = before
    return booklet


def passes(session: Session, campaign: int) -> Passes:
    """Passes put in circulation by funded orders, given to people, and used."""
    order, terms, new = tables.Order, tables.Campaign, aliased(Booklet)
    issued = session.scalar(
        select(func.sum(order.booklets * terms.passes_per_booklet - order.missing_passes))
        .select_from(order)
        .join(terms, terms.id == order.campaign_id)
        .where(order.campaign_id == campaign, order.funded_at.is_not(None))
    )
    # What went on into a replacement is counted there.
    stayed = Booklet.passes - case((new.id.is_(None), 0), else_=new.passes)
    handed_over = session.scalar(
        select(func.sum(stayed))
        .select_from(Booklet)
        .outerjoin(new, new.replaces_id == Booklet.id)
        .where(Booklet.campaign_id == campaign, Booklet.handed_over_at.is_not(None))
    )
    used = session.scalar(
        select(func.count()).where(Use.campaign_id == campaign, Use.undone_at.is_(None))
    )
    return Passes(int(issued or 0), int(handed_over or 0), int(used or 0))


def by_period(session: Session, campaign: int) -> list[tuple[str, int, int, int]]:
    """(label, uses, cents, cents cancelled) of each period that settled a campaign."""
    period, correction = tables.Period, tables.Correction
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for settled_by, count, cents in session.execute(
        select(Use.period_id, func.count(), func.sum(Use.cents))
        .where(Use.campaign_id == campaign, Use.period_id.is_not(None))
        .group_by(Use.period_id)
    ):
        sums[settled_by or 0][:2] = int(count), int(cents)
    for said_by, cents in session.execute(
        select(correction.period_id, func.sum(correction.cents))
        .where(
            correction.campaign_id == campaign,
            correction.kind == Correcting.CANCELLED.value,
            correction.period_id.is_not(None),
        )
        .group_by(correction.period_id)
    ):
        sums[said_by or 0][2] = int(cents)
    rows = session.execute(
        select(period.id, period.label).where(period.id.in_(sums)).order_by(period.cutoff)
    )
    return [(label, *sums[number]) for number, label in rows]  # type: ignore[misc]


def by_association(session: Session, campaign: int) -> dict[int, tuple[int, int]]:
    """Live uses of a campaign by association: (uses, cents)."""
    rows = session.execute(
        select(Use.association_id, func.count(), func.sum(Use.cents))
        .where(Use.campaign_id == campaign, Use.undone_at.is_(None))
        .group_by(Use.association_id)
        .order_by(Use.association_id)
    )
    return {association: (int(count), int(cents)) for association, count, cents in rows}


def unpaid_calls(session: Session, campaign: int) -> Sequence[tables.Call]:
    """Calls for funds of orders that never were covered."""
    order, call = tables.Order, tables.Call
    query = (
        select(call)
        .join(order, order.id == call.order_id)
        .where(order.campaign_id == campaign, order.funded_at.is_(None))
        .order_by(call.number)
    )
    return session.scalars(query).all()


def calls(session: Session, campaign: int, funder: int) -> Sequence[str]:
    """The numbers of a funder's calls for funds in a campaign."""
    order, call = tables.Order, tables.Call
    query = (
        select(call.number)
        .join(order, order.id == call.order_id)
        .where(order.campaign_id == campaign, call.funder_id == funder)
        .order_by(call.number)
    )
    return session.scalars(query).all()
