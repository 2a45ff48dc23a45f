"""Sites change: what is said of them, and that they close. What was spent there stays.

From the moment a site closes its phones are refused: what they still hold is sent before.
"""

from datetime import datetime

from voucher_service.actions.accrediting import Place, columns_of
from voucher_service.core.errors import Conflict
from voucher_service.store import tables
from voucher_service.store.once import find, update_if
from voucher_service.store.session import Session

Site = tables.Site


def change_site(session: Session, site: int, place: Place, now: datetime) -> None:
    """Say anew what a site is. One that is closed does not change any more."""
    find(session, Site, site, "site")
    columns = columns_of(place, now)
    if not update_if(session, Site, Site.id == site, Site.closed_at.is_(None), **columns):
        raise Conflict("site_closed", "This site is closed: add it anew.")


def close_site(session: Session, site: int, now: datetime) -> None:
    """No pass is taken here from now on, and nobody is sent here."""
    find(session, Site, site, "site")
    if not update_if(session, Site, Site.id == site, Site.closed_at.is_(None), closed_at=now):
        raise Conflict("site_closed", "This site is closed already.")
