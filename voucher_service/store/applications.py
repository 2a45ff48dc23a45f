"""What an association has said of itself so far, for whoever judges whether it is complete."""

from datetime import datetime

from sqlalchemy import select

from voucher_service.core.application import CHARTER, Facts, SiteFacts
from voucher_service.core.posts import ASSOCIATIONS, Post
from voucher_service.store import tables
from voucher_service.store.session import Session

Site = tables.Site
Account = tables.BankAccount


def facts(session: Session, row: tables.Association) -> Facts:
    """The facts of an association behind each criterion."""
    sites = session.scalars(
        select(Site)
        .where(Site.association_id == row.id, Site.closed_at.is_(None))
        .order_by(Site.name, Site.id)
    )
    return Facts(
        identified=bool(row.siret or row.rna),
        representative=bool(row.representative),
        sites=[
            SiteFacts(site.name, len(site.services), bool(site.horaires or site.telephone))
            for site in sites
        ],
        account=_has_account(session, row.id),
        charter=charter(session, row.id) is not None,
    )


def _has_account(session: Session, association: int) -> bool:
    """Whether it says where it is paid: proposed or current, and not blocked."""
    query = select(Account.id).where(
        Account.association_id == association,
        Account.replaced_at.is_(None),
        Account.blocked_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def charter(session: Session, association: int) -> tables.CharterAcceptance | None:
    """Who accepted the charter in force, and when."""
    return session.get(tables.CharterAcceptance, (association, CHARTER))


def has_people(session: Session, association: int) -> bool:
    """Whether anybody ever held a post in an association."""
    member = tables.Membership
    posts = [post.value for post in ASSOCIATIONS]
    query = select(member.id).where(member.tenant_id == association, member.post.in_(posts))
    return session.scalar(query.limit(1)) is not None


def invited_since(session: Session, association: int, moment: datetime) -> bool:
    """Whether somebody was invited to manage an association since a moment."""
    table = tables.Invitation
    query = select(table.id).where(
        table.tenant_id == association,
        table.post == Post.ASSOCIATION_MANAGER.value,
        table.invited_at >= moment,
    )
    return session.scalar(query.limit(1)) is not None
