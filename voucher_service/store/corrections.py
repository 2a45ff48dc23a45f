"""Corrections: written once, claimed once by the period whose statement says them, added up."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, case, cast, func, literal, or_, select

from voucher_service.core.adjustments import CorrectionLine
from voucher_service.core.campaign import paris_day
from voucher_service.core.corrections import Correcting
from voucher_service.core.debts import Part, open_parts
from voucher_service.core.settlement import Corrections
from voucher_service.core.transfer import Kind
from voucher_service.store import load, tables
from voucher_service.store.once import insert_row, update_if
from voucher_service.store.periods import before
from voucher_service.store.session import Session

T = tables.Correction
Key = tuple[int, int]
"""A campaign and an association."""

EFFECT_ON_DEBT = {
    Correcting.CANCELLED: 1,
    Correcting.CHARGED: 1,
    Correcting.GRANTED: 0,
    Correcting.EXCESS: 0,
    Correcting.REPAID: -1,
    Correcting.WRITTEN_OFF: -1,
    Correcting.RAIL_REPAID: -1,
    Correcting.RAIL_OWED: 0,
}
"""What each correction does to what an association owes back."""

GIVEN = (Correcting.GRANTED, Correcting.EXCESS, Correcting.RAIL_OWED)
"""What is owed to an association besides its uses."""

REPAID = tuple(kind for kind, effect in EFFECT_ON_DEBT.items() if effect < 0)


def write(
    session: Session,
    kind: Correcting,
    campaign: int,
    association: int,
    cents: int,
    reason: str,
    actor: str,
    now: datetime,
    **links: int | str | None,
) -> int:
    """Insert a correction; its number. ``links``: what is behind it, and the bank's reference."""
    return insert_row(
        session,
        T,
        kind=kind.value,
        campaign_id=campaign,
        association_id=association,
        cents=cents,
        reason=reason,
        actor=actor,
        at=now,
        **links,
    )


def has_reference(session: Session, reference: str) -> bool:
    """Whether a bank line stands behind a correction already."""
    return session.scalar(select(T.id).where(T.reference == reference).limit(1)) is not None


def claim(session: Session, period: int) -> int:
    """Give a period every correction that no statement says yet, in one update."""
    return update_if(session, T, T.period_id.is_(None), period_id=period)


def claimed(session: Session, period: tables.Period) -> dict[tuple[int, int], Corrections]:
    """What a period claimed and what was owed back at its close, by (campaign, association)."""
    cents: dict[Key, dict[Correcting, int]] = defaultdict(lambda: defaultdict(int))
    counted: dict[Key, int] = {}
    debts: dict[Key, int] = defaultdict(int)
    for one in _said_by_then(session, period):
        debts[one.key] += EFFECT_ON_DEBT[one.kind] * one.cents
        if one.own:
            cents[one.key][one.kind] = one.own_cents
        if one.kind is Correcting.CANCELLED:
            counted[one.key] = one.own
    for key, offset in _offset_before(session, period).items():
        debts[key] -= offset
    owing = {key: debt for key, debt in debts.items() if debt}
    return {
        key: Corrections(
            cancelled=counted.get(key, 0),
            cancelled_cents=cents[key][Correcting.CANCELLED],
            charged_cents=cents[key][Correcting.CHARGED],
            granted_cents=sum(cents[key][kind] for kind in GIVEN),
            repaid_cents=sum(cents[key][kind] for kind in REPAID),
            owed_cents=owing.get(key, 0),
        )
        for key in sorted(cents.keys() | owing.keys())
    }


@dataclass(frozen=True, slots=True)
class _Said:
    """Corrections of one kind in all statements up to a period's, and in its own alone."""

    key: Key
    kind: Correcting
    cents: int
    own: int
    own_cents: int


def _said_by_then(session: Session, period: tables.Period) -> list[_Said]:
    own = T.period_id == period.id
    rows = session.execute(
        select(
            T.campaign_id,
            T.association_id,
            T.kind,
            func.sum(T.cents),
            func.sum(case((own, 1), else_=0)),
            func.sum(case((own, T.cents), else_=0)),
        )
        .where(or_(own, T.period_id.in_(before(period))))
        .group_by(T.campaign_id, T.association_id, T.kind)
    )
    return [
        _Said((campaign, association), Correcting(kind), int(cents), int(count), int(own_cents))
        for campaign, association, kind, cents, count, own_cents in rows
    ]


def _offset_before(session: Session, period: tables.Period) -> dict[Key, int]:
    """What earlier periods kept back for debts, by (campaign, association)."""
    transfer, statement = tables.Transfer, tables.Statement
    rows = session.execute(
        select(transfer.campaign_id, statement.association_id, func.sum(transfer.cents))
        .join(statement, statement.number == transfer.reference)
        .where(transfer.kind == Kind.OFFSET.value, statement.period_id.in_(before(period)))
        .group_by(transfer.campaign_id, statement.association_id)
    )
    return {(campaign, association or 0): int(cents) for campaign, association, cents in rows}


def owed(session: Session) -> dict[tuple[int, int], int]:
    """What associations owe back as of now, by (campaign, association), if they owe something."""
    transfer = tables.Transfer
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for side, sign in ((transfer.debit, 1), (transfer.credit, -1)):
        rows = session.execute(
            select(transfer.campaign_id, side, func.sum(transfer.cents))
            .where(side.like("receivable:association:%"))
            .group_by(transfer.campaign_id, side)
        )
        for campaign, account, cents in rows:
            sums[campaign, int(account.rpartition(":")[2])] += sign * int(cents)
    return {key: cents for key, cents in sums.items() if cents}


def cancelled_before(period: tables.Period) -> Select[int, int]:
    """The question for cents of uses that statements of earlier periods cancelled, by campaign."""
    return (
        select(T.campaign_id, func.sum(T.cents).label("cents"))
        .where(T.kind == Correcting.CANCELLED.value, T.period_id.in_(before(period)))
        .group_by(T.campaign_id)
    )


def cancelled_cents(session: Session, campaign: int) -> int:
    """Cents of uses that every statement so far cancelled in a campaign."""
    total = session.scalar(
        select(func.sum(T.cents)).where(
            T.kind == Correcting.CANCELLED.value,
            T.campaign_id == campaign,
            T.period_id.is_not(None),
        )
    )
    return int(total or 0)


def without_transfer(session: Session, period: int | None = None) -> Sequence[int]:
    """Corrections, of a period or all, that the ledger does not hold to the cent."""
    transfer = tables.Transfer
    event = T.kind + literal(":") + cast(T.id, String)
    query = (
        select(T.id)
        .outerjoin(transfer, transfer.event == event)
        .where(
            or_(
                transfer.id.is_(None),
                transfer.cents != T.cents,
                transfer.campaign_id != T.campaign_id,
            )
        )
        .order_by(T.id)
    )
    return session.scalars(query if period is None else query.where(T.period_id == period)).all()


def lines(session: Session, period: int, association: int) -> list[CorrectionLine]:
    """An association's corrections of a period, as its statement says them."""
    return lines_of(session, period, [association])[association]


def lines_of(
    session: Session, period: int, associations: Collection[int]
) -> dict[int, list[CorrectionLine]]:
    """The same for some associations."""
    use = tables.Redemption
    rows = session.execute(
        select(T, use.booklet_id, use.number)
        .outerjoin(use, use.id == T.redemption_id)
        .where(T.period_id == period, T.association_id.in_(associations))
        .order_by(T.id)
    )
    found: dict[int, list[CorrectionLine]] = defaultdict(list)
    for row, booklet, number in rows:
        line = CorrectionLine(
            paris_day(row.at),
            str(row.campaign_id),
            row.kind,
            row.reason,
            None if row.redemption_id is None else load.serial(booklet),
            number,
            row.cents,
        )
        found[row.association_id].append(line)
    return found


def debt_parts(session: Session, campaign: int, association: int) -> list[Part]:
    """What an association still owes back in a campaign, part by part."""
    still = owed(session).get((campaign, association), 0)
    return parts_of_debts(session, association, {campaign: still})[campaign]


def parts_of_debts(
    session: Session, association: int, owed_cents: Mapping[int, int]
) -> dict[int, list[Part]]:
    """What makes up the cents that an association owes back in some campaigns, oldest first."""
    owes = [kind.value for kind, effect in EFFECT_ON_DEBT.items() if effect > 0]
    use = tables.Redemption
    rows = session.execute(
        select(T, use.booklet_id, use.number)
        .outerjoin(use, use.id == T.redemption_id)
        .where(T.campaign_id.in_(owed_cents), T.association_id == association, T.kind.in_(owes))
        .order_by(T.at, T.id)
    )
    parts: dict[int, list[Part]] = {campaign: [] for campaign in owed_cents}
    for row, booklet, number in rows:
        parts[row.campaign_id].append(_part(row, booklet, number))
    return {
        campaign: open_parts(own, sum(part.cents for part in own) - owed_cents[campaign])
        for campaign, own in parts.items()
    }


def _part(row: tables.Correction, booklet: int, number: int) -> Part:
    serial = None if row.redemption_id is None else load.serial(booklet)
    day = paris_day(row.at)
    return Part(day, row.kind, row.reason, serial, number, row.cents, row.cents)
