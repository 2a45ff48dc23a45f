"""Taking a use back: by the site inside its window, or by contest. Both events stay for ever."""

from datetime import datetime

from voucher_service.core import ledger
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import redemptions, tables
from voucher_service.store.once import find, insert_row, update_if
from voucher_service.store.postings import post, posted
from voucher_service.store.session import Session


def undo(
    session: Session, site: int, device: int, scan_id: str, reason: str, now: datetime
) -> tables.Redemption:
    """Take back a wrong scan of this site. Said again, it gives the same answer."""
    if not reason.strip():
        raise Invalid("reason_missing", "Say why it is taken back.", "reason")
    redemption = redemptions.by_scan(session, site, device, scan_id)
    if redemption is None:
        raise NotFound("not_found", "This site has no such redemption.")
    if redemptions.take_back(session, redemption.id, now):
        original = posted(session, ledger.use_event(redemption.id))
        post(session, [ledger.undo(original, paris_day(now))], now)
        session.add(
            tables.Undo(
                redemption_id=redemption.id, reason=reason, actor=f"device:{device}", at=now
            )
        )
    elif redemption.undone_at is None:
        raise Conflict(*_why_not(redemption))
    return redemption


def _why_not(redemption: tables.Redemption) -> tuple[str, str]:
    if redemption.period_id is not None:
        return "already_settled", "This use is on a statement: contest it instead."
    if redemption.contested_at is not None:
        return "contested", "This use is contested: wait for the decision."
    return "undo_window_over", "The time to take it back is over: contest it instead."


def contest(
    session: Session, redemption_number: int, reason: str, actor: str, now: datetime
) -> int:
    """Doubt a use that is not settled yet: its value waits. Gives the contestation's number."""
    redemption = find(session, tables.Redemption, redemption_number, "redemption")
    if not reason.strip():
        raise Invalid("reason_missing", "Say why it is contested.", "reason")
    if not redemptions.set_aside(session, redemption.id, now):
        raise Conflict("not_contestable", "It was taken back, settled or contested already.")
    contestation = insert_row(
        session,
        tables.Contestation,
        redemption_id=redemption.id,
        reason=reason,
        opened_by=actor,
        opened_at=now,
        answer_until=paris_day(now),
    )
    original = posted(session, ledger.use_event(redemption.id))
    entry = ledger.contest(contestation, original, redemption.association_id, paris_day(now))
    post(session, [entry], now)
    return contestation


def decide_contest(
    session: Session, contestation_number: int, *, upheld: bool, actor: str, now: datetime
) -> None:
    """End a contestation. Upheld: the pass lives again. Rejected: the association is owed again."""
    contestation = find(session, tables.Contestation, contestation_number, "contestation")
    table = tables.Contestation
    if not update_if(
        session,
        table,
        table.id == contestation_number,
        table.outcome.is_(None),
        outcome="upheld" if upheld else "rejected",
        decided_by=actor,
        decided_at=now,
    ):
        raise Conflict("decided_already", "This contestation was decided already.")
    redemption = find(session, tables.Redemption, contestation.redemption_id, "redemption")
    original = posted(session, ledger.use_event(redemption.id))
    event = ledger.contest_upheld if upheld else ledger.contest_rejected
    association, today = redemption.association_id, paris_day(now)
    post(session, [event(contestation_number, original, association, today)], now)
    redemptions.end_contest(session, redemption.id, undone_at=now if upheld else None)
