"""Refusals and statements as they are found again by whoever disputes them."""

from sqlalchemy import case, select

from voucher_service.store import tables
from voucher_service.store.session import Session

Refusal = tables.Refusal
Dispute = tables.Dispute
Site = tables.Site


def refusal_of_scan(
    session: Session, site: int, device: int, scan_id: str
) -> tables.Refusal | None:
    """The refusal of a site's scan.

    A scan sent again may be refused again for another reason: what is disputed already stays the
    one that is meant, then the asking phone's own, then the last.
    """
    query = (
        select(Refusal)
        .outerjoin(Dispute, Dispute.refusal_id == Refusal.id)
        .where(Refusal.site_id == site, Refusal.scan_id == scan_id)
        .order_by(
            case((Dispute.id.is_(None), 1), else_=0),
            case((Refusal.device_id == device, 0), else_=1),
            Refusal.id.desc(),
        )
        .limit(1)
    )
    return session.scalar(query)


def dispute_of(session: Session, refusal: int) -> tables.Dispute:
    """The dispute of a refusal that is disputed."""
    return session.scalars(select(Dispute).where(Dispute.refusal_id == refusal)).one()


def association_of(session: Session, refusal: int) -> int:
    """Whose site the refused scan came from."""
    query = select(Site.association_id).join(Refusal, Refusal.site_id == Site.id)
    return session.scalars(query.where(Refusal.id == refusal)).one()


def dispute_of_line(session: Session, statement: str, about: str) -> tables.StatementDispute:
    """The dispute of a line, or of the whole, of a statement that is disputed so."""
    table = tables.StatementDispute
    query = select(table).where(table.statement_number == statement, table.about == about)
    return session.scalars(query).one()
