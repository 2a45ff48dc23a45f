"""Where the people of an association's sites work, from the invitation on."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select

from voucher_service.store import tables
from voucher_service.store.session import Session

Invited = tables.InvitationSite
Works = tables.StaffSite


def of_association(session: Session, association: int, sites: Iterable[int]) -> Sequence[int]:
    """Those of some sites that belong to an association, and are open."""
    table = tables.Site
    return session.scalars(
        select(table.id).where(
            table.id.in_(sites), table.association_id == association, table.closed_at.is_(None)
        )
    ).all()


def will_work_at(session: Session, invitation: int, sites: Iterable[int]) -> None:
    """Say where somebody who is invited will work."""
    rows = [{"invitation_id": invitation, "site_id": site} for site in sites]
    if rows:
        session.execute(insert(Invited), rows)


def take_sites(session: Session, invitation: int, membership: int) -> None:
    """Whoever accepts an invitation works where it said."""
    named = select(Invited.site_id).where(Invited.invitation_id == invitation)
    work_at(session, membership, session.scalars(named).all())


def work_at(session: Session, membership: int, sites: Iterable[int]) -> None:
    """Somebody works at these sites from now on, and at no other."""
    session.execute(delete(Works).where(Works.membership_id == membership))
    rows = [{"membership_id": membership, "site_id": site} for site in sites]
    if rows:
        session.execute(insert(Works), rows)
