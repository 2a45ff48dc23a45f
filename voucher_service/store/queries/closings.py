"""The end of campaigns, and refunds, as far as the caller may see."""

from collections.abc import Sequence

from sqlalchemy import select

from voucher_service.core.documents import CREDIT_NOTE
from voucher_service.core.ending import Booklets
from voucher_service.core.errors import NotFound
from voucher_service.store import closings, tables
from voucher_service.store.postings import deposit as deposit_of
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Alert = tables.ClosingAlert
Approval = tables.ClosingApproval
Closing = tables.Closing
Document = tables.Document
Refund = tables.Refund

deposit = deposit_of


def latest(session: Session, campaign: int) -> tables.Closing | None:
    """The last round of a campaign's end, if it was begun."""
    return closings.latest(session, campaign)


def approvals(session: Session, closing: int) -> Sequence[tables.ClosingApproval]:
    """Who agreed, by funder."""
    found = closings.approvals(session, closing)
    return [found[funder] for funder in sorted(found)]


def alerts(session: Session, campaign: int) -> dict[int, tables.ClosingAlert]:
    """The alerts that were given, by days before the end."""
    query = select(Alert).where(Alert.campaign_id == campaign)
    return {row.days_before: row for row in session.scalars(query)}


def booklets(session: Session, campaign: int) -> Booklets:
    """How many booklets of a campaign were issued, given and begun."""
    return closings.booklets(session, campaign)


def choices(session: Session, closing: int, funder: int | None) -> dict[int, str]:
    """What each funder wants done with its money: the last thing that it said."""
    table = tables.ClosingChoice
    query = select(table).where(table.closing_id == closing).order_by(table.id)
    if funder is not None:
        query = query.where(table.funder_id == funder)
    return {row.funder_id: row.choice for row in session.scalars(query)}


def credit_notes(session: Session, campaign: int, funder: int | None) -> Sequence[tables.Document]:
    """The credit notes of a campaign's end."""
    query = select(Document).where(Document.campaign_id == campaign, Document.kind == CREDIT_NOTE)
    if funder is not None:
        query = query.where(Document.funder_id == funder)
    return session.scalars(query.order_by(Document.number)).all()


def refunds(
    session: Session, campaign: int | None, funder: int | None, window: Window
) -> Page[tables.Refund]:
    """Refunds, by number."""
    query = select(Refund)
    if campaign is not None:
        query = query.where(Refund.campaign_id == campaign)
    if funder is not None:
        query = query.where(Refund.funder_id == funder)
    return page(session, query, Refund.number, window)


def refund_state(row: tables.Refund) -> str:
    """How far a refund has come: asked, approved, sent, or how it ended."""
    if row.outcome is not None:
        return row.outcome
    if row.sent_at is not None:
        return "sent"
    return "asked" if row.approved_at is None else "approved"


def refund(session: Session, number: str, funder: int | None) -> tables.Refund:
    """One refund; raises :class:`NotFound`."""
    row = session.get(Refund, number)
    if row is None or funder not in {None, row.funder_id}:
        raise NotFound("not_found", f"There is no refund {number}.")
    return row
