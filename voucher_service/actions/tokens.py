"""Bearer tokens of the management API: made, shown once, kept as a hash, ended."""

import secrets
from datetime import datetime
from enum import StrEnum

from voucher_service.actions import accounts
from voucher_service.actions.pairing import secret_hash
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.posts import Post
from voucher_service.store import tables
from voucher_service.store.once import find, insert_row, update_if
from voucher_service.store.queries import people
from voucher_service.store.session import Session


class Role(StrEnum):
    """Who a token speaks for."""

    OPERATOR = "operator"
    FINANCE = "finance"
    PRINTER = "printer"
    FUNDER = "funder"
    DISTRIBUTOR = "distributor"
    ASSOCIATION = "association"
    AUDITOR = "auditor"


TENANTS: dict[Role, type] = {
    Role.FUNDER: tables.Funder,
    Role.DISTRIBUTOR: tables.DistributionPoint,
    Role.ASSOCIATION: tables.Association,
}
"""Roles that speak for one tenant only, and what that tenant is."""


ROLE_OF_POST: dict[Post, Role] = {
    Post.OPERATOR_ADMIN: Role.OPERATOR,
    Post.OPERATOR_FINANCE: Role.FINANCE,
    Post.FUNDER_APPROVER: Role.FUNDER,
    Post.POINT_MANAGER: Role.DISTRIBUTOR,
    Post.ASSOCIATION_MANAGER: Role.ASSOCIATION,
    Post.AUDITOR: Role.AUDITOR,
}
"""Posts whose holders may make tokens for themselves, each for what is done at that desk."""


def may_hold(session: Session, person: int, role: Role, tenant: int | None) -> bool:
    """Whether somebody holds the post now that a token of this role stands for.

    Asked when such a token is made and each time that it is shown: no click that crosses the end of
    a post leaves a way in behind.
    """
    row = people.person(session, person)
    if row is None or row.disabled_at is not None:
        return False
    held = people.posts_of(session, person)
    return any((ROLE_OF_POST.get(one.post), one.tenant) == (role, tenant) for one in held)


def create_token(
    session: Session,
    role: Role,
    tenant: int | None,
    now: datetime,
    person: int | None = None,
    maker: int | None = None,
) -> tuple[int, str]:
    """A new token: its number, and its text, which nobody can read again.

    One that somebody made for themselves acts as that person, who is told: it is one more way in.
    One of the house that another token (``maker``) made acts as that one: whoever can make two
    tokens is not two pairs of eyes.
    """
    if role in TENANTS:
        if tenant is None:
            raise Invalid(
                "tenant_missing", f"A {role} token speaks for one of them: say which.", "tenant"
            )
        find(session, TENANTS[role], tenant, role.value)
    elif tenant is not None:
        raise Invalid("tenant_unexpected", f"A {role} token speaks for the whole scheme.", "tenant")
    text = secrets.token_urlsafe(32)
    number = insert_row(
        session,
        tables.Token,
        token_hash=secret_hash(text),
        role=role.value,
        tenant_id=tenant,
        person_id=person,
        maker_id=maker if tenant is None else None,
        created_at=now,
    )
    if person is not None:
        accounts.tell_change(session, person, "token", now)
    return number, text


def revoke_token(session: Session, number: int, now: datetime) -> None:
    """End a token. It cannot be brought back."""
    find(session, tables.Token, number, "token")
    table = tables.Token
    if not update_if(
        session, table, table.id == number, table.revoked_at.is_(None), revoked_at=now
    ):
        raise Conflict("revoked_already", "This token was ended already.")
