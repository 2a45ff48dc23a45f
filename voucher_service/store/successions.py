"""What handing a scheme over and taking it over read and write besides the rows themselves."""

from datetime import datetime

from sqlalchemy import func, select

from voucher_service.core.canonical import Json
from voucher_service.store import tables
from voucher_service.store.once import update_if
from voucher_service.store.scheme_archive import counted
from voucher_service.store.session import Session

OWN = {"signing_key", "counter"}
"""Tables in which a new house may already hold something of its own."""


def part_with_phones(session: Session, now: datetime) -> int:
    """End every phone's pairing; how many."""
    table = tables.Device
    return update_if(session, table, table.revoked_at.is_(None), revoked_at=now)


def money(session: Session) -> dict[str, Json]:
    """The sums over the ledger and over live uses, in cents."""
    transfer, use = tables.Transfer, tables.Redemption
    moved = session.execute(select(func.count(), func.coalesce(func.sum(transfer.cents), 0))).one()
    live = session.execute(
        select(func.count(), func.coalesce(func.sum(use.cents), 0)).where(use.undone_at.is_(None))
    ).one()
    return {
        "transfers": int(moved[0]),
        "transferred_cents": int(moved[1]),
        "live_uses": int(live[0]),
        "live_use_cents": int(live[1]),
    }


def in_the_way(session: Session) -> list[str]:
    """What keeps a house from taking a scheme over: what it holds already, in words."""
    rows = {name: count for name, count in counted(session).items() if count and name not in OWN}
    numbered = session.scalars(
        select(tables.Counter.series).where(tables.Counter.series.not_like("%-lock"))
    ).all()
    return [f"{count} × {name}" for name, count in rows.items()] + [
        f"numbers of {series}" for series in numbered
    ]


def public_keys(session: Session) -> dict[str, bytes]:
    """Every public key by its id."""
    table = tables.SigningKey
    return {kid: public for kid, public in session.execute(select(table.kid, table.public))}  # noqa: C416 - rows are not pairs
