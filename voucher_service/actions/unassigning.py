"""A bank line was said to be what it is not: what that did is taken back, and the line waits again.

Nothing is erased from the ledger: each entry gets its mirror, and who took back what and why is
kept. Only what no further event followed from can be taken back so; what a payout, a refund or a
debt was said to be is put right by its own return or correction.
"""

from datetime import datetime

from voucher_service.actions import ordering
from voucher_service.core import ledger
from voucher_service.core.bank_file import MatchKind
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.transfer import Kind
from voucher_service.store import banking, orders, tables
from voucher_service.store.once import find, update_if
from voucher_service.store.postings import post, posted
from voucher_service.store.session import Session

ENTRIES = {
    MatchKind.CHARGE: (Kind.BANK_CHARGE,),
    MatchKind.TOP_UP: (Kind.TOP_UP,),
    MatchKind.WITHDRAWAL: (Kind.FEES_PAID, Kind.WITHDRAWN),
}
"""What was written for a line that is the operator's own money, under the line's reference."""


def undo_assignment(session: Session, line: int, reason: str, actor: str, now: datetime) -> None:
    """Take back what a line was said to be; it waits for a person again.

    Refused once something followed: passes of the order were spent, or its value was given back.
    """
    if not reason.strip():
        raise Invalid("reason_missing", "Say why.", "reason")
    banking.lock_bank(session)
    row = find(session, tables.BankLine, line, "bank line")
    if row.matched_at is None:
        raise Conflict("not_matched", "Nobody has said what this line is.")
    lines = {line}
    for part in banking.parts(session, line):
        lines |= _take_back(session, part, now)
    for number in sorted(lines):
        _free(session, number, reason, actor, now)


def _take_back(session: Session, part: tables.BankMatch, now: datetime) -> set[int]:
    """Write the mirror of what one part did; another line that must wait again with this one."""
    kind = MatchKind(part.kind)
    if kind is MatchKind.RECEIPT:
        ordering.reverse_receipt(session, int(part.target), now)
    elif kind in ENTRIES:
        names = [item.value for item in ENTRIES[kind]]
        events = banking.events_of(session, part.target, names)
        for event in orders.unreversed(session, events):
            post(session, [ledger.reversal(posted(session, event), paris_day(now))], now)
    elif kind is MatchKind.SET_AGAINST:
        return {int(part.target)}
    else:
        raise Conflict(
            "not_undoable",
            "What this line is was followed by other events: put it right by a return, an incident"
            " or a correction.",
        )
    return set()


def _free(session: Session, line: int, reason: str, actor: str, now: datetime) -> None:
    """Keep what the line was said to be, and let it wait."""
    row = find(session, tables.BankLine, line, "bank line")
    said_by = row.matched_by
    session.add_all(
        tables.BankUndone(
            line_id=line,
            position=part.position,
            said_by=said_by,
            reason=reason,
            undone_by=actor,
            undone_at=now,
        )
        for part in banking.parts(session, line)
    )
    session.flush()
    table = tables.BankLine
    update_if(session, table, table.id == line, matched_at=None, matched_by=None)
