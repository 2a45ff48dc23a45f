"""What banks say: files as they came, statements in an unbroken chain, lines that count once."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes, Instant


class BankMessage(Base):
    """A file of the bank, kept as it came. The same bytes are kept once."""

    __tablename__ = "bank_message"

    id: Mapped[PrimaryKey]
    sha256: Mapped[str] = mapped_column(unique=True)
    #: What it is, such as camt.053.001.08 or CFONB-120.
    form: Mapped[str]
    content: Mapped[bytes] = mapped_column(Bytes)
    received_by: Mapped[str]
    received_at: Mapped[Moment]


class BankStatement(Base):
    """The account from one balance to the next. Each opens where the one before it closed."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("account", "number"),
        UniqueConstraint("account", "reference", "closing_day"),
    )

    id: Mapped[PrimaryKey]
    message_id: Mapped[int] = mapped_column(ForeignKey("bank_message.id"), index=True)
    account: Mapped[str]
    #: Ours, without holes: two statements cannot follow the same one.
    number: Mapped[int]
    #: The bank's.
    reference: Mapped[str]
    opening_day: Mapped[date]
    #: Signed.
    opening_cents: Mapped[int]
    closing_day: Mapped[date]
    #: Signed.
    closing_cents: Mapped[int]


class BankLine(Base):
    """One movement. Told by a notification, a statement or both, it is one line."""

    __tablename__ = "bank_line"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        Index(
            "ix_bank_line_open",
            "id",
            postgresql_where=text("matched_at IS NULL"),
            sqlite_where=text("matched_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    #: What tells it from every other line: a hash of what the bank says of it.
    identity: Mapped[str] = mapped_column(unique=True)
    #: Where it was first told.
    message_id: Mapped[int] = mapped_column(ForeignKey("bank_message.id"), index=True)
    #: The statement that holds it; empty while only a notification told it.
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    booked_on: Mapped[date]
    value_on: Mapped[date]
    cents: Mapped[int]
    #: credit or debit.
    direction: Mapped[str]
    bank_reference: Mapped[str]
    end_to_end: Mapped[str]
    #: The payment file it belongs to.
    batch: Mapped[str]
    creditor_reference: Mapped[str]
    text: Mapped[str]
    #: The other side.
    name: Mapped[str]
    iban: Mapped[str]
    return_reason: Mapped[str]
    #: Empty while it waits for a person.
    matched_at: Mapped[datetime | None] = mapped_column(Instant)
    #: bank when it was found by itself, else who said what it is.
    matched_by: Mapped[str | None]


class BankMatch(Base):
    """What a line is, or a part of it; the parts of a line add up to it."""

    __tablename__ = "bank_match"
    __table_args__ = (CheckConstraint("cents > 0", name="cents_positive"),)

    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: A payout executed or returned, a receipt or its end, a refund, a charge, a top-up, or another
    #: line that it is set against.
    kind: Mapped[str]
    #: The payout, receipt, refund or line meant.
    target: Mapped[str]
    cents: Mapped[int]


class BankUndone(Base):
    """A part of a line was said to be this by mistake: it counts no more, its mirror is booked."""

    __tablename__ = "bank_undone"
    __table_args__ = (
        ForeignKeyConstraint(
            ["line_id", "position"], ["bank_match.line_id", "bank_match.position"]
        ),
    )

    line_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Who had said it; bank when it was found by itself.
    said_by: Mapped[str | None]
    reason: Mapped[str]
    undone_by: Mapped[str]
    undone_at: Mapped[Moment]
