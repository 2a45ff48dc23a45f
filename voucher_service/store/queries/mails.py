"""Whom a message is for, the names of what it tells of, and which mails wait for a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from voucher_service.core.posts import Post
from voucher_service.store import tables
from voucher_service.store.session import Session

M, O = tables.Mail, tables.Outbox  # noqa: E741 - a mail and what it tells

NAMED: dict[str, Any] = {
    "association": tables.Association,
    "campaign": tables.Campaign,
    "funder": tables.Funder,
    "point": tables.DistributionPoint,
    "site": tables.Site,
}
"""What a payload names by its number."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is being sent: its number, for whom it is, and what it tells."""

    number: int
    address: str
    language: str
    told: int
    topic: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message, or one mail of it, that a person has to look at. ``address``: none yet."""

    topic: str
    address: str | None
    told_at: datetime
    tries: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How mails stand: those that wait, since when the first does, and those that are stuck."""

    waiting: int
    waiting_since: datetime | None
    stuck: list[Stuck]


def contact(session: Session, association: int) -> str:
    """The address that an association gave."""
    table = tables.Association
    return session.scalars(select(table.contact_email).where(table.id == association)).one()


def funders(session: Session, campaign: int) -> Sequence[int]:
    """The funders of a campaign."""
    table = tables.CampaignFunder
    return session.scalars(
        select(table.funder_id).where(table.campaign_id == campaign).order_by(table.funder_id)
    ).all()


def holders(
    session: Session, posts: Collection[Post], tenants: Sequence[int] | None = None
) -> list[tuple[str, str]]:
    """Mail and language of those who hold one of these posts, for these tenants if there are."""
    person, held = tables.Person, tables.Membership
    query = (
        select(person.email, person.language)
        .join(held, held.person_id == person.id)
        .where(held.post.in_(posts), held.ended_at.is_(None), person.disabled_at.is_(None))
        .order_by(person.id)
    )
    if tenants is not None:
        query = query.where(held.tenant_id.in_(tenants))
    return [(email, language) for email, language in session.execute(query)]


def names(session: Session, payload: Mapping[str, Any]) -> dict[str, str]:
    """The names of what a payload speaks of, as ``association_name`` and so on."""
    found = {}
    for word, table in NAMED.items():
        if (number := payload.get(word)) is not None:
            found[f"{word}_name"] = session.get_one(table, number).name
    return found


def standing(session: Session) -> Standing:
    """How mails stand."""
    waiting = (M.sent_at.is_(None), M.given_up_at.is_(None))
    count, since = session.execute(
        select(func.count(), func.min(O.created_at))
        .select_from(M)
        .join(O, O.id == M.outbox_id)
        .where(*waiting)
    ).one()
    return Standing(int(count), since, [*_not_addressed(session), *_given_up(session)])


def _not_addressed(session: Session) -> list[Stuck]:
    rows = session.scalars(
        select(O).where(O.carried_at.is_(None), O.trouble.is_not(None)).order_by(O.id)
    )
    return [Stuck(row.topic, None, row.created_at, 0, row.trouble or "") for row in rows]


def _given_up(session: Session) -> list[Stuck]:
    rows = session.execute(
        select(M, O.topic, O.created_at)
        .join(O, O.id == M.outbox_id)
        .where(M.given_up_at.is_not(None))
        .order_by(M.id)
    )
    return [
        Stuck(topic, mail.address, told_at, mail.tries, mail.trouble or "")
        for mail, topic, told_at in rows
    ]
