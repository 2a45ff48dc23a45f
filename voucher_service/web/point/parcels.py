"""Parcels: what was sent, what was found in it, and the difference, which is said and kept."""

from typing import Annotated

from pydantic import Field, StringConstraints

from voucher_service.actions import stocking
from voucher_service.actions.stocking import Counted
from voucher_service.core.errors import NotFound
from voucher_service.http.body import Body
from voucher_service.store.queries import booklets, point_desk
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.point.desk import DESK
from voucher_service.web.point.reading import Read, serial, serials
from voucher_service.web.point.stock import MOST

SHOWN = 50
"""Missing serials that are listed one by one."""


class Count(Body):
    """How many booklets were in a parcel, and the serials of the first and the last."""

    counted: Annotated[int, Field(ge=0, le=MOST)]
    first_serial: Read | None = None
    last_serial: Read | None = None
    missing: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    certain: bool = False
    """Said after a difference was shown."""

    def found(self) -> Counted:
        """What was found, read strictly; raises :class:`Invalid`."""
        return Counted(
            self.counted,
            serial(self.first_serial, "first_serial") if self.first_serial else None,
            serial(self.last_serial, "last_serial") if self.last_serial else None,
            serials(self.missing or "", "missing"),
        )


@DESK.page("/parcels")
def parcels(visit: Visit) -> Page:
    """Parcels to count, then those that were counted."""
    return Page("point/parcels.html", parcels=point_desk.parcels(visit.session, visit.own))


@DESK.page("/parcels/<id:movement>")
def parcel(visit: Visit, movement: int) -> Page:
    """One parcel, and the form to count it."""
    found = _parcel(visit, movement)
    return Page("point/parcel.html", films=found.counted_at is None, parcel=found)


@DESK.form("/parcels/<id:movement>", body=Count, again=parcel)
def count_parcel(visit: Visit, movement: int, given: Count) -> See | Page:
    """Keep what was found. A difference is shown first, and kept once the clerk is certain."""
    found = given.found()
    difference = stocking.compare(stocking.sent_to(visit.session, movement, visit.own), found)
    if not (difference.none or given.certain):
        return Page(
            "point/parcel_differs.html",
            parcel=_parcel(visit, movement),
            given=given,
            found=found,
            difference=difference,
            missing=[booklets.serial(number) for number in difference.missing[:SHOWN]],
        )
    stocking.count_delivery(visit.session, movement, visit.own, found, visit.actor, visit.now)
    said = "said_counted" if difference.none else "said_counted_differs"
    return See("/point/parcels", said=said, number=movement)


def _parcel(visit: Visit, movement: int) -> point_desk.Parcel:
    found = point_desk.parcels(visit.session, visit.own, movement)
    if not found:
        raise NotFound("not_found", f"There is no parcel {movement}.")
    return found[0]
