"""A booklet comes back into stock: its hand-over was a slip, or the person brings it back whole.

Never once a pass was used, nor once the end of its campaign has begun. Both events stay in its
history.
"""

from datetime import datetime, timedelta

from voucher_service.actions.distributing import booklet_of, note, said
from voucher_service.core.campaign import latest_day
from voucher_service.core.errors import Conflict
from voucher_service.store import booklets, load, tables
from voucher_service.store.once import find
from voucher_service.store.session import Session

WINDOW = timedelta(minutes=30)
"""How long a hand-over is a slip that anybody at the point may undo."""


def take_back(session: Session, serial: str, point: int, actor: str, now: datetime) -> None:
    """Undo a hand-over of this point: the clerk still has the booklet in hand."""
    _back_in_stock(session, serial, point, now - WINDOW)
    note(session, booklet_of(session, serial).id, "taken_back", None, actor, now, stock=point)


def bring_back(
    session: Session, serial: str, point: int, reason: str, actor: str, now: datetime
) -> None:
    """A person gives a whole booklet back to the point that gave it, whenever that was."""
    why = said(reason)
    _back_in_stock(session, serial, point, None)
    note(session, booklet_of(session, serial).id, "taken_back", why, actor, now, stock=point)


def _back_in_stock(session: Session, serial: str, point: int, since: datetime | None) -> None:
    booklet = booklet_of(session, serial)
    rules = load.campaign(find(session, tables.Campaign, booklet.campaign_id, "campaign"))
    if not booklets.take_back(session, booklet.id, point, latest_day(rules.validity), since):
        raise Conflict(
            "not_undoable", "This hand-over cannot be undone any more: block the booklet instead."
        )
    # Now that the booklet is locked and no longer spendable, every use of it can be seen.
    if booklets.passes_used(session, booklet.id) > 0:
        raise Conflict("spent_already", "A pass of this booklet was used: it stays handed over.")
