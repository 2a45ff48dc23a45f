"""What an association reads at its desk besides uses: sites, phones, statements, payments."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from voucher_service.core.errors import NotFound
from voucher_service.core.posts import Post
from voucher_service.store import applications, tables
from voucher_service.store.queries.uses import Seen
from voucher_service.store.session import Session

Campaign = tables.Campaign
Device = tables.Device
Payout = tables.Payout
Site = tables.Site
Statement = tables.Statement


def sites_of_staff(session: Session, person: int, association: int) -> tuple[int, ...]:
    """Where somebody of an association's teams works."""
    member, works = tables.Membership, tables.StaffSite
    return tuple(
        session.scalars(
            select(works.site_id)
            .join(member, member.id == works.membership_id)
            .where(
                member.person_id == person,
                member.tenant_id == association,
                member.post == Post.SITE_STAFF.value,
                member.ended_at.is_(None),
            )
            .order_by(works.site_id)
        )
    )


def sites_of_members(
    session: Session, memberships: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    """Where the people of a team work: (site, its name) by membership."""
    works = tables.StaffSite
    rows = session.execute(
        select(works.membership_id, Site.id, Site.name)
        .join(Site, Site.id == works.site_id)
        .where(works.membership_id.in_(memberships))
        .order_by(Site.name, Site.id)
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for membership, number, name in rows:
        found[membership].append((number, name))
    return found


def charter(session: Session, association: int) -> tables.CharterAcceptance | None:
    """Who accepted the charter in force, and when."""
    return applications.charter(session, association)


def sites(session: Session, seen: Seen) -> Sequence[tables.Site]:
    """The sites that a reader may see: open ones first, by name."""
    query = select(Site).where(seen.of(Site.id))
    return session.scalars(query.order_by(Site.closed_at.is_not(None), Site.name, Site.id)).all()


def site(session: Session, seen: Seen, number: int) -> tables.Site:
    """One site; raises :class:`NotFound`."""
    row = session.scalar(select(Site).where(Site.id == number, seen.of(Site.id)))
    if row is None:
        raise NotFound("not_found", f"There is no site {number}.")
    return row


def phones(session: Session, seen: Seen) -> list[tuple[tables.Device, str]]:
    """Phones with the names of their sites: paired ones first, the last seen before the others."""
    rows = session.execute(
        select(Device, Site.name)
        .join(Site, Site.id == Device.site_id)
        .where(seen.of(Device.site_id))
        .order_by(Device.revoked_at.is_not(None), Device.last_contact_at.desc(), Device.id)
    )
    return [(device, name) for device, name in rows]


def phone(session: Session, seen: Seen, number: int) -> tables.Device:
    """One phone; raises :class:`NotFound`."""
    row = session.scalar(select(Device).where(Device.id == number, seen.of(Device.site_id)))
    if row is None:
        raise NotFound("not_found", f"There is no phone {number}.")
    return row


def paired(session: Session, seen: Seen) -> dict[int, int]:
    """How many phones may scan at each site."""
    rows = session.execute(
        select(Device.site_id, func.count())
        .where(seen.of(Device.site_id), Device.revoked_at.is_(None))
        .group_by(Device.site_id)
    )
    return {number: int(count) for number, count in rows}


def accreditation_and_phones(session: Session, seen: Seen) -> tuple[str, int]:
    """How far an association's file is, and how many phones may scan, in one question."""
    scanning = (
        select(func.count(Device.id))
        .where(seen.of(Device.site_id), Device.revoked_at.is_(None))
        .scalar_subquery()
    )
    association = tables.Association
    accreditation, count = session.execute(
        select(association.accreditation, scanning).where(association.id == seen.association)
    ).one()
    return accreditation, int(count)


def campaigns(session: Session, association: int) -> list[tuple[int, str]]:
    """The campaigns whose passes an association may take, by name."""
    approval = tables.Approval
    rows = session.execute(
        select(Campaign.id, Campaign.name)
        .join(approval, approval.campaign_id == Campaign.id)
        .where(approval.association_id == association)
        .order_by(Campaign.name, Campaign.id)
    )
    return [(number, name) for number, name in rows]


@dataclass(frozen=True, slots=True)
class Line:
    """A statement in a list."""

    number: str
    label: str
    total_cents: int


def statements(session: Session, association: int, before: str | None, limit: int) -> list[Line]:
    """Statements, the last first; one more than asked for, if there are more."""
    period = tables.Period
    query = (
        select(Statement.number, period.label, Statement.total_cents)
        .join(period, period.id == Statement.period_id)
        .where(Statement.association_id == association)
    )
    if before is not None:
        query = query.where(Statement.number < before)
    rows = session.execute(query.order_by(Statement.number.desc()).limit(limit + 1))
    return [Line(*row) for row in rows]


def payments(session: Session, numbers: Sequence[str]) -> dict[str, list[tables.Payout]]:
    """The payments made of some statements, oldest first; those called off in time left out."""
    rows = session.scalars(
        select(Payout)
        .where(Payout.statement_number.in_(numbers), Payout.withdrawn_at.is_(None))
        .order_by(Payout.planned_at, Payout.end_to_end)
    )
    found: dict[str, list[tables.Payout]] = defaultdict(list)
    for row in rows:
        found[row.statement_number].append(row)
    return found


def statement_of_payment(session: Session, association: int, reference: str) -> str | None:
    """The statement that a reference on the bank's paper pays."""
    return session.scalar(
        select(Payout.statement_number)
        .join(Statement, Statement.number == Payout.statement_number)
        .where(Payout.end_to_end == reference, Statement.association_id == association)
    )
