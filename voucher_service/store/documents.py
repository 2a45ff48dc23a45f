"""Signed documents besides statements: written once, and their drawings kept once."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from voucher_service.core.canonical import sha256_hex
from voucher_service.store import tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session


def write(
    session: Session,
    number: str,
    kind: str,
    campaign: int | None,
    total_cents: int,
    frozen: Mapping[str, bytes | str],
    now: datetime,
    *,
    funder: int | None = None,
    association: int | None = None,
) -> None:
    """Write a document with what proves it. Of a campaign and nobody, it is all its funders'."""
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


def document(session: Session, number: str) -> tables.Document:
    """A document as it was frozen."""
    return session.get_one(tables.Document, number)


def missing(
    session: Session, numbers: Sequence[str], media_types: Sequence[str]
) -> list[tuple[str, str]]:
    """Which drawings of some documents do not exist: (number, media type)."""
    table = tables.DocumentFile
    rows = session.execute(select(table.number, table.media_type).where(table.number.in_(numbers)))
    made = {(number, media_type) for number, media_type in rows}
    wanted = [(number, media_type) for number in numbers for media_type in media_types]
    return [drawing for drawing in wanted if drawing not in made]


def credit_notes_of(session: Session, statement: str) -> list[str]:
    """The credit notes that belong to a joint closing statement, as it names them."""
    funders = json.loads(document(session, statement).document)["funders"]
    return [funder["credit_note"] for funder in funders if funder["credit_note"]]
