"""Signed documents besides statements, as far as the caller may see.

A joint closing statement is all its funders'; a credit note its funder's; a note of debt its
association's.
"""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Document = tables.Document


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a caller speaks for; nobody means that it may see everything."""

    funder: int | None = None
    association: int | None = None


def _seen(reader: Reader) -> Select[tables.Document]:
    query = select(Document)
    if reader.association is not None:
        query = query.where(Document.association_id == reader.association)
    if reader.funder is not None:
        share = tables.CampaignFunder
        pays = select(share.campaign_id).where(share.funder_id == reader.funder)
        query = query.where(
            Document.campaign_id.in_(pays),
            Document.association_id.is_(None),
            or_(Document.funder_id.is_(None), Document.funder_id == reader.funder),
        )
    return query


def documents(
    session: Session,
    reader: Reader,
    window: Window,
    campaign: int | None = None,
    association: int | None = None,
) -> Page[tables.Document]:
    """Documents of a campaign, or of an association, by number."""
    query = _seen(reader)
    if campaign is not None:
        query = query.where(Document.campaign_id == campaign)
    if association is not None:
        query = query.where(Document.association_id == association)
    return page(session, query, Document.number, window)


def document(session: Session, number: str, reader: Reader) -> tables.Document:
    """One document; raises :class:`NotFound`."""
    row = session.scalar(_seen(reader).where(Document.number == number))
    if row is None:
        raise NotFound("not_found", f"There is no document {number}.")
    return row


def drawing(session: Session, number: str, media_type: str) -> bytes | None:
    """A document's PDF or CSV, if it was made."""
    row = session.get(tables.DocumentFile, (number, media_type))
    return row.content if row else None
