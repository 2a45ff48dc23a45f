"""Who did what at which desk. For whoever oversees the whole scheme. Reads only."""

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Act = tables.DeskAct


def acts(
    session: Session, person: int | None, desk: str | None, window: Window
) -> Page[tables.DeskAct]:
    """Acts of everybody or of one person, at every desk or at one."""
    query = select(Act)
    if person is not None:
        query = query.where(Act.actor == f"person:{person}")
    if desk is not None:
        query = query.where(Act.desk == desk)
    return page(session, query, Act.id, window)
