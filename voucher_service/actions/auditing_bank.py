"""Reading again what went to the bank and what came from it: every byte, and every line of it.

A payment batch is its document, the bank's file made from that, and the accounts that were
confirmed; a bank's file is its bytes, and the statements and lines that were read from them. How
files are read and written is given: no form of a bank is known here. Nothing is repaired.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from voucher_service.actions.banking import identified, kept_of
from voucher_service.core import refund_batch
from voucher_service.core.bank_file import BankEntry, BankFile, BankStatement
from voucher_service.core.canonical import Json, sha256_hex
from voucher_service.core.errors import Invalid
from voucher_service.core.findings import MISSING, Chapter, Difference, differences
from voucher_service.core.payout_batch import PayoutBatch, read
from voucher_service.core.references import squeezed
from voucher_service.core.statements import local
from voucher_service.store import audit_bank, tables
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Bank:
    """How a bank's file is read, and how the file of a batch is written."""

    read: Callable[[bytes], BankFile]
    write: Callable[[PayoutBatch], bytes]


def audit_bank_files(session: Session, bank: Bank | None, since: datetime | None) -> Chapter:
    """Every batch and every file of the bank, those made or received since a moment."""
    chapter = Chapter("bank")
    for batch in audit_bank.batches(session):
        if since is None or batch.made_at >= since:
            chapter.looked_at += 1
            _batch(chapter, session, batch, bank)
    for refunds in audit_bank.refund_batches(session):
        if since is None or refunds.made_at >= since:
            chapter.looked_at += 1
            _refund_batch(chapter, session, refunds, bank)
    _missing_files(chapter, session)
    _bank_files(chapter, session, bank, since)
    return chapter


# Files to the bank


def _batch(
    chapter: Chapter, session: Session, batch: tables.PayoutBatch, bank: Bank | None
) -> None:
    _hashes(chapter, batch)
    try:
        frozen = read(batch.document)
        rewritten = bank.write(frozen) if bank else batch.file
    except (Invalid, KeyError, TypeError, ValueError):
        chapter.wrong("batch_unreadable", batch.number)
        return
    if rewritten != batch.file:
        chapter.wrong("batch_file_differs", batch.number, [*_lines(rewritten, batch.file)])
    expected = _registered(session, batch)
    found_facts: dict[str, Json] = {
        "number": frozen.number,
        "made_at": local(frozen.made_at),
        "execution_day": frozen.execution_day.isoformat(),
        "total_cents": frozen.total_cents,
        "payments": {
            item.end_to_end: {
                "cents": item.cents,
                "iban": item.account.iban,
                "holder": item.account.holder,
            }
            for item in frozen.payments
        },
    }
    found_differences = [*differences(expected, found_facts)]
    if found_differences:
        chapter.wrong("batch_field", batch.number, found_differences)


def _hashes(chapter: Chapter, batch: tables.PayoutBatch | tables.RefundBatch) -> None:
    for code, content, digest in (
        ("batch_hash", batch.document, batch.sha256),
        ("batch_file_hash", batch.file, batch.file_sha256),
    ):
        found = sha256_hex(content)
        if found != digest:
            chapter.wrong(code, batch.number, [Difference("sha256", digest, found)])


def _refund_batch(
    chapter: Chapter, session: Session, batch: tables.RefundBatch, bank: Bank | None
) -> None:
    """The same for deposits that go home: their accounts are those that were asked for."""
    _hashes(chapter, batch)
    try:
        frozen = refund_batch.read(batch.document)
        rewritten = bank.write(frozen.for_bank) if bank else batch.file
    except (Invalid, KeyError, TypeError, ValueError):
        chapter.wrong("batch_unreadable", batch.number)
        return
    if rewritten != batch.file:
        chapter.wrong("batch_file_differs", batch.number, [*_lines(rewritten, batch.file)])
    known = audit_bank.refund_accounts(session, [item.refund for item in frozen.payments])
    found: list[Difference] = [
        *differences(batch.total_cents, frozen.total_cents, "total_cents"),
        *differences(
            batch.execution_day.isoformat(), frozen.execution_day.isoformat(), "execution_day"
        ),
    ]
    for item in frozen.payments:
        asked: Json = [*known.get(item.refund, ())]
        said: Json = [item.cents, item.account.iban, item.account.holder]
        found += differences(asked, said, f"payments.{item.refund}")
    if found:
        chapter.wrong("batch_field", batch.number, found)


def _registered(session: Session, batch: tables.PayoutBatch) -> dict[str, Json]:
    """A batch as its columns, its payouts and their confirmed accounts tell it."""
    return {
        "number": batch.number,
        "made_at": local(batch.made_at),
        "execution_day": batch.execution_day.isoformat(),
        "total_cents": batch.total_cents,
        "payments": {
            end_to_end: {"cents": cents, "iban": iban, "holder": holder}
            for end_to_end, cents, iban, holder in audit_bank.paid_accounts(session, batch.number)
        },
    }


def _lines(expected: bytes, found: bytes) -> Iterator[Difference]:
    """The lines of two files that differ, with their place."""
    right, said = expected.decode().splitlines(), found.decode("utf-8", "replace").splitlines()
    for place in range(max(len(right), len(said))):
        pair = [lines[place].strip() if place < len(lines) else MISSING for lines in (right, said)]
        if pair[0] != pair[1]:
            yield Difference(f"line {place + 1}", *pair)


# Files from the bank


def _missing_files(chapter: Chapter, session: Session) -> None:
    for number in audit_bank.messages_missing(session):
        chapter.wrong("bank_file_missing", str(number))


def _bank_files(
    chapter: Chapter, session: Session, bank: Bank | None, since: datetime | None
) -> None:
    accounts = audit_bank.accounts_told(session)
    lines = {told.line.identity: told.line for told in audit_bank.lines(session)}
    unexplained = dict(lines)
    for message in audit_bank.messages(session):
        fresh = since is None or message.received_at >= since
        chapter.looked_at += fresh
        name, digest = f"{message.id} ({message.form})", sha256_hex(message.content)
        if digest != message.sha256:
            altered = [Difference("sha256", message.sha256, digest)]
            chapter.wrong("bank_file_hash", name, altered)
        if bank is None:
            continue
        try:
            file = bank.read(message.content)
        except Invalid:
            chapter.wrong("bank_file_unreadable", name)
            continue
        told = [*_told(file, accounts)]
        for identity, entry in told:
            unexplained.pop(identity, None)
            if fresh:
                _line(chapter, message, lines.get(identity), entry)
        if fresh:
            _statements(chapter, session, message, file.statements)
    if bank is not None:
        for line in unexplained.values():
            chapter.wrong("bank_line_unexplained", str(line.id), [_in_a_line(line)])


def _told(file: BankFile, accounts: Sequence[str]) -> Iterator[tuple[str, BankEntry]]:
    """Every entry of a file that is kept, with what tells it from the others."""
    for statement in file.statements:
        yield from identified(statement.entries, _iban(statement.account, accounts))
    for notification in file.notifications:
        yield from identified(kept_of(notification), _iban(notification.account, accounts))


def _iban(told: str, accounts: Sequence[str]) -> str:
    """The account as lines know it: old forms name it without country and check digits."""
    name = squeezed(told)
    return next((iban for iban in accounts if iban.find(name) in {0, 4}), name)


def _line(
    chapter: Chapter,
    message: tables.BankMessage,
    line: tables.BankLine | None,
    entry: BankEntry,
) -> None:
    """A line as its file tells it. What a statement repeats of a notification stays as it came."""
    facts = _as_told(entry)
    if line is None:
        text = f"{entry.booked_on}, {entry.signed_cents} cents, {entry.end_to_end or entry.text}"
        chapter.wrong("bank_line_missing", str(message.id), [Difference("", text, MISSING)])
    elif line.message_id == message.id:
        written: dict[str, Json] = {name: _plain(getattr(line, name)) for name in facts}
        found = [*differences(facts, written)]
        if found:
            chapter.wrong("bank_line_field", str(line.id), found)


def _as_told(entry: BankEntry) -> dict[str, Json]:
    return {name: _plain(value) for name, value in asdict(entry).items()}


def _plain(value: date | int | str) -> Json:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _in_a_line(line: tables.BankLine) -> Difference:
    return Difference("", MISSING, f"{line.booked_on}, {line.direction}, {line.cents} cents")


def _statements(
    chapter: Chapter,
    session: Session,
    message: tables.BankMessage,
    statements: Sequence[BankStatement],
) -> None:
    written = {row.reference: row for row in audit_bank.statements_of(session, message.id)}
    for told in statements:
        row = written.get(told.reference)
        if row is None:
            chapter.wrong("bank_statement_missing", told.reference)
            continue
        names = ("opening_day", "opening_cents", "closing_day", "closing_cents")
        expected: dict[str, Json] = {name: _plain(getattr(told, name)) for name in names}
        found = [*differences(expected, {name: _plain(getattr(row, name)) for name in names})]
        if found:
            chapter.wrong("bank_statement_field", told.reference, found)
