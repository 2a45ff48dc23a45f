"""People who work with the service: who they are, what they may do, where they are signed in.

Secrets are kept as hashes, or sealed by a key that is not in the database. Never a beneficiary.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes, Document, Instant


class Person(Base):
    """Somebody with an account. Histories call it ``person:7``, never by name."""

    __tablename__ = "person"

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    #: The work mail, in small letters: what one signs in with.
    email: Mapped[str] = mapped_column(unique=True)
    #: fr or en.
    language: Mapped[str]
    #: argon2id; nothing for who only comes through ProConnect.
    password_hash: Mapped[str | None]
    #: The authenticator's secret, sealed by the accounts' key.
    totp_sealed: Mapped[bytes | None] = mapped_column(Bytes)
    #: The last half minute whose code was used: each code works once.
    totp_step: Mapped[int | None]
    #: How passkeys name this person; says nothing to anybody.
    handle: Mapped[bytes] = mapped_column(Bytes, unique=True)
    created_at: Mapped[Moment]
    last_active_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Set when the account was closed: nobody signs in with it.
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class Membership(Base):
    """Somebody holds a post, for a tenant or for the whole scheme, until it is ended."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_of_tenant",
            "person_id",
            "post",
            "tenant_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_membership_of_scheme",
            "person_id",
            "post",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND tenant_id IS NULL"),
            sqlite_where=text("ended_at IS NULL AND tenant_id IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: One of core.posts.
    post: Mapped[str]
    #: The funder, distribution point or association, by the post.
    tenant_id: Mapped[int | None]
    given_at: Mapped[Moment]
    given_by: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None]


class Invitation(Base):
    """A post offered by mail. Its link is made from the number with a key that is not here."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(index=True)
    post: Mapped[str]
    tenant_id: Mapped[int | None]
    language: Mapped[str]
    invited_at: Mapped[Moment]
    invited_by: Mapped[str]
    expires_at: Mapped[Moment]
    #: Accepted, and by whom: once.
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffSite(Base):
    """Where somebody of a site's team works: what they see of their association."""

    __tablename__ = "staff_site"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)


class InvitationSite(Base):
    """Where somebody who is invited to a site's team will work."""

    __tablename__ = "invitation_site"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)


class MailLink(Base):
    """A link sent to somebody with an account: single use, short life, its secret not here."""

    __tablename__ = "mail_link"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: password, new_mail or sign_in (the demonstration's only).
    purpose: Mapped[str]
    #: Where it was sent: the new address when one is to be confirmed.
    email: Mapped[str]
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """A way in when the second factor is lost: shown once, kept as a hash, good once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(Bytes, primary_key=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Passkey(Base):
    """A public key in somebody's phone, computer or security key (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: What its owner calls it.
    name: Mapped[str]
    credential: Mapped[bytes] = mapped_column(Bytes, unique=True)
    public_key: Mapped[bytes] = mapped_column(Bytes)
    #: Grows at each use, if the device counts: a copy shows.
    sign_count: Mapped[int]
    transports: Mapped[list[str]] = mapped_column(Document)
    created_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Identity(Base):
    """Somebody as a provider of identities (ProConnect) knows them. A mail address is no key."""

    __tablename__ = "identity"

    provider: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[Moment]


class Sitting(Base):
    """Somebody signed in on one browser: what its cookie opens, until it is ended or too old.

    Before the second factor it has a person and no ``signed_in_at``, and opens nothing.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        CheckConstraint("signed_in_at IS NULL OR person_id IS NOT NULL", name="somebody"),
    )

    id: Mapped[PrimaryKey]
    #: Hash of the cookie: 256 bits of chance.
    cookie_hash: Mapped[bytes] = mapped_column(Bytes, unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    begun_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    signed_in_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When the password, a passkey or the provider last proved who it is: some changes ask anew.
    proved_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When a second factor was shown.
    second_factor_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The post that its desk shows.
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    #: Family of browser and system, such as "Firefox, Linux": to recognise it in a list.
    agent: Mapped[str]
    #: What a sign-in under way must remember: challenges and states, never a secret of a person.
    data: Mapped[dict[str, Any]] = mapped_column(Document)


class FormAct(Base):
    """What one form did: a double click finds it here, and is shown the same answer."""

    __tablename__ = "form_act"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    #: The random key that the form carried.
    key: Mapped[str] = mapped_column(primary_key=True)
    #: Hash of path and fields.
    fingerprint: Mapped[str]
    at: Mapped[Moment]
    #: The answer, sealed by the sitting's cookie, which is not kept.
    answer: Mapped[str | None]
    #: Name of the sentence that the next page says, and what stands in it.
    said: Mapped[str | None]
    said_values: Mapped[dict[str, Any]] = mapped_column(Document)


class KeptForm(Base):
    """What somebody was filling in when their sitting ended: theirs, on that browser, for an hour.

    Never a password, a code or a file.
    """

    __tablename__ = "kept_form"

    #: Hash of a cookie that only this browser has.
    browser_hash: Mapped[bytes] = mapped_column(Bytes, primary_key=True)
    #: The page that the form stands on.
    page: Mapped[str] = mapped_column(primary_key=True)
    #: Which form of that page: the address that it is sent to.
    form: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kept_at: Mapped[Moment]
    #: The fields, sealed by the accounts' key and that cookie.
    sealed: Mapped[bytes] = mapped_column(Bytes)
