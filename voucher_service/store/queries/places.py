"""Associations, their sites and their phones, as far as the caller may see.

``tenant`` is the association that asks: nothing means that the caller may see everything.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Association = tables.Association
Device = tables.Device
Site = tables.Site


def associations(session: Session, tenant: int | None, window: Window) -> Page[tables.Association]:
    """Associations, oldest first."""
    query = select(Association)
    if tenant is not None:
        query = query.where(Association.id == tenant)
    return page(session, query, Association.id, window)


def association(session: Session, number: int, tenant: int | None) -> tables.Association:
    """One association; raises :class:`NotFound`."""
    row = session.get(Association, number) if tenant in {None, number} else None
    if row is None:
        raise NotFound("not_found", f"There is no association {number}.")
    return row


def approved(session: Session, campaign: int, window: Window) -> Page[tables.Association]:
    """The associations that may take the passes of a campaign, oldest first."""
    approval = tables.Approval
    query = (
        select(Association)
        .join(approval, approval.association_id == Association.id)
        .where(approval.campaign_id == campaign)
    )
    return page(session, query, Association.id, window)


def steps(session: Session, association: int) -> Sequence[tables.AccreditationStep]:
    """Every decision about an association, oldest first."""
    table = tables.AccreditationStep
    return session.scalars(
        select(table).where(table.association_id == association).order_by(table.id)
    ).all()


def sites(session: Session, tenant: int | None, window: Window) -> Page[tables.Site]:
    """Sites, oldest first."""
    query = select(Site)
    if tenant is not None:
        query = query.where(Site.association_id == tenant)
    return page(session, query, Site.id, window)


def site(session: Session, number: int, tenant: int | None) -> tables.Site:
    """One site; raises :class:`NotFound`."""
    query = select(Site).where(Site.id == number)
    row = session.scalar(query if tenant is None else query.where(Site.association_id == tenant))
    if row is None:
        raise NotFound("not_found", f"There is no site {number}.")
    return row


def sites_of(session: Session, numbers: Iterable[int]) -> dict[int, tables.Site]:
    """Some sites by their number, for whoever sees every tenant."""
    rows = session.scalars(select(Site).where(Site.id.in_(set(numbers))))
    return {row.id: row for row in rows}


def _devices(tenant: int | None) -> Select[tables.Device]:
    query = select(Device)
    if tenant is not None:
        query = query.join(Site, Site.id == Device.site_id).where(Site.association_id == tenant)
    return query


def devices(session: Session, association: int, window: Window) -> Page[tables.Device]:
    """The phones of an association's sites, oldest first."""
    return page(session, _devices(association), Device.id, window)


def site_devices(session: Session, site: int, window: Window) -> Page[tables.Device]:
    """The phones of a site, oldest first."""
    return page(session, select(Device).where(Device.site_id == site), Device.id, window)


def device(session: Session, number: int, tenant: int | None) -> tables.Device:
    """One phone; raises :class:`NotFound`."""
    row = session.scalar(_devices(tenant).where(Device.id == number))
    if row is None:
        raise NotFound("not_found", f"There is no phone {number}.")
    return row
