"""Mails on their way: one for each person who is told something. What they say is not kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Instant

WAITING = text("sent_at IS NULL AND given_up_at IS NULL")


class Mail(Base):
    """A message of the outbox for one address. Its number makes the Message-ID."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("outbox_id", "address"),
        Index("ix_mail_due_at", "due_at", postgresql_where=WAITING, sqlite_where=WAITING),
    )

    id: Mapped[PrimaryKey]
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    address: Mapped[str]
    #: fr or en.
    language: Mapped[str]
    #: When it is tried next. Whoever claims it moves this on: it is the lease and the pause in one.
    due_at: Mapped[Moment]
    #: How often it was claimed.
    tries: Mapped[int]
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When a person has to look: the address was refused, or it was tried for too long.
    given_up_at: Mapped[datetime | None] = mapped_column(Instant)
    #: What went wrong the last time.
    trouble: Mapped[str | None]
