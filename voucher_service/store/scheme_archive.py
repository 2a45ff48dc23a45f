"""The whole scheme as lines of JSON, table by table, the same on either engine; and back.

What is carried and what is left out is said here, table by table, and why. Secrets never leave: a
phone's token, for one, stays behind, and phones pair again. Nothing is checked here.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Date,
    Float,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    text,
)

from voucher_service.core import fees
from voucher_service.core.attestation import base64url, from_base64url
from voucher_service.core.canonical import canonical
from voucher_service.store.session import Session
from voucher_service.store.tables import Base
from voucher_service.store.types import Instant, instant_text

CARRIED = frozenset({
    # who pays, who is paid, what was agreed
    "funder", "campaign", "campaign_funder", "campaign_order", "call", "promise", "receipt",
    "reminder", "association", "bank_account", "accreditation_step", "charter_acceptance",
    "approval", "site", "site_report", "distribution_point", "stock_movement", "delivery",
    "gift", "gift_opening", "gift_round", "gift_receipt", "stripe_transaction", "stripe_payout",
    "recipient", "rail_batch", "rail_transfer", "rail_reversal",
    "bank_message", "bank_statement", "bank_line", "bank_match", "bank_undone",
    # passes and what happened to them
    "booklet", "booklet_event", "handover", "unmet_request", "device", "redemption", "undo",
    "refusal", "incident", "dispute", "contestation", "contest_step", "correction",
    # money, documents, seals
    "transfer", "period", "statement", "statement_approval",
    "statement_agreement", "statement_dispute", "rendering", "document",
    "document_file", "billing_mandate", "self_billed", "attestation",
    "payout_batch", "payout_batch_decision", "payout", "refund_batch", "refund",
    "carry_over",
    "closing", "closing_alert", "closing_approval", "closing_choice", "seal", "seal_item",
    "counter", "signing_key", "succession",
})  # fmt: skip
"""What a successor needs to go on: nothing that was promised or owed may be lost."""

LEFT_OUT = {
    "person": "accounts of people of the former house: the successor invites its own",
    "membership": "who did what in the former house; its histories name numbers, never people",
    "invitation": "invitations of the former house",
    "staff_site": "where people who are left out worked",
    "invitation_site": "where people who are left out were to work",
    "mail_link": "links in mails of the former house, good for an hour or so",
    "recovery_code": "ways into accounts that are left out",
    "passkey": "ways into accounts that are left out",
    "identity": "ways into accounts that are left out",
    "sitting": "browsers signed in to the former house",
    "desk_act": "who did what at desks of the former house; every history of a thing is carried",
    "kept_form": "forms that people who are left out had not sent, kept for an hour",
    "form_act": "answers to forms of people who are left out",
    "token": "access of people to the house that they worked with: the successor gives its own",
    "pairing": "codes for phones of the former service, good for a day: phones pair again",
    "offline_day": "how many passes a phone kept today: phones pair again and count anew",
    "idempotency_key": "answers to requests made with tokens that are left out",
    "job": "work of the former machines: the other rows say what remains to be done",
    "print_request": "files waiting on the former machines: what is missing is printed again",
    "stripe_event": "what the former operator's account at Stripe told: what it moved is carried",
    "outbox": "messages in the former operator's name; what they told of is in the other rows",
    "places_file": "files of places as they came; what they changed is in the sites",
    "books_month": "added up from the ledger again",
    **dict.fromkeys(
        ("books_request", "books_file", "books_part"),
        "files made of the books for whoever asked, forgotten after a while: they are asked again",
    ),
    "mail": "who was sent which of those messages",
    "sum_mark": "sums that are made anew from the rows they sum",
    "use_sum": "sums that are made anew from the rows they sum",
    "account_sum": "sums that are made anew from the rows they sum",
    "throttle": "counted tries of the last minutes",
    **dict.fromkeys(
        (
            *("fee_document", "fee_document_file", "fee_payment", "fee_transfer"),
            *("fee_seal", "fee_seal_item"),
        ),
        "the former operator's own income: it keeps those books, and its archive of ten years",
    ),
}
"""What is not carried, and why that loses nothing."""

SECRET = {("device", "token_hash")}
"""Columns that never leave the house."""

CHUNK_BYTES = 8_000_000
"""About how much of a table stands in one file."""

ROWS_AT_ONCE = 200


def carried() -> list[Table]:
    """The tables of a scheme, each after those it refers to."""
    return [table for table in Base.metadata.sorted_tables if table.name in CARRIED]


def columns(table: Table) -> list[Column[Any]]:
    """The columns that are carried."""
    return [column for column in table.columns if (table.name, column.name) not in SECRET]


def chunks(session: Session, table: Table) -> Iterator[tuple[bytes, int]]:
    """A table's rows by key: (lines of canonical JSON, how many), a few megabytes at a time."""
    wanted = columns(table)
    writers = [(column.name, _writer(column)) for column in wanted]
    query = select(*wanted).order_by(*table.primary_key)
    lines: list[bytes] = []
    size = 0
    with session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)) as rows:
        for row in rows:
            pairs = zip(writers, row, strict=True)
            line = canonical(
                {name: None if value is None else write(value) for (name, write), value in pairs}
            )
            lines.append(line + b"\n")
            size += len(line)
            if size >= CHUNK_BYTES:
                yield b"".join(lines), len(lines)
                lines, size = [], 0
    if lines:
        yield b"".join(lines), len(lines)


Write = Callable[[Any], Any]
Added = Callable[[dict[str, Any]], dict[str, Any]]
"""What a row that comes in is changed by, or given besides."""


def load(session: Session, table: Table, lines: bytes, added: Added | None = None) -> int:
    """Insert rows as :func:`chunks` wrote them; how many. Raises ``ValueError`` for others."""
    readers = {column.name: _reader(column) for column in columns(table)}
    rows = []
    for line in lines.splitlines():
        read = json.loads(line)
        if read.keys() != readers.keys():
            raise ValueError(f"a row of {table.name} has other columns")
        row = {
            name: None if value is None else readers[name](value) for name, value in read.items()
        }
        rows.append(row | added(row) if added else row)
    for start in range(0, len(rows), 1000):
        session.execute(insert(table), rows[start : start + 1000])
    return len(rows)


def _writer(column: Column[Any]) -> Write:
    match column.type:
        case Instant():
            return instant_text
        case Date():
            return date.isoformat
        case LargeBinary():
            return base64url
        case Float():
            return repr
        case JSON():
            return lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True)
        case _:
            return _same


def _reader(column: Column[Any]) -> Write:
    match column.type:
        case Instant():
            return datetime.fromisoformat
        case Date():
            return date.fromisoformat
        case LargeBinary():
            return from_base64url
        case Float():
            return float
        case JSON():
            return json.loads
        case _:
            return _same


def _same(value: Any) -> Any:  # noqa: ANN401 - text, whole numbers, true and false
    return value


def counted(session: Session) -> dict[str, int]:
    """How many rows each carried table has."""
    return {
        table.name: int(session.scalar(select(func.count()).select_from(table)) or 0)
        for table in carried()
    }


def free_locks(session: Session) -> None:
    """Forget counters that number nothing here: locks, and the former operator's own invoices."""
    series = Base.metadata.tables["counter"].c.series
    own = [series.like(f"{name}-%") for name in fees.SERIES]
    session.execute(delete(series.table).where(or_(series.like("%-lock"), *own)))


def go_on_counting(session: Session) -> None:
    """Let the next rows bear numbers after those that came in."""
    if session.get_bind().dialect.name != "postgresql":
        return  # SQLite goes on from the largest by itself
    for table in carried():
        column = table.autoincrement_column
        if column is not None:
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"  # noqa: S608 - our own names
                    f" (SELECT max({column.name}) FROM {table.name}))"
                    f" WHERE EXISTS (SELECT 1 FROM {table.name})"
                )
            )
    session.execute(text("ANALYZE"))
