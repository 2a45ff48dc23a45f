"""Booklets on their way to people: points, stock, hand-over, loss, replacement. Never a name.

A booklet is worth nothing until it was handed over; validity may start there.
"""

from dataclasses import dataclass
from datetime import date, datetime

from voucher_service.core.campaign import Campaign, last_day, latest_day, paris_day
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import booklets, closings, load, stock, tables
from voucher_service.store.once import find, insert_row, take_range
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A booklet was given to somebody."""

    serial: str
    passes: int
    valid_until: date


@dataclass(frozen=True, slots=True)
class NoStock:
    """Somebody asked and there was nothing to give; the request was counted, anonymously."""


def add_point(
    session: Session,
    name: str,
    commune: str,
    now: datetime,
    *,
    code_insee: str | None = None,
    adresse: str | None = None,
    code_postal: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> int:
    """Somewhere booklets will be handed over. Gives the point's number."""
    return insert_row(
        session,
        tables.DistributionPoint,
        name=name,
        commune=commune,
        code_insee=code_insee,
        adresse=adresse,
        code_postal=code_postal,
        latitude=latitude,
        longitude=longitude,
        created_at=now,
    )


def move_stock(
    session: Session, first_serial: str, count: int, point: int, actor: str, now: datetime
) -> int:
    """A parcel of consecutive booklets goes to a point, all or none; the movement's number.

    They come from the operator, or from one other point. The point answers for them from now on;
    what it finds in the parcel it says by ``stocking.count_delivery``.
    """
    find(session, tables.DistributionPoint, point, "distribution point")
    source = booklet_of(session, first_serial).point_id
    if source == point:
        raise Conflict("there_already", "This point has these booklets already.")
    return move(session, consecutive(first_serial, count), source, point, None, actor, now)


def consecutive(first_serial: str, count: int) -> range:
    """Some consecutive booklets; raises :class:`Invalid`."""
    first = load.booklet_of_serial(first_serial)
    if count < 1 or first is None:
        raise Invalid("bad_count", "Move one booklet or more.", "count")
    return range(first, first + count)


def move(
    session: Session,
    wanted: range,
    source: int | None,
    target: int | None,
    reason: str | None,
    actor: str,
    now: datetime,
) -> int:
    """Booklets go from one holder to another, all or none; ``None`` is the operator."""
    if stock.move(session, wanted, source, target) != len(wanted):
        raise Conflict(
            "not_movable",
            "Some of these booklets do not exist, are elsewhere, were handed over, or are blocked"
            " or void: nothing was moved.",
        )
    return insert_row(
        session,
        tables.StockMovement,
        point_id=target,
        from_point_id=source,
        first_booklet=wanted.start,
        booklets=len(wanted),
        reason=reason,
        actor=actor,
        at=now,
    )


def hand_over(
    session: Session,
    serial: str | None,
    point: int,
    newcomer: bool | None,  # noqa: FBT001 - a third value: nobody asked
    actor: str,
    now: datetime,
) -> HandedOver | NoStock:
    """Give a booklet to somebody: from now on its passes can be spent.

    Without a serial, or with one that this empty point never had, the unmet request is counted.
    """
    find(session, tables.DistributionPoint, point, "distribution point")
    if serial is None:
        return _unmet(session, point, now)
    booklet = booklet_of(session, serial)
    rules = load.campaign(find(session, tables.Campaign, booklet.campaign_id, "campaign"))
    valid_until = last_day(rules.validity, paris_day(now))
    if valid_until < paris_day(now):
        raise Conflict("expired", "The last day of this campaign is over: hand over another one.")
    if not booklets.hand_over(session, booklet.id, point, valid_until, now):
        if booklet.point_id != point and booklets.in_stock(session, point) == 0:
            return _unmet(session, point, now)
        raise Conflict(*_why_not(session, booklet, point))
    session.add(tables.Handover(booklet_id=booklet.id, point_id=point, newcomer=newcomer, at=now))
    note(session, booklet.id, "handed_over", None, actor, now, stock=point)
    return HandedOver(serial, booklet.passes, valid_until)


def _unmet(session: Session, point: int, now: datetime) -> NoStock:
    """Somebody asked a point that has nothing to give: count it, without a name."""
    if booklets.in_stock(session, point) > 0:
        raise Invalid("serial_missing", "Say which booklet: type or read its serial.", "serial")
    booklets.count_unmet(session, point, paris_day(now))
    return NoStock()


def _why_not(session: Session, booklet: tables.Booklet, point: int) -> tuple[str, str]:
    """The first thing that stands against handing a booklet over: its reason, and what to do."""
    found = (
        (booklet.voided_at, "voided", "This booklet is void: hand over another one."),
        (booklet.blocked_at, "blocked", "This booklet is blocked: hand over another one."),
        (booklet.handed_over_at, "handed_over_already", "This booklet was handed over already."),
        (
            booklet.point_id != point,
            "not_in_stock",
            "This booklet is not in this point's stock: check the serial.",
        ),
        (
            booklet.activated_at is None,
            "not_funded",
            "This booklet is not paid for: its passes would be refused.",
        ),
        (
            closings.latest(session, booklet.campaign_id),
            "campaign_closing",
            "This campaign is ending: nothing more is handed over.",
        ),
        (True, "changed", "Somebody else changed this booklet just now: look again."),
    )
    return next((reason, sentence) for stands, reason, sentence in found if stands)


def block(session: Session, serial: str, reason: str, actor: str, now: datetime) -> None:
    """Stop a booklet, for a while or for good: lost, stolen, doubtful."""
    booklet = booklet_of(session, serial)
    if not booklets.block(session, booklet.id, now):
        raise Conflict("not_blockable", "This booklet is blocked or void already.")
    note(session, booklet.id, "blocked", said(reason), actor, now, stock=_stock(booklet))


def unblock(session: Session, serial: str, reason: str, actor: str, now: datetime) -> None:
    """Let a blocked booklet live again. Both events stay in its history."""
    booklet = booklet_of(session, serial)
    if not booklets.unblock(session, booklet.id):
        raise Conflict("not_blocked", "This booklet is not blocked, or it is void.")
    note(session, booklet.id, "unblocked", said(reason), actor, now, stock=_stock(booklet))


def void(session: Session, serial: str, reason: str, actor: str, now: datetime) -> None:
    """End a booklet for good. Its unspent value returns to the funders when the campaign closes."""
    booklet = booklet_of(session, serial)
    if not booklets.void(session, booklet.id, now):
        raise Conflict("voided", "This booklet is void already.")
    # A blocked booklet had left the stock already.
    left = _stock(booklet) if booklet.blocked_at is None else None
    note(session, booklet.id, "voided", said(reason), actor, now, stock=left)


def replace(session: Session, serial: str, reason: str, actor: str, now: datetime) -> str:
    """Void a booklet and put its unspent passes in a new one; the new serial.

    Nothing is ever minted twice: the new passes have new identities. The liability is unchanged.
    The new booklet waits at the same point to be handed over.
    """
    booklet = booklet_of(session, serial)
    void(session, serial, reason, actor, now)
    left = booklet.passes - booklets.passes_used(session, booklet.id)
    if left == 0:
        raise Conflict("nothing_left", "Every pass of this booklet is spent.")
    if booklet.activated_at is None:
        raise Conflict("not_funded", "The order of this booklet is not funded.")
    new = take_range(session, booklets.SERIES, 1)
    rules = load.campaign(find(session, tables.Campaign, booklet.campaign_id, "campaign"))
    _write_replacement(session, booklet, new, left, rules)
    note(session, booklet.id, "replaced", f"by {load.serial(new)}", actor, now)
    note(session, new, "stands_in", f"for {serial}", actor, now, stock=booklet.point_id)
    return load.serial(new)


def _write_replacement(
    session: Session, old: tables.Booklet, new: int, passes: int, rules: Campaign
) -> None:
    assert old.activated_at is not None  # noqa: S101 - checked by the caller
    while booklets.missing(session, new, 1):
        booklets.write(
            session,
            [new],
            order=old.order_id,
            campaign=old.campaign_id,
            passes=passes,
            activated_at=old.activated_at,
            valid_until=latest_day(rules.validity),
        )
    booklets.stand_in(session, new, replaces=old.id, point=old.point_id)


def booklet_of(session: Session, serial: str) -> tables.Booklet:
    """The booklet with this serial; raises :class:`NotFound`."""
    number = load.booklet_of_serial(serial)
    booklet = session.get(tables.Booklet, number) if number is not None else None
    if booklet is None:
        raise NotFound("not_found", f"There is no booklet {serial}.")
    return booklet


def said(reason: str) -> str:
    """A reason that somebody gave; raises :class:`Invalid` when there is none."""
    if not reason.strip():
        raise Invalid("reason_missing", "Say why.", "reason")
    return reason.strip()


def note(
    session: Session,
    booklet: int,
    kind: str,
    reason: str | None,
    actor: str,
    now: datetime,
    *,
    stock: int | None = None,
) -> None:
    """Write down what was done to a booklet, and the point whose stock it changed, if any."""
    session.add(
        tables.BookletEvent(
            booklet_id=booklet, kind=kind, point_id=stock, reason=reason, actor=actor, at=now
        )
    )


def _stock(booklet: tables.Booklet) -> int | None:
    """The point that could hand a booklet over, were it not for what just happened to it."""
    return booklet.point_id if booklet.handed_over_at is None else None
