"""Undoing a hand-over that was a slip: the wrong serial, the wrong person. Only while it is fresh.

The clerk still has the booklet in hand. Both events stay in its history.
"""

from datetime import datetime, timedelta

from voucher_service.actions.distributing import booklet_of, note
from voucher_service.core.campaign import latest_day
from voucher_service.core.errors import Conflict
from voucher_service.store import booklets, load, tables
from voucher_service.store.once import find
from voucher_service.store.session import Session

WINDOW = timedelta(minutes=30)
"""How long a hand-over can be undone."""


def take_back(session: Session, serial: str, point: int, actor: str, now: datetime) -> None:
    """Undo a hand-over of this point: the booklet is in its stock again, and cannot be spent."""
    booklet = booklet_of(session, serial)
    rules = load.campaign(find(session, tables.Campaign, booklet.campaign_id, "campaign"))
    until = latest_day(rules.validity)
    if not booklets.take_back(session, booklet.id, point, until, now - WINDOW):
        raise Conflict(
            "not_undoable", "This hand-over cannot be undone any more: block the booklet instead."
        )
    # Now that the booklet is locked and no longer spendable, every use of it can be seen.
    if booklets.passes_used(session, booklet.id) > 0:
        raise Conflict("spent_already", "A pass of this booklet was used: it stays handed over.")
    note(session, booklet.id, "taken_back", None, actor, now, stock=point)
