"""What an association has earned and was not paid, as rows: uses, grants, contests, debts."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from voucher_service.core.corrections import Correcting
from voucher_service.store import tables
from voucher_service.store.corrections import EFFECT_ON_DEBT, GIVEN
from voucher_service.store.session import Session

Contest = tables.Contestation
Correction = tables.Correction
Statement = tables.Statement
Use = tables.Redemption


@dataclass(frozen=True, slots=True)
class Aside:
    """A use that waits for the end of its contest."""

    contest: int
    cents: int
    answer_until: date


def aside(session: Session, association: int) -> Sequence[Aside]:
    """Uses whose value waits for the end of a contest, oldest first."""
    rows = session.execute(
        select(Contest.id, Use.cents, Contest.answer_until)
        .join(Use, Use.id == Contest.redemption_id)
        .where(
            Contest.outcome.is_(None),
            Contest.period_id.is_(None),
            Use.association_id == association,
        )
        .order_by(Contest.id)
    )
    return [Aside(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What no statement has said yet, and what an association owes back, by campaign."""

    passes: int
    """Live uses that nobody contests."""
    cents: int
    given_cents: int
    """Given besides uses."""
    owes_back: dict[int, int]


def unsaid(session: Session, association: int) -> Unsaid:
    """What came since an association's last statement, and its debts as of now.

    The ledger says the same of debts (``receivable:association:…``); this reads the last statement
    and the corrections since instead of all transfers.
    """
    passes, cents, last = _uses_and_last_statement(session, association)
    owes_back: dict[int, int] = defaultdict(int)
    for debt in json.loads(last)["debts"] if last else []:
        owes_back[int(debt["campaign"])] += debt["cents"]
    given = 0
    for campaign, kind, amount in _corrections(session, association):
        owes_back[campaign] += EFFECT_ON_DEBT[kind] * amount
        given += amount if kind in GIVEN else 0
    debts = {campaign: owed for campaign, owed in sorted(owes_back.items()) if owed}
    return Unsaid(passes, cents, given, debts)


def _uses_and_last_statement(session: Session, association: int) -> tuple[int, int, bytes | None]:
    # By its sites: an index leads there.
    own = select(tables.Site.id).where(tables.Site.association_id == association)
    last = (
        select(Statement.document)
        .where(Statement.association_id == association)
        .order_by(Statement.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    passes, cents, document = session.execute(
        select(func.count(), func.coalesce(func.sum(Use.cents), 0), last).where(
            Use.site_id.in_(own),
            Use.association_id == association,
            Use.undone_at.is_(None),
            Use.period_id.is_(None),
            Use.contested_at.is_(None),
        )
    ).one()
    return int(passes), int(cents), document


def _corrections(session: Session, association: int) -> list[tuple[int, Correcting, int]]:
    """Cents of those that no statement has said, by campaign and kind."""
    rows = session.execute(
        select(Correction.campaign_id, Correction.kind, func.sum(Correction.cents))
        .where(Correction.association_id == association, Correction.period_id.is_(None))
        .group_by(Correction.campaign_id, Correction.kind)
    )
    return [(campaign, Correcting(kind), int(cents)) for campaign, kind, cents in rows]
