"""Accounts as the database changes them: each change decides by itself whether it may happen."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select

from voucher_service.store import tables
from voucher_service.store.once import update_if
from voucher_service.store.session import Session

PERSON, CODE, KEY, LINK = tables.Person, tables.RecoveryCode, tables.Passkey, tables.MailLink
INVITATION, MEMBERSHIP = tables.Invitation, tables.Membership


def use_step(session: Session, person: int, step: int) -> bool:
    """Take the half minute of an authenticator's code: each code lets somebody in once."""
    return 1 == update_if(
        session,
        PERSON,
        PERSON.id == person,
        or_(PERSON.totp_step.is_(None), PERSON.totp_step < step),
        totp_step=step,
    )


def use_recovery_code(session: Session, person: int, code_hash: bytes, now: datetime) -> bool:
    """Take a recovery code: it works once."""
    return 1 == update_if(
        session,
        CODE,
        CODE.person_id == person,
        CODE.code_hash == code_hash,
        CODE.used_at.is_(None),
        used_at=now,
    )


def replace_recovery_codes(session: Session, person: int, hashes: Iterable[bytes]) -> None:
    """New codes; the ones before open nothing any more."""
    forget_recovery_codes(session, person)
    session.execute(insert(CODE), [{"person_id": person, "code_hash": one} for one in hashes])


def forget_recovery_codes(session: Session, person: int) -> None:
    """No code of this person opens anything any more."""
    session.execute(delete(CODE).where(CODE.person_id == person))


def forget_passkeys(session: Session, person: int, number: int | None = None) -> int:
    """Delete one passkey of this person, or all; how many."""
    these = () if number is None else (KEY.id == number,)
    gone = delete(KEY).where(KEY.person_id == person, *these).returning(KEY.id)
    return len(session.execute(gone).all())


def use_passkey(session: Session, number: int, count: int, now: datetime) -> bool:
    """Note that a passkey was used. False when its count went back: it was copied."""
    grows = or_(KEY.sign_count < count, KEY.sign_count == 0) if count else KEY.sign_count == 0
    return 1 == update_if(session, KEY, KEY.id == number, grows, sign_count=count, used_at=now)


def use_link(session: Session, number: int, purpose: str, now: datetime) -> bool:
    """Take a link of a mail: once, and before it ends."""
    return 1 == update_if(
        session,
        LINK,
        LINK.id == number,
        LINK.purpose == purpose,
        LINK.used_at.is_(None),
        LINK.expires_at > now,
        used_at=now,
    )


def end_links(session: Session, person: int, now: datetime) -> None:
    """No link sent to this person opens anything any more."""
    update_if(session, LINK, LINK.person_id == person, LINK.used_at.is_(None), used_at=now)


def accept(session: Session, invitation: int, person: int, now: datetime) -> bool:
    """Take an invitation: once, before it ends, unless it was withdrawn."""
    return 1 == update_if(
        session,
        INVITATION,
        INVITATION.id == invitation,
        INVITATION.accepted_at.is_(None),
        INVITATION.withdrawn_at.is_(None),
        INVITATION.expires_at > now,
        accepted_at=now,
        person_id=person,
    )


def withdraw(session: Session, invitation: int, now: datetime) -> bool:
    """End an invitation that nobody took."""
    return 1 == update_if(
        session,
        INVITATION,
        INVITATION.id == invitation,
        INVITATION.accepted_at.is_(None),
        INVITATION.withdrawn_at.is_(None),
        withdrawn_at=now,
    )


def end_membership(session: Session, membership: int, actor: str, now: datetime) -> bool:
    """End a post."""
    return 1 == update_if(
        session,
        MEMBERSHIP,
        MEMBERSHIP.id == membership,
        MEMBERSHIP.ended_at.is_(None),
        ended_at=now,
        ended_by=actor,
    )


def end_tokens(session: Session, person: int, now: datetime) -> int:
    """End the tokens that somebody made for themselves; how many."""
    table = tables.Token
    return update_if(
        session, table, table.person_id == person, table.revoked_at.is_(None), revoked_at=now
    )


def passkeys(session: Session, person: int) -> Sequence[tables.Passkey]:
    """The passkeys of somebody."""
    return session.scalars(select(KEY).where(KEY.person_id == person).order_by(KEY.id)).all()


def passkey(session: Session, credential: bytes) -> tables.Passkey | None:
    """The passkey that calls itself so."""
    return session.scalar(select(KEY).where(KEY.credential == credential))


def others_in_post(session: Session, post: str, tenant: int | None, besides: int) -> int:
    """How many others hold the same post."""
    same = MEMBERSHIP.tenant_id.is_(None) if tenant is None else MEMBERSHIP.tenant_id == tenant
    query = select(func.count()).where(
        MEMBERSHIP.post == post, same, MEMBERSHIP.ended_at.is_(None), MEMBERSHIP.id != besides
    )
    return session.scalar(query) or 0
