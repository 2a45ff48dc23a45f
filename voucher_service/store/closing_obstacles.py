"""What keeps a campaign from being closed, found in one question. Reads only."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select, union_all

from voucher_service.store import tables
from voucher_service.store.session import Session

Contest, Correction = tables.Contestation, tables.Correction
Incident, Period, Use = tables.Incident, tables.Period, tables.Redemption

CONTESTS, INCIDENTS, USES, CORRECTIONS, PERIODS = range(5)
NONE = literal(0)


@dataclass(slots=True)
class Open:
    """What is still open, by name or counted.

    ``contests``: not ended; ``incidents``: that nobody has ended; ``uses`` and ``corrections``:
    that no statement says; ``periods``: labels of those that are over and not closed.
    """

    contests: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    uses: int = 0
    uses_cents: int = 0
    corrections: int = 0
    periods: list[str] = field(default_factory=list)


def still_open(session: Session, campaign: int, now: datetime) -> Open:
    """All that is open in a campaign, and the periods that are over."""
    parts = (
        _contests(campaign),
        _incidents(campaign),
        _uses(campaign),
        _corrections(campaign),
        _periods(now),
    )
    every = union_all(*parts).subquery()
    found = Open()
    named = {CONTESTS: found.contests, INCIDENTS: found.incidents, PERIODS: found.periods}
    rows = session.execute(select(every).order_by(every.c.what, every.c.place))
    for what, _, name, count, cents in rows:
        if what in named:
            named[what].append(name)
        elif what == USES:
            found.uses, found.uses_cents = int(count), int(cents)
        else:
            found.corrections = int(count)
    return found


def _part(
    what: int,
    place: ColumnElement[int],
    name: ColumnElement[str],
    count: ColumnElement[int] = NONE,
    cents: ColumnElement[int] = NONE,
) -> Select[int, int, str, int, int]:
    """One part of the question: what it names, in which order, or how many there are."""
    return select(
        literal(what).label("what"),
        place.label("place"),
        name.label("name"),
        count.label("how_many"),
        cents.label("cents"),
    )


def _contests(campaign: int) -> Select[int, int, str, int, int]:
    return (
        _part(CONTESTS, Contest.id.expression, cast(Contest.id, String))
        .join(Use, Use.id == Contest.redemption_id)
        .where(Contest.outcome.is_(None), Use.campaign_id == campaign)
    )


def _incidents(campaign: int) -> Select[int, int, str, int, int]:
    return _part(INCIDENTS, Incident.id.expression, cast(Incident.id, String)).where(
        Incident.campaign_id == campaign, Incident.closed_at.is_(None)
    )


def _uses(campaign: int) -> Select[int, int, str, int, int]:
    cents = func.coalesce(func.sum(Use.cents), 0)
    return _part(USES, NONE, literal(""), func.count(), cents).where(
        Use.campaign_id == campaign, Use.undone_at.is_(None), Use.period_id.is_(None)
    )


def _corrections(campaign: int) -> Select[int, int, str, int, int]:
    return _part(CORRECTIONS, NONE, literal(""), func.count()).where(
        Correction.campaign_id == campaign, Correction.period_id.is_(None)
    )


def _periods(now: datetime) -> Select[int, int, str, int, int]:
    place = func.row_number().over(order_by=Period.cutoff)
    return _part(PERIODS, place, Period.label.expression).where(
        Period.closed_at.is_(None), Period.cutoff <= now
    )
