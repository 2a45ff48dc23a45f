"""What comes from outside and what is shown outside: files of places, wrong places, past books."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes, Document, Instant

OPEN = text("ended_at IS NULL")


class PlacesFile(Base):
    """A file of places that somebody brought: looked at first, taken over by a second act."""

    __tablename__ = "places_file"

    id: Mapped[PrimaryKey]
    name: Mapped[str]
    #: As it came; forgotten some weeks after.
    content: Mapped[bytes | None] = mapped_column(Bytes)
    #: The association that brought it, and may speak of its own places only.
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"))
    #: Whether places of associations that are not here are left out, or a fault.
    leaves_out_others: Mapped[bool]
    brought_by: Mapped[str]
    brought_at: Mapped[Moment]
    taken_by: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    #: How many places it added and changed.
    added: Mapped[int]
    changed: Mapped[int]


class SiteReport(Base):
    """Somebody says that what is shown of a site is wrong. Nobody is asked who they are."""

    __tablename__ = "site_report"
    __table_args__ = (
        # The same thing said again is counted: nobody can fill a queue.
        Index(
            "uq_site_report_open",
            "site_id",
            "topic",
            unique=True,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        ),
    )

    id: Mapped[PrimaryKey]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    #: closed, moved, hours, phone, access, refuses or other.
    topic: Mapped[str]
    #: What was written besides, the first time; forgotten some months after (``upkeep``).
    words: Mapped[str | None]
    times: Mapped[int]
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None]
    #: What was done about it.
    answer: Mapped[str | None]


class BooksMonth(Base):
    """The open books at the end of a month, added up from the ledger. May be thrown away."""

    __tablename__ = "books_month"

    #: 2026-11.
    month: Mapped[str] = mapped_column(primary_key=True)
    #: The first instant of the next month, in Paris.
    as_of: Mapped[Moment]
    #: The figures of the open books, in cents.
    figures: Mapped[dict[str, Any]] = mapped_column(Document)
