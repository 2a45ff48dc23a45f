"""Documents on paper: a PDF or CSV is made once, kept as bytes, and never made again."""

from collections.abc import Callable
from datetime import datetime

from voucher_service.store import documents, fees, renderings, tables
from voucher_service.store.once import find
from voucher_service.store.session import Session


def rendered(
    session: Session, number: str, media_type: str, render: Callable[[], bytes], now: datetime
) -> bytes:
    """A statement in one media type: what was kept first, or what is made now if nothing was."""
    if renderings.missing(session, [number], [media_type]):
        renderings.keep(session, number, media_type, render(), now)
    return find(session, tables.Rendering, (number, media_type), "rendering").content


def kept(session: Session, number: str, media_type: str, content: bytes, now: datetime) -> bytes:
    """A document that is no statement, in one media type: what was kept first, or else this."""
    documents.keep(session, number, media_type, content, now)
    return find(session, tables.DocumentFile, (number, media_type), "drawing").content


def invoice_kept(
    session: Session, number: str, media_type: str, content: bytes, now: datetime
) -> bytes:
    """A fee document in one media type: what was kept first, or else this."""
    fees.keep(session, number, media_type, content, now)
    return find(session, tables.FeeDocumentFile, (number, media_type), "drawing").content
