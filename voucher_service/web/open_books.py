"""The ledger added up, at most every half minute in a process: anybody could ask for that work.

For showing only: whatever moves money adds it up again, in its own transaction.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from voucher_service.core.books import Books, held_by_campaign, position
from voucher_service.http.services import services
from voucher_service.store.queries import ledger

SECONDS = 30

_lock = Lock()
_known: dict[str, tuple[float, "AddedUp"]] = {}


@dataclass(frozen=True, slots=True)
class AddedUp:
    """Every account's (name, campaign, credited minus debited cents), and what that means."""

    as_of: datetime
    balances: list[tuple[str, int, int]]
    books: Books
    held: dict[int, int]
    """Cents in the account, by campaign."""


def added_up() -> AddedUp:
    """The books as of some seconds ago."""
    at_hand = services()
    key = at_hand.settings.database_url
    with _lock:
        known = _known.get(key)
        if known is None or time.monotonic() - known[0] > SECONDS:
            with at_hand.reading() as session:
                rows = ledger.net_balances(session)
            found = AddedUp(at_hand.now(), rows, position(rows), held_by_campaign(rows))
            known = (time.monotonic(), found)
            _known[key] = known
        return known[1]
