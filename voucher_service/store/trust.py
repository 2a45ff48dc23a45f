"""Public keys as they are remembered."""

from sqlalchemy import select

from voucher_service.core.signing import KeyStatus, PublicKey
from voucher_service.store import tables
from voucher_service.store.session import Session


def keys(session: Session, purpose: str) -> list[PublicKey]:
    """Every key ever trusted for a purpose, in the order of their ids."""
    table = tables.SigningKey
    rows = session.scalars(select(table).where(table.purpose == purpose).order_by(table.kid))
    return [
        PublicKey(
            kid=bytes.fromhex(row.kid),
            alg=row.alg,
            public=row.public,
            not_before=row.not_before,
            not_after=row.not_after,
            status=KeyStatus(row.status),
        )
        for row in rows
    ]
