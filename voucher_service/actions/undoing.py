"""Taking a use back, by the site inside its window. Both events stay for ever."""

from datetime import datetime

from voucher_service.core import ledger
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import redemptions, tables
from voucher_service.store.once import find
from voucher_service.store.postings import post, posted
from voucher_service.store.session import Session


def undo(
    session: Session, site: int, device: int, scan_id: str, reason: str, now: datetime
) -> tables.Redemption:
    """Take back a wrong scan of this site. Said again, it gives the same answer."""
    _check(reason)
    redemption = redemptions.by_scan(session, site, device, scan_id)
    if redemption is None:
        raise NotFound("not_found", "This site has no such redemption.")
    return _take_back(session, redemption, reason, f"device:{device}", now)


def undo_use(
    session: Session, number: int, reason: str, actor: str, now: datetime
) -> tables.Redemption:
    """Take back a wrong use by its number, as a person of its association."""
    _check(reason)
    redemption = find(session, tables.Redemption, number, "use")
    return _take_back(session, redemption, reason, actor, now)


def _check(reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason_missing", "Say why it is taken back.", "reason")


def _take_back(
    session: Session, redemption: tables.Redemption, reason: str, actor: str, now: datetime
) -> tables.Redemption:
    if redemptions.take_back(session, redemption.id, now):
        original = posted(session, ledger.use_event(redemption.id))
        post(session, [ledger.undo(original, paris_day(now))], now)
        session.add(tables.Undo(redemption_id=redemption.id, reason=reason, actor=actor, at=now))
    elif redemption.undone_at is None:
        raise Conflict(*_why_not(redemption))
    return redemption


def _why_not(redemption: tables.Redemption) -> tuple[str, str]:
    if redemption.period_id is not None:
        return "already_settled", "This use is on a statement: contest it instead."
    if redemption.contested_at is not None:
        return "contested", "This use is contested: wait for the decision."
    return "undo_window_over", "The time to take it back is over: contest it instead."
