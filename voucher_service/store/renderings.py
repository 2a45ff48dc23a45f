"""Statements as PDF and CSV: bytes kept once, and which are still to be made."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from voucher_service.core.canonical import sha256_hex
from voucher_service.store import tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session


def missing(
    session: Session, numbers: Sequence[str], media_types: Sequence[str]
) -> list[tuple[str, str]]:
    """Which renderings of some statements do not exist: (number, media type)."""
    table = tables.Rendering
    rows = session.execute(select(table.number, table.media_type).where(table.number.in_(numbers)))
    made = {(number, media_type) for number, media_type in rows}
    wanted = [(number, media_type) for number in numbers for media_type in media_types]
    return [rendering for rendering in wanted if rendering not in made]


def statement(session: Session, number: str) -> tables.Statement:
    """A statement as it was frozen."""
    return session.get_one(tables.Statement, number)


def keep(session: Session, number: str, media_type: str, content: bytes, now: datetime) -> bool:
    """Keep a rendering for ever. False when another one was kept first: that one stays."""
    return insert_once(
        session,
        tables.Rendering,
        number=number,
        media_type=media_type,
        content=content,
        sha256=sha256_hex(content),
        rendered_at=now,
    )
