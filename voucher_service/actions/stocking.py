"""What a point says of its own stock: what it found in a parcel, and what it gives back.

A parcel is in the point's charge from the day it was sent. Counting it corrects that: booklets that
did not come are blocked, so that the register and the drawer agree, and nothing is forgotten.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions.distributing import block, booklet_of, consecutive, move, said
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import load, stock
from voucher_service.store.outbox import tell
from voucher_service.store.session import Session

MISSING = "missing from parcel {movement}"
"""Why a booklet that did not come is blocked."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What somebody found in a parcel: how many booklets, and the first and last serial.

    ``missing`` are the serials that are known not to have come.
    """

    booklets: int
    first: str | None
    last: str | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What was sent against what was found.

    ``missing`` are announced booklets that did not come; ``foreign`` counts those that came without
    being announced; ``unexplained`` is what the count differs by beyond that, more or less.
    """

    sent: range
    missing: tuple[int, ...]
    foreign: int
    unexplained: int

    @property
    def none(self) -> bool:
        """Whether all is as announced."""
        return not (self.missing or self.foreign or self.unexplained)


def compare(sent: range, found: Counted) -> Difference:
    """Compare a parcel with what was found in it; raises :class:`Invalid` for what cannot be."""
    read = _read(sent, found)
    named = {_serial(serial, "missing") for serial in found.missing}
    if named - set(sent):
        raise Invalid("not_in_parcel", "One of these serials is not of this parcel.", "missing")
    missing = tuple(number for number in sent if number not in read or number in named)
    foreign = len(read) - len(range(max(read.start, sent.start), min(read.stop, sent.stop)))
    expected = len(sent) - len(missing) + foreign
    return Difference(sent, missing, foreign, found.booklets - expected)


def _read(sent: range, found: Counted) -> range:
    """From the first serial that was read to the last; nothing of an empty parcel."""
    if found.booklets == 0:
        return range(sent.start, sent.start)
    first, last = _serial(found.first, "first_serial"), _serial(found.last, "last_serial")
    if last < first:
        raise Invalid("bad_range", "The last serial comes before the first.", "last_serial")
    if last not in sent and first not in sent and not (first < sent.start < last):
        raise Invalid("other_parcel", "These serials are not of this parcel.", "first_serial")
    return range(first, last + 1)


def _serial(text: str | None, field: str) -> int:
    number = load.booklet_of_serial(text or "")
    if number is None:
        raise Invalid("bad_serial", "Type the serial as it stands on the booklet.", field)
    return number


def sent_to(session: Session, movement: int, point: int) -> range:
    """The booklets of a parcel that was sent to a point; raises :class:`NotFound`."""
    row = stock.parcel(session, movement, point)
    if row is None:
        raise NotFound("not_found", f"There is no parcel {movement}.")
    return range(row.first_booklet, row.first_booklet + row.booklets)


def count_delivery(
    session: Session, movement: int, point: int, found: Counted, actor: str, now: datetime
) -> Difference:
    """A point counted a parcel: keep what it found, and block what did not come. Once.

    A difference is told to the operator.
    """
    difference = compare(sent_to(session, movement, point), found)
    ends = tuple(load.booklet_of_serial(serial or "") for serial in (found.first, found.last))
    if not stock.counted(session, movement, found.booklets, ends, difference.missing, actor, now):
        raise Conflict("counted_already", "This parcel was counted already.")
    _block(session, movement, point, difference.missing, actor, now)
    if not difference.none:
        tell(session, "delivery_differs", _told(movement, point, found, difference), now)
    return difference


def _told(movement: int, point: int, found: Counted, difference: Difference) -> dict[str, object]:
    sent = difference.sent
    return {
        "movement": movement,
        "point": point,
        "first": load.serial(sent.start),
        "last": load.serial(sent.stop - 1),
        "sent": len(sent),
        "counted": found.booklets,
        "missing": len(difference.missing),
        "foreign": difference.foreign,
    }


def _block(
    session: Session,
    movement: int,
    point: int,
    missing: Collection[int],
    actor: str,
    now: datetime,
) -> None:
    """Stop what did not come, unless something happened to it meanwhile."""
    for number in stock.still_there(session, point, missing):
        block(session, load.serial(number), MISSING.format(movement=movement), actor, now)


def give_back(
    session: Session,
    first_serial: str,
    count: int,
    point: int,
    reason: str,
    actor: str,
    now: datetime,
) -> int:
    """A point returns consecutive booklets to the operator, all or none; the movement's number."""
    if booklet_of(session, first_serial).point_id != point:
        raise Conflict("not_in_stock", "This booklet is not in this point's stock.")
    wanted = consecutive(first_serial, count)
    return move(session, wanted, point, None, said(reason), actor, now)
