"""The bank's statements and lines as people read them, and what an unknown line might be.

A proposal is made of an amount and an account that agree: it is for a person to look at, and never
acted upon by itself.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Integer as Number
from sqlalchemy import cast, func, select

from voucher_service.core.bank_file import Direction, MatchKind
from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.banking import LIVE
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Statement = tables.BankStatement
Line = tables.BankLine
Match = tables.BankMatch
Message = tables.BankMessage
State = Literal["unknown", "matched"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines: every field that is set must agree."""

    state: State | None = None
    statement: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an unknown line might be: a payout, or money of a funder for an order."""

    cents: int
    end_to_end: str | None = None
    order: int | None = None
    funder: int | None = None


def statements(session: Session, window: Window) -> Page[tables.BankStatement]:
    """Statements, oldest first."""
    return page(session, select(Statement), Statement.id, window)


def messages(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The form and the hash of some files."""
    rows = session.execute(
        select(Message.id, Message.form, Message.sha256).where(Message.id.in_(numbers))
    )
    return {number: (form, sha256) for number, form, sha256 in rows}


def lines(session: Session, wanted: Filter, window: Window) -> Page[tables.BankLine]:
    """Lines, oldest first."""
    query = select(Line)
    if wanted.state is not None:
        matched = Line.matched_at.is_not(None)
        query = query.where(matched if wanted.state == "matched" else ~matched)
    if wanted.statement is not None:
        query = query.where(Line.statement_id == wanted.statement)
    return page(session, query, Line.id, window)


def line(session: Session, number: int) -> tables.BankLine:
    """One line; raises :class:`NotFound`."""
    row = session.get(Line, number)
    if row is None:
        raise NotFound("not_found", f"There is no bank line {number}.")
    return row


def unknown(session: Session) -> int:
    """How many lines wait for a person."""
    query = select(func.count()).select_from(Line).where(Line.matched_at.is_(None))
    return int(session.scalar(query) or 0)


def matches(session: Session, numbers: Sequence[int]) -> dict[int, list[tables.BankMatch]]:
    """What some lines are."""
    found: dict[int, list[tables.BankMatch]] = defaultdict(list)
    query = (
        select(Match)
        .where(Match.line_id.in_(numbers), LIVE)
        .order_by(Match.line_id, Match.position)
    )
    for row in session.scalars(query):
        found[row.line_id].append(row)
    return found


def proposals(session: Session, row: tables.BankLine) -> list[Proposal]:
    """What an unknown line might be, by its amount and the account of the other side."""
    if not row.iban or row.matched_at is not None:
        return []
    return _payouts(session, row) if row.direction == Direction.DEBIT else _calls(session, row)


def _payouts(session: Session, row: tables.BankLine) -> list[Proposal]:
    payout, account = tables.Payout, tables.BankAccount
    found = session.scalars(
        select(payout.end_to_end)
        .join(account, account.id == payout.bank_account_id)
        .where(
            account.iban == row.iban,
            payout.cents == row.cents,
            payout.sent_at.is_not(None),
            payout.settled_at.is_(None),
            payout.rejected_at.is_(None),
        )
        .order_by(payout.end_to_end)
    )
    return [Proposal(row.cents, end_to_end=end_to_end) for end_to_end in found]


def _calls(session: Session, row: tables.BankLine) -> list[Proposal]:
    """Calls that lack just this much, of funders that paid from this account before."""
    receipt, call = tables.Receipt, tables.Call
    payers = (
        select(receipt.funder_id)
        .join(Match, (cast(Match.target, Number) == receipt.id) & LIVE)
        .join(Line, Line.id == Match.line_id)
        .where(Match.kind == MatchKind.RECEIPT.value, Line.iban == row.iban)
    )
    received = (
        select(func.coalesce(func.sum(receipt.amount_cents), 0))
        .where(
            receipt.order_id == call.order_id,
            receipt.funder_id == call.funder_id,
            receipt.reversed_at.is_(None),
        )
        .scalar_subquery()
    )
    found = session.execute(
        select(call.order_id, call.funder_id)
        .where(call.funder_id.in_(payers), call.amount_cents - received == row.cents)
        .order_by(call.number)
    )
    return [Proposal(row.cents, order=order, funder=funder) for order, funder in found]
