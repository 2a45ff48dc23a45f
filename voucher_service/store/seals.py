"""Seals and the movements they cover: one chain over each set of books, by the same statements.

The scheme's ledger and the operator's own fees are sealed apart, for they share no table, and a
successor takes over the first without the second. Decides nothing about a seal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from voucher_service.core.canonical import Json
from voucher_service.core.sealing import GENESIS, Seal
from voucher_service.store import tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Chain:
    """Where one set of books keeps its movements, its seals, and which seal covers which."""

    transfers: type[tables.Transfer] | type[tables.FeeTransfer]
    seals: type[tables.Seal] | type[tables.FeeSeal]
    items: type[tables.SealItem] | type[tables.FeeSealItem]

    @property
    def columns(self) -> tuple[Any, ...]:
        """A movement's columns without its object: a month has many."""
        return tuple(self.transfers.__table__.columns)


SCHEME = Chain(tables.Transfer, tables.Seal, tables.SealItem)
FEES = Chain(tables.FeeTransfer, tables.FeeSeal, tables.FeeSealItem)

COLUMNS = SCHEME.columns
"""Those of the scheme's ledger."""


def head(session: Session, chain: Chain) -> tuple[int, str] | None:
    """The number and hash of the last seal."""
    table = chain.seals
    row = session.execute(
        select(table.number, table.hash).order_by(table.number.desc()).limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def next_link(session: Session, chain: Chain) -> tuple[int, str]:
    """The number that the next seal will bear, and the hash that it carries on from."""
    last = head(session, chain)
    return (last[0] + 1, last[1]) if last else (1, GENESIS)


def hash_of(session: Session, chain: Chain, number: int) -> str | None:
    """The hash of a seal."""
    return session.scalar(select(chain.seals.hash).where(chain.seals.number == number))


def unsealed(session: Session, chain: Chain, limit: int) -> Sequence[Row[Any]]:
    """Committed movements that no seal covers, by number."""
    transfer, item = chain.transfers, chain.items
    return session.execute(
        select(*chain.columns)
        .outerjoin(item, item.transfer_id == transfer.id)
        .where(item.transfer_id.is_(None))
        .order_by(transfer.id)
        .limit(limit)
    ).all()


def waiting(session: Session, chain: Chain) -> int:
    """How many movements were written after the last one that a seal covers."""
    transfer, item = chain.transfers, chain.items
    last = select(func.coalesce(func.max(item.transfer_id), 0)).scalar_subquery()
    return int(session.scalar(select(func.count(transfer.id)).where(transfer.id > last)) or 0)


def content(chain: Chain, row: Row[Any]) -> Json:
    """What a seal vouches for in a movement; the scheme's also say their campaign and original."""
    facts: dict[str, Json] = {
        "id": row.id,
        "event": row.event,
        "kind": row.kind,
        "debit": row.debit,
        "credit": row.credit,
        "cents": row.cents,
        "value_date": row.value_date.isoformat(),
        "recorded_at": row.recorded_at.isoformat(timespec="microseconds"),
        "reference": row.reference,
    }
    if chain is SCHEME:
        facts |= {"campaign": row.campaign_id, "reverses": row.reverses}
    return facts


def write(
    session: Session,
    chain: Chain,
    seal: Seal,
    transfers: Sequence[tuple[int, bytes]],
    now: datetime,
) -> bool:
    """Keep a seal and what it covers: each movement's number and the hash of its row.

    False when another seal took this number first: then nothing was written.
    """
    won = insert_once(
        session,
        chain.seals,
        number=seal.number,
        transfers=seal.count,
        cents=seal.cents,
        previous=seal.previous,
        root=seal.root,
        hash=seal.hash,
        sealed_at=now,
    )
    if won:
        items = [
            {"transfer_id": row, "seal_number": seal.number, "position": position, "leaf": kept}
            for position, (row, kept) in enumerate(transfers)
        ]
        session.execute(insert(chain.items), items)
    return won


def links(session: Session, chain: Chain) -> Sequence[Row[Any]]:
    """Every seal, in order."""
    table = chain.seals
    return session.execute(select(*table.__table__.columns).order_by(table.number)).all()


def sealed_by(session: Session, chain: Chain, number: int) -> Sequence[Row[Any]]:
    """What a seal covers, in its order: each item, and its movement if there still is one."""
    transfer, item = chain.transfers, chain.items
    return session.execute(
        select(item.transfer_id, item.position, item.leaf, *chain.columns)
        .outerjoin(transfer, item.transfer_id == transfer.id)
        .where(item.seal_number == number)
        .order_by(item.position)
    ).all()
