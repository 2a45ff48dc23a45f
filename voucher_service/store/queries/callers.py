"""Who a management token speaks for."""

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.ceding import ceded_to
from voucher_service.store.session import Session


def token(session: Session, token_hash: bytes) -> tables.Token | None:
    """The live token behind a hash."""
    table = tables.Token
    return session.scalar(
        select(table).where(table.token_hash == token_hash, table.revoked_at.is_(None))
    )


def successor(session: Session) -> str | None:
    """Who runs the scheme now, when this house ceded it."""
    left = ceded_to(session)
    return left.operator if left else None
