"""Redemptions once they exist: taken back, contested, claimed by a period. Conditional updates."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select

from voucher_service.core.settlement import Claim
from voucher_service.store import tables
from voucher_service.store.once import update_if
from voucher_service.store.periods import before
from voucher_service.store.session import Session


def by_scan(session: Session, site: int, device: int, scan_id: str) -> tables.Redemption | None:
    """A site's redemption by its scan id, the asking phone's own first."""
    table = tables.Redemption
    return session.scalars(
        select(table)
        .where(table.site_id == site, table.scan_id == scan_id)
        .order_by(case((table.device_id == device, 0), else_=1), table.id)
        .limit(1)
    ).first()


def _open() -> tuple[ColumnElement[bool], ...]:
    """What is neither taken back, nor settled, nor contested: it can still become one of them."""
    table = tables.Redemption
    return (table.undone_at.is_(None), table.period_id.is_(None), table.contested_at.is_(None))


def take_back(session: Session, redemption: int, now: datetime) -> bool:
    """Undo a live redemption inside its window. Exactly one of an undo and a claim wins."""
    table = tables.Redemption
    return 1 == update_if(
        session,
        table,
        table.id == redemption,
        *_open(),
        table.undo_until >= now,
        undone_at=now,
    )


def set_aside(session: Session, redemption: int, now: datetime) -> bool:
    """Mark a live redemption as contested: no period takes it meanwhile, if none had."""
    table = tables.Redemption
    return 1 == update_if(
        session,
        table,
        table.id == redemption,
        table.undone_at.is_(None),
        table.contested_at.is_(None),
        contested_at=now,
    )


def end_contest(session: Session, redemption: int, undone_at: datetime | None) -> None:
    """Let a contested redemption live on, or end it."""
    table = tables.Redemption
    update_if(session, table, table.id == redemption, contested_at=None, undone_at=undone_at)


def cancel(session: Session, redemption: int, now: datetime) -> bool:
    """End a live redemption that nobody contests, whether or not a period settled it."""
    table = tables.Redemption
    return 1 == update_if(
        session,
        table,
        table.id == redemption,
        table.undone_at.is_(None),
        table.contested_at.is_(None),
        undone_at=now,
    )


def claim(session: Session, period: int, cutoff: datetime, now: datetime) -> int:
    """Give a period every live use before its cut-off whose undo window is over, in one update."""
    table = tables.Redemption
    return update_if(
        session,
        table,
        *_open(),
        table.moment < cutoff,
        table.undo_until < now,
        period_id=period,
    )


def claims(session: Session, period: int) -> Sequence[Claim]:
    """What a period claimed, by campaign and association."""
    table = tables.Redemption
    rows = session.execute(
        select(table.campaign_id, table.association_id, func.count(), func.sum(table.cents))
        .where(table.period_id == period)
        .group_by(table.campaign_id, table.association_id)
        .order_by(table.campaign_id, table.association_id)
    )
    return [Claim(campaign, payee, int(n), int(cents)) for campaign, payee, n, cents in rows]


def settled_before(period: tables.Period) -> Select[int, int]:
    """The question for cents that periods closed before this one settled, by campaign."""
    table = tables.Redemption
    return (
        select(table.campaign_id, func.sum(table.cents).label("cents"))
        .where(table.period_id.in_(before(period)))
        .group_by(table.campaign_id)
    )


def settled_cents(session: Session, campaign: int) -> int:
    """Cents that every period so far settled in a campaign."""
    table = tables.Redemption
    total = session.scalar(
        select(func.sum(table.cents)).where(
            table.campaign_id == campaign, table.period_id.is_not(None)
        )
    )
    return int(total or 0)


def first_of_period(session: Session, label: str) -> int:
    """The first use that a period settled."""
    table, period = tables.Redemption, tables.Period
    query = select(func.min(table.id)).join(period, period.id == table.period_id)
    return int(session.scalar(query.where(period.label == label)) or 0)
