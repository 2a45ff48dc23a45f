"""What associations are owed and owe, read from two sides: statements and rows, and the ledger.

Reads only.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import and_, func, or_, select

from voucher_service.core.corrections import Correcting
from voucher_service.store import tables
from voucher_service.store.audit import statements
from voucher_service.store.corrections import EFFECT_ON_DEBT, GIVEN
from voucher_service.store.postings import balances
from voucher_service.store.session import Session

Correction = tables.Correction
Use = tables.Redemption

EFFECT_ON_OWED = dict.fromkeys(GIVEN, 1)
"""What each correction does to what an association is owed."""

Key = tuple[int, int]
"""A campaign and an association."""


def debts(session: Session) -> Iterator[tuple[Key, int, int]]:
    """(key, what the last statements carry and nobody claimed since, what the ledger holds)."""
    said = _open_corrections(session, EFFECT_ON_DEBT)
    last: dict[Key, int] = {}
    for statement in statements(session):  # in the order of their numbers
        if statement.association_id is not None:
            for campaign, cents in _stated(statement, "carried_out_cents"):
                last[campaign, statement.association_id] = cents
    for key, cents in last.items():
        said[key] += cents
    yield from _compared(said, _ledger(session, "receivable", sign=-1))


def payables(session: Session) -> Iterator[tuple[Key, int, int]]:
    """(key, what is stated and not sent, what no statement says yet, what the ledger holds)."""
    said = _open_corrections(session, EFFECT_ON_OWED)
    for key, cents in _uses(session, contested=False).items():
        said[key] += cents
    sent = _sent(session)
    for statement in statements(session):
        if statement.association_id is None or statement.number in sent:
            continue
        for campaign, cents in _stated(statement, "net_cents"):
            said[campaign, statement.association_id] += cents
    yield from _compared(said, _ledger(session, "payable"))


def _sent(session: Session) -> set[str]:
    """Statements whose payment has left for the bank and has not come back."""
    payout = tables.Payout
    left = select(payout.statement_number).where(
        payout.sent_at.is_not(None), payout.returned_at.is_(None), payout.rejected_at.is_(None)
    )
    return set(session.scalars(left))


def _stated(statement: tables.Statement, name: str) -> list[tuple[int, int]]:
    """An amount by campaign; nothing when it is no statement any more: that is said elsewhere."""
    try:
        parts = json.loads(statement.document)["campaigns"]
        return [(int(part["id"]), part.get(name, 0)) for part in parts]
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def contested(session: Session) -> Iterator[tuple[Key, int, int]]:
    """(key, uses that wait for a decision, what the ledger holds)."""
    yield from _compared(_uses(session, contested=True), _ledger(session, "contested"))


def contested_without_contest(session: Session) -> Sequence[int]:
    """Uses marked as contested that no open contest is about, and the other way round."""
    contest = tables.Contestation
    doubted = select(contest.redemption_id).where(contest.outcome.is_(None))
    marked = Use.contested_at.is_not(None)
    odd = or_(and_(marked, Use.id.not_in(doubted)), and_(~marked, Use.id.in_(doubted)))
    return session.scalars(select(Use.id).where(odd).order_by(Use.id)).all()


def _uses(session: Session, *, contested: bool) -> dict[Key, int]:
    """Cents of live uses that no statement says yet."""
    waits = Use.contested_at.is_not(None) if contested else Use.contested_at.is_(None)
    rows = session.execute(
        select(Use.campaign_id, Use.association_id, func.sum(Use.cents))
        .where(Use.undone_at.is_(None), Use.period_id.is_(None), waits)
        .group_by(Use.campaign_id, Use.association_id)
    )
    return defaultdict(int, {(campaign, payee): int(cents) for campaign, payee, cents in rows})


def _open_corrections(session: Session, signs: dict[Correcting, int]) -> dict[Key, int]:
    rows = session.execute(
        select(
            Correction.campaign_id,
            Correction.association_id,
            Correction.kind,
            func.sum(Correction.cents),
        )
        .where(Correction.period_id.is_(None))
        .group_by(Correction.campaign_id, Correction.association_id, Correction.kind)
    )
    sums: dict[Key, int] = defaultdict(int)
    for campaign, payee, kind, cents in rows:
        sums[campaign, payee] += signs.get(Correcting(kind), 0) * int(cents)
    return sums


def _ledger(session: Session, name: str, sign: int = 1) -> dict[Key, int]:
    prefix = f"{name}:association:"
    return {
        (campaign, int(account.removeprefix(prefix))): sign * cents
        for account, campaign, cents in balances(session)
        if account.startswith(prefix)
    }


def _compared(said: dict[Key, int], held: dict[Key, int]) -> Iterator[tuple[Key, int, int]]:
    for key in sorted(said.keys() | held.keys()):
        yield key, said.get(key, 0), held.get(key, 0)
