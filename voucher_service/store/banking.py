"""What is known of the bank's files, statements and lines while one is read or matched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, select

from voucher_service.core.bank_file import MatchKind
from voucher_service.store import tables
from voucher_service.store.once import take_range, update_if
from voucher_service.store.session import Session

Line = tables.BankLine
Match = tables.BankMatch
Message = tables.BankMessage
Statement = tables.BankStatement
Payout = tables.Payout

Undone = tables.BankUndone

LIVE = ~exists().where(Undone.line_id == Match.line_id, Undone.position == Match.position)
"""What a line is known to be, less what was said by mistake."""

SAME_MONEY_DAYS = timedelta(days=10)
"""A receipt written down by hand within these days of a line is the same money."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines of a file were found by themselves or by a person, came back, or wait."""

    matched: int
    returned: int
    unknown: int


def lock_bank(session: Session) -> None:
    """Read one file of the bank at a time: each statement must see the one before it."""
    take_range(session, "bank-lock", 1)


def message(session: Session, sha256: str) -> tables.BankMessage | None:
    """The file with these bytes, if it came before."""
    return session.scalar(select(Message).where(Message.sha256 == sha256))


def last_statement(session: Session, account: str) -> tables.BankStatement | None:
    """The end of the chain."""
    query = select(Statement).where(Statement.account == account)
    return session.scalar(query.order_by(Statement.number.desc()).limit(1))


def statement_with(session: Session, account: str, reference: str, closing_day: date) -> bool:
    """Whether a statement that the bank calls so is known."""
    found = session.scalar(
        select(Statement.id).where(
            Statement.account == account,
            Statement.reference == reference,
            Statement.closing_day == closing_day,
        )
    )
    return found is not None


def into_statement(session: Session, identity: str, statement: int) -> bool:
    """A line that a notification told now stands in a statement; False if it stood in one."""
    return 1 == update_if(
        session,
        Line,
        Line.identity == identity,
        Line.statement_id.is_(None),
        statement_id=statement,
    )


def open_lines(session: Session, message_id: int) -> Sequence[tables.BankLine]:
    """Lines told by a file that nobody knows yet; what left before what came back."""
    return session.scalars(
        select(Line)
        .where(_of_file(message_id), Line.matched_at.is_(None))
        .order_by(Line.direction.desc(), Line.id)
    ).all()


def _of_file(message_id: int) -> ColumnElement[bool]:
    """Lines that a file told first, or that stand in its statements."""
    statements = select(Statement.id).where(Statement.message_id == message_id)
    return or_(Line.message_id == message_id, Line.statement_id.in_(statements))


def counts(session: Session, message_id: int) -> Counts:
    """What became of the lines of a file."""
    returned = select(Match.line_id).where(Match.kind == MatchKind.RETURNED.value)

    def count(*conditions: object) -> int:
        query = select(func.count()).select_from(Line).where(_of_file(message_id), *conditions)  # type: ignore[arg-type]
        return int(session.scalar(query) or 0)

    return Counts(
        matched=count(Line.matched_at.is_not(None), Line.id.not_in(returned)),
        returned=count(Line.id.in_(returned)),
        unknown=count(Line.matched_at.is_(None)),
    )


# Payouts


def payout(session: Session, end_to_end: str) -> tables.Payout | None:
    """The payout with exactly this reference."""
    return session.get(Payout, end_to_end) if end_to_end else None


def payouts_of(session: Session, statements: Sequence[str]) -> Sequence[tables.Payout]:
    """The payouts of some statements that left, oldest first."""
    return session.scalars(
        select(Payout)
        .where(Payout.statement_number.in_(statements), Payout.sent_at.is_not(None))
        .order_by(Payout.planned_at, Payout.end_to_end)
    ).all()


def batch_exists(session: Session, number: str) -> bool:
    """Whether a number is that of a file of ours."""
    tried = (tables.PayoutBatch, tables.RefundBatch)
    return any(session.get(table, number) is not None for table in tried)


def on_their_way(session: Session, batch: str) -> Sequence[tables.Payout]:
    """The payouts of a batch that the bank has not answered."""
    return session.scalars(
        select(Payout)
        .where(
            Payout.batch_number == batch,
            Payout.sent_at.is_not(None),
            Payout.settled_at.is_(None),
            Payout.rejected_at.is_(None),
        )
        .order_by(Payout.end_to_end)
    ).all()


# Receipts and refunds


def called(session: Session, number: str) -> tuple[int, int] | None:
    """The order and the funder that a number asks money of: a call, or a post-funded statement."""
    call, statement = tables.Call, tables.Statement
    row = session.get(call, number)
    if row is not None:
        return row.order_id, row.funder_id
    order, campaign = tables.Order, tables.Campaign
    found = session.execute(
        select(func.min(order.id), statement.funder_id)
        .select_from(statement)
        .join(campaign, campaign.id == statement.campaign_id)
        .join(order, order.campaign_id == campaign.id)
        .where(statement.number == number, campaign.funding == "postpaid")
        .group_by(statement.funder_id)
    ).first()
    return (found[0], found[1]) if found and found[1] is not None else None


def written_by_hand(
    session: Session, order: int, funder: int, cents: int, around: date
) -> int | None:
    """A receipt of the same money that no line stands behind yet."""
    table = tables.Receipt
    behind = select(Match.target).where(Match.kind == MatchKind.RECEIPT.value, LIVE)
    by_gift = select(tables.GiftReceipt.receipt_id)
    return session.scalar(
        select(func.min(table.id)).where(
            table.order_id == order,
            table.funder_id == funder,
            table.amount_cents == cents,
            table.reversed_at.is_(None),
            table.received_on.between(around - SAME_MONEY_DAYS, around + SAME_MONEY_DAYS),
            cast(table.id, String).not_in(behind),
            table.id.not_in(by_gift),
        )
    )


def parts(session: Session, line: int) -> Sequence[tables.BankMatch]:
    """What a line is known to be, part by part."""
    query = select(Match).where(Match.line_id == line, LIVE).order_by(Match.position)
    return session.scalars(query).all()


def next_position(session: Session, line: int) -> int:
    """Where the next part of a line stands, after all that were ever said of it."""
    last = session.scalar(select(func.max(Match.position)).where(Match.line_id == line))
    return 0 if last is None else int(last) + 1


def times_undone(session: Session, line: int) -> int:
    """How many parts of a line were taken back before."""
    table = tables.BankUndone
    count = session.scalar(select(func.count()).where(table.line_id == line))
    return int(count or 0)


def events_of(session: Session, reference: str, kinds: Sequence[str]) -> Sequence[str]:
    """The entries of some kinds that bear a reference."""
    table = tables.Transfer
    query = select(table.event).where(table.reference == reference, table.kind.in_(kinds))
    return session.scalars(query.order_by(table.id)).all()


def stands_behind(session: Session, kind: MatchKind, target: str) -> bool:
    """Whether a line is known to be this."""
    found = session.scalar(
        select(Match.line_id).where(Match.kind == kind.value, Match.target == target, LIVE).limit(1)
    )
    return found is not None


def corrections_with(
    session: Session, *, reference: str | None = None, incident: int | None = None
) -> list[tuple[MatchKind, str, int]]:
    """What corrections moved money on the account: by the bank's line, or by what decided it."""
    table = tables.Correction
    kinds = (MatchKind.REPAID, MatchKind.EXCESS, MatchKind.CHARGED)
    query = select(table).where(table.kind.in_(kinds)).order_by(table.id)
    if reference is not None:
        query = query.where(table.reference == reference)
    if incident is not None:
        query = query.where(table.incident_id == incident)
    return [
        (MatchKind(row.kind), f"correction:{row.id}", row.cents) for row in session.scalars(query)
    ]


def refunds(session: Session, numbers: Sequence[str]) -> Sequence[tables.Refund]:
    """The refunds of some numbers."""
    table = tables.Refund
    return session.scalars(
        select(table).where(table.number.in_(numbers)).order_by(table.number)
    ).all()
