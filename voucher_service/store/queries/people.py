"""Who somebody is, which posts they hold, and where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from voucher_service.core.posts import House, Post, house_of
from voucher_service.store import tables
from voucher_service.store.session import Session

PERSON, MEMBERSHIP, SITTING = tables.Person, tables.Membership, tables.Sitting


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody holds now; ``name`` is the tenant's, where it has one."""

    id: int
    post: Post
    tenant: int | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Seated:
    """The person behind a browser's cookie, signed in or half-way."""

    sitting: int
    person: int
    name: str
    email: str
    language: str
    begun_at: datetime
    seen_at: datetime
    signed_in_at: datetime | None
    proved_at: datetime | None
    second_factor_at: datetime | None
    has_factor: bool
    """Whether they have an authenticator or a passkey."""
    chosen: int | None
    """The membership they chose."""
    data: dict[str, Any]


def _has_factor() -> Any:  # noqa: ANN401 - an expression of SQL
    passkey = exists().where(tables.Passkey.person_id == PERSON.id)
    return or_(PERSON.totp_sealed.is_not(None), passkey)


def seated(session: Session, cookie_hash: bytes) -> Seated | None:
    """Who sits behind a cookie, unless the sitting or the account was ended."""
    return _behind(session, cookie_hash, SITTING.ended_at.is_(None))


def who_sat(session: Session, cookie_hash: bytes) -> Seated | None:
    """Who was signed in behind a cookie, even if the sitting was ended: their account is open."""
    return _behind(session, cookie_hash, SITTING.signed_in_at.is_not(None))


def _behind(session: Session, cookie_hash: bytes, which: ColumnElement[bool]) -> Seated | None:
    row = session.execute(
        select(SITTING, PERSON, _has_factor().label("has_factor"))
        .join(PERSON, PERSON.id == SITTING.person_id)
        .where(SITTING.cookie_hash == cookie_hash, which, PERSON.disabled_at.is_(None))
    ).first()
    if row is None:
        return None
    sitting, person, has_factor = row
    return Seated(
        sitting.id,
        person.id,
        person.name,
        person.email,
        person.language,
        sitting.begun_at,
        sitting.seen_at,
        sitting.signed_in_at,
        sitting.proved_at,
        sitting.second_factor_at,
        bool(has_factor),
        sitting.membership_id,
        sitting.data,
    )


def posts_of(session: Session, person: int) -> list[Held]:
    """The posts that somebody holds now, the oldest first."""
    rows = session.scalars(
        select(MEMBERSHIP)
        .where(MEMBERSHIP.person_id == person, MEMBERSHIP.ended_at.is_(None))
        .order_by(MEMBERSHIP.id)
    )
    return [Held(row.id, Post(row.post), row.tenant_id) for row in rows]


def named(session: Session, held: Sequence[Held]) -> list[Held]:
    """The same posts with their tenants' names."""
    return [
        Held(one.id, one.post, one.tenant, tenant_name(session, one.post, one.tenant))
        for one in held
    ]


TENANT_NAMES: dict[House, tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
    House.FUNDER: (tables.Funder.id, tables.Funder.name),
    House.POINT: (tables.DistributionPoint.id, tables.DistributionPoint.name),
    House.ASSOCIATION: (tables.Association.id, tables.Association.name),
}


def tenant_name(session: Session, post: Post, tenant: int | None) -> str:
    """What the tenant of a post is called; nothing for the scheme's own posts."""
    found = TENANT_NAMES.get(house_of(post))
    if found is None or tenant is None:
        return ""
    key, name = found
    return session.scalar(select(name).where(key == tenant)) or ""


@dataclass(frozen=True, slots=True)
class Done:
    """What a form did."""

    fingerprint: str
    answer: str | None
    said: str | None
    values: dict[str, Any]
    at: datetime


def done(session: Session, person: int, key: str) -> Done | None:
    """What the form with this key did for this person."""
    row = session.get(tables.FormAct, (person, key))
    if row is None:
        return None
    return Done(row.fingerprint, row.answer, row.said, row.said_values, row.at)


def kept_form(
    session: Session, browser_hash: bytes, page: str, form: str, person: int, since: datetime
) -> bytes | None:
    """What this person was filling in here, sealed, if it was kept after that time."""
    row = session.get(tables.KeptForm, (browser_hash, page, form))
    return row.sealed if row and row.person_id == person and row.kept_at > since else None


def keeps_a_form(session: Session, browser_hash: bytes, since: datetime) -> bool:
    """Whether any form kept after that time waits in this browser, whosever it is."""
    table = tables.KeptForm
    waits = exists().where(table.browser_hash == browser_hash, table.kept_at > since)
    return bool(session.scalar(select(waits)))


def by_email(session: Session, email: str) -> tables.Person | None:
    """The person with this mail address, whether or not the account is open."""
    return session.scalar(select(PERSON).where(PERSON.email == email.strip().lower()))


def actor_names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    """What the persons among some actors of a history are called."""
    numbers = {int(one.removeprefix("person:")) for one in actors if one.startswith("person:")}
    if not numbers:
        return {}
    rows = session.execute(_names().where(PERSON.id.in_(numbers)))
    return {f"person:{number}": name for number, name in rows}


def _names() -> Select[int, str]:
    return select(PERSON.id, PERSON.name)


def has_factor(session: Session, person: int) -> bool:
    """Whether somebody has an authenticator or a passkey."""
    return bool(session.scalar(select(_has_factor()).where(PERSON.id == person)))


def person(session: Session, number: int) -> tables.Person | None:
    """Somebody by their number."""
    return session.get(tables.Person, number)


@dataclass(frozen=True, slots=True)
class Signed:
    """One place where somebody is signed in."""

    id: int
    agent: str
    signed_in_at: datetime
    seen_at: datetime


def sittings_of(session: Session, person: int, since: datetime) -> list[Signed]:
    """Where somebody is signed in now: sittings begun since then, the latest first."""
    rows = session.scalars(
        select(SITTING)
        .where(
            SITTING.person_id == person,
            SITTING.ended_at.is_(None),
            SITTING.begun_at > since,
            SITTING.signed_in_at.is_not(None),
        )
        .order_by(SITTING.id.desc())
    )
    return [
        Signed(row.id, row.agent, row.signed_in_at or row.begun_at, row.seen_at) for row in rows
    ]


def passkeys_of(session: Session, person: int) -> Sequence[tables.Passkey]:
    """The passkeys of somebody, the oldest first."""
    table = tables.Passkey
    return session.scalars(select(table).where(table.person_id == person).order_by(table.id)).all()


def has_identity(session: Session, person: int) -> bool:
    """Whether somebody can come in through a provider of identities."""
    tied = exists().where(tables.Identity.person_id == person)
    return bool(session.scalar(select(tied)))


def codes_left(session: Session, person: int) -> int:
    """How many recovery codes still work."""
    table = tables.RecoveryCode
    query = select(func.count()).where(table.person_id == person, table.used_at.is_(None))
    return session.scalar(query) or 0


def invitation(session: Session, number: int) -> tables.Invitation | None:
    """An invitation by its number."""
    return session.get(tables.Invitation, number)


def tokens_of(session: Session, person: int) -> Sequence[tables.Token]:
    """The tokens that somebody made for themselves and that still open something."""
    table = tables.Token
    mine = select(table).where(table.person_id == person, table.revoked_at.is_(None))
    return session.scalars(mine.order_by(table.id)).all()
