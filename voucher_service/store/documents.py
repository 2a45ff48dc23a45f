"""Signed documents besides statements: written once, and their drawings kept once."""

from collections.abc import Mapping
from datetime import datetime

from voucher_service.core.canonical import sha256_hex
from voucher_service.store import tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session


def write(
    session: Session,
    number: str,
    kind: str,
    campaign: int,
    total_cents: int,
    frozen: Mapping[str, bytes | str],
    now: datetime,
    *,
    funder: int | None = None,
    association: int | None = None,
) -> None:
    """Write a document with what proves it. Addressed to nobody, it is all funders'."""
    insert_once(
        session,
        tables.Document,
        number=number,
        kind=kind,
        campaign_id=campaign,
        funder_id=funder,
        association_id=association,
        total_cents=total_cents,
        issued_at=now,
        **frozen,
    )


def keep(session: Session, number: str, media_type: str, content: bytes, now: datetime) -> bool:
    """Keep a drawing for ever. False when another one was kept first: that one stays."""
    return insert_once(
        session,
        tables.DocumentFile,
        number=number,
        media_type=media_type,
        content=content,
        sha256=sha256_hex(content),
        rendered_at=now,
    )
