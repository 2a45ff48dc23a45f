"""What an association has earned and was not paid, as rows: uses, grants, contests, debts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, or_, select

from voucher_service.core import accounts
from voucher_service.core.corrections import Correcting
from voucher_service.store import tables
from voucher_service.store.corrections import EFFECT_ON_DEBT
from voucher_service.store.session import Session

Contest = tables.Contestation
Correction = tables.Correction
Statement = tables.Statement
Transfer = tables.Transfer
Use = tables.Redemption

GIVEN = (Correcting.GRANTED.value, Correcting.EXCESS.value)


@dataclass(frozen=True, slots=True)
class Aside:
    """A use that waits for the end of its contest."""

    contest: int
    cents: int
    answer_until: date


def not_stated(session: Session, association: int) -> tuple[int, int]:
    """How many live uses no statement has said and nobody contests, and their cents."""
    # By its sites: an index leads there.
    own = select(tables.Site.id).where(tables.Site.association_id == association)
    count, cents = session.execute(
        select(func.count(), func.coalesce(func.sum(Use.cents), 0)).where(
            Use.site_id.in_(own),
            Use.association_id == association,
            Use.undone_at.is_(None),
            Use.period_id.is_(None),
            Use.contested_at.is_(None),
        )
    ).one()
    return int(count), int(cents)


def given(session: Session, association: int) -> int:
    """Cents given besides uses that no statement has said."""
    total = session.scalar(
        select(func.sum(Correction.cents)).where(
            Correction.association_id == association,
            Correction.period_id.is_(None),
            Correction.kind.in_(GIVEN),
        )
    )
    return int(total or 0)


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


def owed_back(session: Session, association: int) -> int:
    """What an association owes back: what its last statement left, and what came since.

    The ledger says the same (``receivable:association:…``); this reads two rows instead of all.
    """
    last = session.scalar(
        select(Statement.document)
        .where(Statement.association_id == association)
        .order_by(Statement.number.desc())
        .limit(1)
    )
    left = sum(debt["cents"] for debt in json.loads(last)["debts"]) if last else 0
    rows = session.execute(
        select(Correction.kind, func.sum(Correction.cents))
        .where(Correction.association_id == association, Correction.period_id.is_(None))
        .group_by(Correction.kind)
    )
    return left + sum(EFFECT_ON_DEBT[Correcting(kind)] * int(cents) for kind, cents in rows)


def held(session: Session, campaigns: Sequence[int]) -> dict[int, int]:
    """Cents that some campaigns have in the ring-fenced account."""
    came_in = Transfer.debit == accounts.BANK
    rows = session.execute(
        select(
            Transfer.campaign_id, func.sum(case((came_in, Transfer.cents), else_=-Transfer.cents))
        )
        .where(
            Transfer.campaign_id.in_(campaigns),
            or_(came_in, Transfer.credit == accounts.BANK),
        )
        .group_by(Transfer.campaign_id)
    )
    return dict.fromkeys(campaigns, 0) | {campaign: int(cents) for campaign, cents in rows}
