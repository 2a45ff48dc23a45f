"""Seals and the transfers they cover."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from voucher_service.core.canonical import Json
from voucher_service.core.sealing import Seal
from voucher_service.store import tables
from voucher_service.store.once import take_range
from voucher_service.store.session import Session


def lock_next_number(session: Session) -> int:
    """The number the next seal will bear. Holds the series, so that sealers follow one another."""
    take_range(session, "seal-lock", 1)
    return int(session.scalar(select(func.max(tables.Seal.number))) or 0) + 1


#: A transfer's columns without its object: a month has many.
COLUMNS = tuple(tables.Transfer.__table__.columns)


def unsealed(session: Session, limit: int) -> Sequence[Row[Any]]:
    """Committed transfers that no seal covers, by number."""
    transfer, item = tables.Transfer, tables.SealItem
    return session.execute(
        select(*COLUMNS)
        .outerjoin(item, item.transfer_id == transfer.id)
        .where(item.transfer_id.is_(None))
        .order_by(transfer.id)
        .limit(limit)
    ).all()


def content(row: Row[Any]) -> Json:
    """What a seal vouches for in a transfer."""
    return {
        "id": row.id,
        "event": row.event,
        "kind": row.kind,
        "campaign": row.campaign_id,
        "debit": row.debit,
        "credit": row.credit,
        "cents": row.cents,
        "value_date": row.value_date.isoformat(),
        "recorded_at": row.recorded_at.isoformat(timespec="microseconds"),
        "reference": row.reference,
        "reverses": row.reverses,
    }


def write(
    session: Session, seal: Seal, transfers: Sequence[tuple[int, bytes]], now: datetime
) -> None:
    """Keep a seal and what it covers: each transfer's number and the hash of its row."""
    session.execute(
        insert(tables.Seal).values(
            number=seal.number,
            transfers=seal.count,
            cents=seal.cents,
            previous=seal.previous,
            root=seal.root,
            hash=seal.hash,
            sealed_at=now,
        )
    )
    session.execute(
        insert(tables.SealItem),
        [
            {
                "transfer_id": transfer,
                "seal_number": seal.number,
                "position": position,
                "leaf": leaf,
            }
            for position, (transfer, leaf) in enumerate(transfers)
        ],
    )


def chain(session: Session) -> Sequence[tables.Seal]:
    """Every seal, in order."""
    return session.scalars(select(tables.Seal).order_by(tables.Seal.number)).all()


def sealed_by(session: Session, number: int) -> Sequence[Row[Any]]:
    """What a seal covers, in its order: each item, and its transfer if there still is one."""
    transfer, item = tables.Transfer, tables.SealItem
    return session.execute(
        select(item.transfer_id, item.position, item.leaf, *COLUMNS)
        .outerjoin(transfer, item.transfer_id == transfer.id)
        .where(item.seal_number == number)
        .order_by(item.position)
    ).all()
