"""What machines need: tokens, idempotency keys, jobs, the outbox, public keys, print requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes, Document, Instant

WAITING = text("carried_at IS NULL AND trouble IS NULL")


class Token(Base):
    """A bearer token of the management API. Only its hash is kept."""

    __tablename__ = "token"

    id: Mapped[PrimaryKey]
    token_hash: Mapped[bytes] = mapped_column(Bytes, unique=True)
    role: Mapped[str]
    #: The funder, distribution point or association it speaks for, by its role.
    tenant_id: Mapped[int | None]
    #: Who made it for themselves: it acts as that person.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: The token that made it, if it speaks for the same house: it acts as that one.
    maker_id: Mapped[int | None] = mapped_column(ForeignKey("token.id"))
    created_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class IdempotencyKey(Base):
    """A request that was seen: the same key gives the first answer again."""

    __tablename__ = "idempotency_key"

    token_id: Mapped[int] = mapped_column(ForeignKey("token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    #: Hash of method, path and body: the same key with another request is an error.
    fingerprint: Mapped[str]
    #: When the running request began; a stale one may be taken over.
    started_at: Mapped[Moment]
    #: The answer, once there is one. Its body is sealed by the caller's token, which is not kept.
    status: Mapped[int | None]
    body: Mapped[str | None]


class Job(Base):
    """Long work: the row says what remains to be done; whoever claims it may be replaced."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state", "state", "id"),)

    id: Mapped[PrimaryKey]
    #: issue, print, close, stripe, rail, check, audit or fec.
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(Document)
    #: queued, running, done or failed.
    state: Mapped[str]
    done: Mapped[int]
    total: Mapped[int]
    note: Mapped[str]
    created_at: Mapped[Moment]
    #: Who runs it, and until when that is believed.
    worker: Mapped[str | None]
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    #: The token that asked for it; empty for the operator's own command line.
    token_id: Mapped[int | None] = mapped_column(ForeignKey("token.id"))


class Outbox(Base):
    """Something to tell somebody, written in the transaction that made it true, carried after."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    )

    id: Mapped[PrimaryKey]
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[Moment]
    #: When its mails were addressed: one for each person.
    carried_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Why it could not be addressed. A person looks, and lets it be tried again.
    trouble: Mapped[str | None]


class SigningKey(Base):
    """A public key and what it is trusted for. The private half is never here."""

    __tablename__ = "signing_key"

    #: Hexadecimal, unique in the trust list.
    kid: Mapped[str] = mapped_column(primary_key=True)
    #: pass or statement.
    purpose: Mapped[str]
    alg: Mapped[str]
    public: Mapped[bytes] = mapped_column(Bytes)
    #: Between these it may sign.
    not_before: Mapped[Moment]
    not_after: Mapped[Moment]
    #: active, retired or revoked.
    status: Mapped[str]


class PrintRequest(Base):
    """Booklets to be printed by a process that holds the signing key."""

    __tablename__ = "print_request"

    id: Mapped[PrimaryKey]
    order_id: Mapped[int] = mapped_column(ForeignKey("campaign_order.id"))
    #: pdf or ndjson.
    format: Mapped[str]
    first_booklet: Mapped[int]
    booklets: Mapped[int]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    created_at: Mapped[Moment]
    #: Name of the file in the prints folder, once made.
    file_name: Mapped[str | None]
    expires_at: Mapped[Moment]


class Throttle(Base):
    """How often something was tried in a window of time."""

    __tablename__ = "throttle"

    #: What was tried, and by whom, as a hash.
    key: Mapped[str] = mapped_column(primary_key=True)
    #: The second in which the window ends.
    window: Mapped[int] = mapped_column(primary_key=True)
    tries: Mapped[int]


class Succession(Base):
    """The scheme was handed to another operator, or taken over from one. Never changed."""

    __tablename__ = "succession"

    id: Mapped[PrimaryKey]
    #: ceded or taken_over. The last one says whether this house still runs the scheme.
    kind: Mapped[str]
    #: The other operator, as it calls itself.
    operator: Mapped[str]
    siret: Mapped[str | None]
    #: SHA-256 of the manifest that it came with.
    manifest_sha256: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[Moment]
