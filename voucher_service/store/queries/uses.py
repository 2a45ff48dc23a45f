"""What an association took and was refused, newest first, as far as the reader may see.

The team of a site sees what happened there; whoever manages the association sees all of its sites.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from voucher_service.core.campaign import PARIS
from voucher_service.core.errors import NotFound
from voucher_service.store import load, tables
from voucher_service.store.session import Session

Campaign = tables.Campaign
Site = tables.Site
U = tables.Redemption

LATE = timedelta(hours=24)
"""A use that reached us later than this after its service is shown as late."""


class State(StrEnum):
    """What a use is now."""

    LIVE = "live"
    CONTESTED = "contested"
    SETTLED = "settled"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader may see: an association, and in it some sites or (nothing) all."""

    association: int
    sites: tuple[int, ...] | None = None

    def of(self, site: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """Whether a site is one of them."""
        own = select(Site.id).where(Site.association_id == self.association)
        return site.in_(own if self.sites is None else own.where(Site.id.in_(self.sites)))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which uses: every field that is set must agree. Days are those of the service."""

    site: int | None = None
    campaign: int | None = None
    since: date | None = None
    until: date | None = None
    state: State | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """One use. ``statement``: the one that says it, if one does."""

    id: int
    serial: str
    number: int
    site: int
    site_name: str
    campaign: int
    campaign_name: str
    phone: str
    service: str
    cents: int
    moment: datetime
    recorded_at: datetime
    offline: bool
    undo_until: datetime
    state: State
    statement: str | None

    @property
    def late(self) -> bool:
        """Whether it arrived long after the service."""
        return self.recorded_at - self.moment > LATE


@dataclass(frozen=True, slots=True)
class Total:
    """How many uses still count, and their cents."""

    uses: int
    cents: int


def _is(state: State) -> ColumnElement[bool]:
    live = U.undone_at.is_(None)
    match state:
        case State.UNDONE:
            return U.undone_at.is_not(None)
        case State.CONTESTED:
            return and_(live, U.contested_at.is_not(None))
        case State.SETTLED:
            return and_(live, U.contested_at.is_(None), U.period_id.is_not(None))
        case State.LIVE:
            return and_(live, U.contested_at.is_(None), U.period_id.is_(None))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def _where(seen: Seen, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions = [U.association_id == seen.association, seen.of(U.site_id)]
    if wanted.site is not None:
        conditions.append(U.site_id == wanted.site)
    if wanted.campaign is not None:
        conditions.append(U.campaign_id == wanted.campaign)
    if wanted.since is not None:
        conditions.append(U.moment >= _midnight(wanted.since))
    if wanted.until is not None:
        conditions.append(U.moment < _midnight(wanted.until + timedelta(days=1)))
    if wanted.state is not None:
        conditions.append(_is(wanted.state))
    if wanted.serial is not None:
        conditions.append(U.booklet_id == load.booklet_of_serial(wanted.serial))
    return conditions


def uses(
    session: Session, seen: Seen, wanted: Filter, before: int | None, limit: int
) -> tuple[list[Use], int | None]:
    """Some uses, the last written first, and what to ask the earlier ones with, if there are."""
    query = _select().where(*_where(seen, wanted))
    if before is not None:
        query = query.where(U.id < before)
    rows = session.execute(query.order_by(U.id.desc()).limit(limit + 1)).all()
    found = [_use(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def total(session: Session, seen: Seen, wanted: Filter) -> Total:
    """How much of what was asked for counts: what was taken back does not."""
    conditions = [*_where(seen, wanted), U.undone_at.is_(None)]
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(U.cents), 0)).where(*conditions)
    ).one()
    return Total(int(row[0]), int(row[1]))


def today_and_this_month(session: Session, seen: Seen, today: date) -> tuple[Total, Total]:
    """What counts of today's uses, and of this month's, in one reading of them."""
    conditions = [*_where(seen, Filter(since=today.replace(day=1))), U.undone_at.is_(None)]
    is_today = U.moment >= _midnight(today)
    row = session.execute(
        select(
            func.count(case((is_today, 1))),
            func.coalesce(func.sum(case((is_today, U.cents))), 0),
            func.count(),
            func.coalesce(func.sum(U.cents), 0),
        ).where(*conditions)
    ).one()
    return Total(int(row[0]), int(row[1])), Total(int(row[2]), int(row[3]))


def use(session: Session, seen: Seen, number: int) -> Use:
    """One use; raises :class:`NotFound`."""
    row = session.execute(_select().where(U.id == number, *_where(seen, Filter()))).first()
    if row is None:
        raise NotFound("not_found", f"There is no use {number}.")
    return _use(row)


def of_pass(session: Session, seen: Seen, serial: str, number: int) -> list[Use]:
    """Every use of one pass at this association, the last first."""
    wanted = Filter(serial=serial)
    rows = session.execute(
        _select().where(U.number == number, *_where(seen, wanted)).order_by(U.id.desc())
    )
    return [_use(row) for row in rows]


def taken_back(session: Session, number: int) -> tables.Undo | None:
    """Why a use was taken back, if it was."""
    return session.get(tables.Undo, number)


def contests_of(session: Session, number: int) -> Sequence[tables.Contestation]:
    """Every contest of a use, oldest first."""
    table = tables.Contestation
    return session.scalars(
        select(table).where(table.redemption_id == number).order_by(table.id)
    ).all()


def _select() -> Select[U, str, str, str, str]:
    statement = tables.Statement
    return (
        select(U, Site.name, Campaign.name, tables.Device.name, statement.number)
        .join(Site, Site.id == U.site_id)
        .join(Campaign, Campaign.id == U.campaign_id)
        .join(tables.Device, tables.Device.id == U.device_id)
        .outerjoin(
            statement,
            and_(statement.period_id == U.period_id, statement.association_id == U.association_id),
        )
    )


def _use(row: Row[U, str, str, str, str]) -> Use:
    found, site, campaign, phone, statement = row
    return Use(
        found.id,
        load.serial(found.booklet_id),
        found.number,
        found.site_id,
        site,
        found.campaign_id,
        campaign,
        phone,
        found.service,
        found.cents,
        found.moment,
        found.recorded_at,
        found.offline,
        found.undo_until,
        _state(found),
        statement,
    )


def _state(row: tables.Redemption) -> State:
    if row.undone_at is not None:
        return State.UNDONE
    if row.contested_at is not None:
        return State.CONTESTED
    return State.SETTLED if row.period_id is not None else State.LIVE
