"""Files made of the whole books when somebody asks: the auditor's report, the accounting file.

No documents of the scheme: whoever misses one asks for it again. Their bytes are forgotten after a
time that is said with them; who asked, and the SHA-256 of what was made, stay.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes, Document, Instant

OPEN = text("ended_at IS NULL")


class BooksRequest(Base):
    """Somebody asked for a file of the books; a job makes it."""

    __tablename__ = "books_request"
    __table_args__ = (
        # The same thing asked again while it is being made is the same request.
        Index(
            "uq_books_request_open", "key", unique=True, postgresql_where=OPEN, sqlite_where=OPEN
        ),
    )

    id: Mapped[PrimaryKey]
    #: audit or fec.
    kind: Mapped[str]
    #: What was asked for, on one line: two that ask the same have the same.
    key: Mapped[str]
    #: The same as facts: since which day, or which days of which books.
    asked: Mapped[dict[str, Any]] = mapped_column(Document)
    actor: Mapped[str]
    asked_at: Mapped[Moment]
    #: The job that makes it; empty only inside the transaction that asks.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    #: When its files were made, or when its job was seen to have failed.
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: How many faults a report of the auditor names; empty for other files.
    faults: Mapped[int | None]


class BooksFile(Base):
    """One file of a request: a report is one for machines and one for each language."""

    __tablename__ = "books_file"

    request_id: Mapped[int] = mapped_column(ForeignKey("books_request.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    bytes: Mapped[int]
    #: Of the whole file, in hexadecimal.
    sha256: Mapped[str]
    #: How many parts it is kept in.
    parts: Mapped[int]


class BooksPart(Base):
    """A piece of such a file, so that nobody holds the whole of it in memory."""

    __tablename__ = "books_part"

    request_id: Mapped[int] = mapped_column(ForeignKey("books_request.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    #: 0, 1, 2…
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(Bytes)
