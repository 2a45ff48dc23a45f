"""Sums of uses and transfers up to a mark: made each night and at each close, thrown away at will.

The mark lies an hour back, so that whatever was being written then has been committed since: what
is at or before the mark is in the sums, and ``store.queries.sums`` adds the rest, row by row. No
statement of a redemption knows of any of this.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.expression import true

from voucher_service.store import tables
from voucher_service.store.once import insert_row
from voucher_service.store.session import Session
from voucher_service.store.types import paris_day

BACK = timedelta(hours=1)
"""How far the mark lies behind: longer than any transaction that writes uses or transfers."""

POINT, SITE, SERVICE, LAST_DAY = "point", "site", "service", "last_day"
STATEMENT = "statement"
"""Uses that a statement said. They never change again."""
STARTED = "started"
"""Booklets of which a pass is spent, by point."""

Rows = Select[int, int, str, str, str, int, int]
Use, Booklet = tables.Redemption, tables.Booklet
Mark, UseSum, AccountSum = tables.SumMark, tables.UseSum, tables.AccountSum
T = tables.Transfer

MONTH = func.substr(paris_day(Use.moment), 1, 7)
KEYS: dict[str, SQLColumnExpression[str]] = {
    POINT: func.coalesce(cast(Booklet.point_id, String), ""),
    SITE: cast(Use.site_id, String),
    SERVICE: Use.service,
    LAST_DAY: cast(Booklet.valid_until, String),
}
"""The sides by which uses are counted, and what names each part."""


def newest(session: Session) -> tables.SumMark | None:
    """The mark that counts; nothing where sums were never made."""
    return session.scalar(select(Mark).order_by(Mark.id.desc()).limit(1))


def fill(session: Session, now: datetime) -> int:
    """Make all sums anew, beside those that pages are reading; the number of their mark."""
    before = session.scalar(select(func.max(Mark.id))) or 0
    as_of = now - BACK
    mark = insert_row(
        session,
        Mark,
        last_redemption=_last(session, Use.id, Use.recorded_at, as_of),
        last_transfer=_last(session, T.id, T.recorded_at, as_of),
        as_of=as_of,
    )
    known = session.get_one(Mark, mark)
    for side in KEYS:
        _write_uses(session, _by(side, known))
    _write_uses(session, _started(known))
    _write_uses(session, _stated(known))
    _write_accounts(session, known)
    forget(session, before)
    return mark


def forget(session: Session, before: int) -> None:
    """Delete the sums of marks before this one. A page may still be reading those of the last."""
    for table in (UseSum, AccountSum):
        session.execute(delete(table).where(table.mark_id < before))
    session.execute(delete(Mark).where(Mark.id < before))


def _last(session: Session, key: Any, written: Any, as_of: datetime) -> int:  # noqa: ANN401
    """The last row that was written by then. Whatever bears a smaller number is there too."""
    found = session.scalar(select(key).where(written <= as_of).order_by(key.desc()).limit(1))
    return int(found or 0)


def stood(mark: tables.SumMark) -> ColumnElement[bool]:
    """The uses that are in the sums."""
    return (Use.id <= mark.last_redemption) & (
        Use.undone_at.is_(None) | (Use.undone_at > mark.as_of)
    )


def _by(side: str, mark: tables.SumMark) -> Rows:
    rows = (
        select(
            Use.campaign_id.label("campaign"),
            KEYS[side].label("key"),
            MONTH.label("month"),
            Use.cents.label("cents"),
        )
        .join(Booklet, Booklet.id == Use.booklet_id)
        .where(stood(mark))
        .subquery()
    )
    c = rows.c
    return select(
        literal(mark.id), c.campaign, literal(side), c.key, c.month, func.count(), func.sum(c.cents)
    ).group_by(c.campaign, c.key, c.month)


def _started(mark: tables.SumMark) -> Rows:
    begun = select(Use.booklet_id).where(stood(mark)).distinct().subquery()
    rows = (
        select(Booklet.campaign_id.label("campaign"), KEYS[POINT].label("key"))
        .join(begun, begun.c.booklet_id == Booklet.id)
        .subquery()
    )
    c = rows.c
    return select(
        literal(mark.id),
        c.campaign,
        literal(STARTED),
        c.key,
        literal(""),
        func.count(),
        literal(0),
    ).group_by(c.campaign, c.key)


def _stated(mark: tables.SumMark) -> Rows:
    statement = tables.Statement
    return (
        select(
            literal(mark.id),
            Use.campaign_id,
            literal(STATEMENT),
            statement.number,
            literal(""),
            func.count(),
            func.sum(Use.cents),
        )
        .join(statement, said_by(statement))
        .group_by(Use.campaign_id, statement.number)
    )


def said_by(statement: type[tables.Statement]) -> ColumnElement[bool]:
    """The uses that an association's statement says."""
    return (statement.period_id == Use.period_id) & (statement.association_id == Use.association_id)


def _write_uses(session: Session, rows: Rows) -> None:
    names = ["mark_id", "campaign_id", "side", "key", "month", "uses", "cents"]
    session.execute(insert(UseSum).from_select(names, rows))


def _write_accounts(session: Session, mark: tables.SumMark) -> None:
    names = ["mark_id", "campaign_id", "account", "kind", "debited", "credited"]
    moves = moved(T.id <= mark.last_transfer).subquery()
    c = moves.c
    rows = select(
        literal(mark.id), c.campaign, c.account, c.kind, func.sum(c.debited), func.sum(c.credited)
    ).group_by(c.campaign, c.account, c.kind)
    session.execute(insert(AccountSum).from_select(names, rows))


def moved(which: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a select of two united
    """Some transfers as what they do to each of their two accounts."""
    sides = [
        select(
            T.campaign_id.label("campaign"),
            account.label("account"),
            T.kind.label("kind"),
            debited.label("debited"),
            credited.label("credited"),
        ).where(which, true())
        for account, debited, credited in (
            (T.debit, T.cents, literal(0)),
            (T.credit, literal(0), T.cents),
        )
    ]
    return sides[0].union_all(sides[1])
