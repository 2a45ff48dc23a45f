"""Contests, as far as the caller may see: funders those of their campaigns, associations their own.

``Tenant`` with nothing set means that the caller may see everything.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from voucher_service.core.errors import NotFound
from voucher_service.store import contests as standing
from voucher_service.store import load, tables
from voucher_service.store.queries.paging import Page, Window, page
from voucher_service.store.session import Session

Contest = tables.Contestation
Step = tables.ContestStep
Use = tables.Redemption

state_of = standing.standing


@dataclass(frozen=True, slots=True)
class Tenant:
    """Whom a caller speaks for."""

    funder: int | None = None
    association: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which contests: every field that is set must agree."""

    campaign: int | None = None
    association: int | None = None
    ended: bool | None = None


def _seen(tenant: Tenant) -> Select[tables.Contestation]:
    query = select(Contest).join(Use, Use.id == Contest.redemption_id)
    if tenant.association is not None:
        query = query.where(Use.association_id == tenant.association)
    if tenant.funder is not None:
        query = query.where(Use.campaign_id.in_(_paid_by(tenant.funder)))
    return query


def _paid_by(funder: int) -> Select[int]:
    share = tables.CampaignFunder
    return select(share.campaign_id).where(share.funder_id == funder)


def contests(
    session: Session, wanted: Filter, tenant: Tenant, window: Window
) -> Page[tables.Contestation]:
    """Contests, oldest first."""
    query = _seen(tenant)
    if wanted.campaign is not None:
        query = query.where(Use.campaign_id == wanted.campaign)
    if wanted.association is not None:
        query = query.where(Use.association_id == wanted.association)
    if wanted.ended is not None:
        open_ = Contest.outcome.is_(None)
        query = query.where(~open_ if wanted.ended else open_)
    return page(session, query, Contest.id, window)


def contest(session: Session, number: int, tenant: Tenant) -> tables.Contestation:
    """One contest; raises :class:`NotFound`."""
    row = session.scalar(_seen(tenant).where(Contest.id == number))
    if row is None:
        raise NotFound("not_found", f"There is no contest {number}.")
    return row


def uses(session: Session, rows: Sequence[tables.Contestation]) -> dict[int, tables.Redemption]:
    """The use behind each contest."""
    found = session.scalars(select(Use).where(Use.id.in_([row.redemption_id for row in rows])))
    return {use.id: use for use in found}


def steps(
    session: Session, rows: Sequence[tables.Contestation]
) -> dict[int, list[tables.ContestStep]]:
    """The steps of each contest, in their order."""
    query = select(Step).where(Step.contestation_id.in_([row.id for row in rows]))
    found: dict[int, list[tables.ContestStep]] = defaultdict(list)
    for step in standing.in_order(session.scalars(query)):
        found[step.contestation_id].append(step)
    return found


def live_use(session: Session, serial: str, number: int, funder: int | None) -> int:
    """The use that holds a pass, as far as a funder may know; raises :class:`NotFound`."""
    query = select(Use.id).where(
        Use.booklet_id == load.booklet_of_serial(serial),
        Use.number == number,
        Use.undone_at.is_(None),
    )
    if funder is not None:
        query = query.where(Use.campaign_id.in_(_paid_by(funder)))
    found = session.scalar(query)
    if found is None:
        raise NotFound("not_found", f"Pass {number} of booklet {serial} is not spent.")
    return found
