"""What the bank says: files kept as they came, statements in a chain, lines that count once.

A statement is taken only if it adds up and opens where the one before it closed: a missing day is
seen at once. A movement told by a notification and by the statement is one line. What a line is, is
found in ``matching``; a line that nobody knows waits in the list for a person. All of a file is
written in one transaction, or nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from voucher_service.actions import paying, refunding
from voucher_service.actions.matching import NO_REASON, match_by_itself
from voucher_service.core.bank_file import (
    BankEntry,
    BankFile,
    BankStatement,
    Notification,
    PaymentAnswer,
    check_adds_up,
)
from voucher_service.core.bank_reasons import DUPLICATE
from voucher_service.core.canonical import canonical, sha256_hex
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.references import squeezed
from voucher_service.store import banking, refunds, tables
from voucher_service.store.once import insert_once
from voucher_service.store.session import Session

REJECTED = "RJCT"

RIB = slice(4, 25)
"""Where bank, branch and account stand in a French IBAN."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file. ``new`` is false when the same bytes came before."""

    message: int
    form: str
    new: bool
    counts: banking.Counts
    rejected: int = 0


def import_file(
    session: Session, file: BankFile, content: bytes, account: str, actor: str, now: datetime
) -> Imported:
    """Take a file of the bank. The same bytes again change nothing.

    ``account``: the IBAN of the ring-fenced account; a file of another one is refused whole.
    """
    banking.lock_bank(session)
    digest = sha256_hex(content)
    new = insert_once(
        session,
        tables.BankMessage,
        sha256=digest,
        form=file.form,
        content=content,
        received_by=actor,
        received_at=now,
    )
    message = banking.message(session, digest)
    assert message is not None  # noqa: S101 - inserted just now, or before
    number, form = message.id, message.form
    rejected = _take(session, file, account, number, now) if new else 0
    return Imported(number, form, new, banking.counts(session, number), rejected)


def _take(session: Session, file: BankFile, account: str, message: int, now: datetime) -> int:
    for statement in sorted(file.statements, key=lambda item: item.closing_day):
        _check_ours(statement.account, account)
        _chain(session, statement, account, message)
    for notification in file.notifications:
        _check_ours(notification.account, account)
        _write(session, kept_of(notification), account, message, None)
    for line in banking.open_lines(session, message):
        match_by_itself(session, line, now)
    return sum(_answer(session, answer, now) for answer in file.answers)


def kept_of(notification: Notification) -> list[BankEntry]:
    """What a notification tells that its statement can be recognised by later."""
    return [entry for entry in notification.entries if entry.bank_reference]


def _check_ours(told: str, account: str) -> None:
    if squeezed(told) not in {account, account[RIB]}:
        raise Invalid(
            "other_account",
            "This file is of another account: send those of the ring-fenced account only.",
        )


# Statements


def _chain(session: Session, statement: BankStatement, account: str, message: int) -> None:
    """Add a statement to the end of the chain, with its lines."""
    check_adds_up(statement)
    if banking.statement_with(session, account, statement.reference, statement.closing_day):
        raise Conflict(
            "statement_known",
            f"Statement {statement.reference} came before with other bytes: ask the bank which one"
            " is right.",
        )
    previous = banking.last_statement(session, account)
    if previous is not None:
        _check_follows(statement, previous)
    row = tables.BankStatement(
        message_id=message,
        account=account,
        number=previous.number + 1 if previous else 1,
        reference=statement.reference,
        opening_day=statement.opening_day,
        opening_cents=statement.opening_cents,
        closing_day=statement.closing_day,
        closing_cents=statement.closing_cents,
    )
    session.add(row)
    session.flush()
    _write(session, statement.entries, account, message, row.id)


def _check_follows(statement: BankStatement, previous: tables.BankStatement) -> None:
    if statement.closing_day < previous.closing_day:
        raise Conflict(
            "statement_overlaps",
            f"Statement {statement.reference} ends before the last one known, which ends on"
            f" {previous.closing_day}.",
        )
    if statement.opening_cents != previous.closing_cents:
        same_days = statement.opening_day < previous.closing_day
        raise Conflict(
            "statement_overlaps" if same_days else "statement_gap",
            f"Statement {statement.reference} does not open where the last one known closed, on"
            f" {previous.closing_day}: {statement.opening_cents - previous.closing_cents} cents"
            " lie between. Send the statements one after the other, without a hole.",
        )


def _write(
    session: Session,
    entries: Sequence[BankEntry],
    account: str,
    message: int,
    statement: int | None,
) -> None:
    """Insert the lines that are new; those told before now stand in the statement."""
    for identity, entry in identified(entries, account):
        values = asdict(entry) | {"direction": entry.direction.value}
        if insert_once(
            session,
            tables.BankLine,
            identity=identity,
            message_id=message,
            statement_id=statement,
            **values,
        ):
            continue
        if statement is not None and not banking.into_statement(session, identity, statement):
            raise Conflict("statement_overlaps", "A line of this statement stands in another one.")


def identified(entries: Sequence[BankEntry], account: str) -> Iterator[tuple[str, BankEntry]]:
    """The entries of one statement or notification, each with what tells it from every other."""
    seen: Counter[str] = Counter()
    for entry in entries:
        facts = _telling(entry, account)
        yield sha256_hex(canonical({**facts, "occurrence": seen[str(facts)]})), entry
        seen[str(facts)] += 1


def _telling(entry: BankEntry, account: str) -> dict[str, str | int]:
    """What tells a line from the others: the bank's own reference, else all that it says.

    Banks give one reference to several entries, so amount and day are always part of it.
    """
    facts: dict[str, str | int] = {
        "account": account,
        "day": entry.booked_on.isoformat(),
        "cents": entry.signed_cents,
        "end_to_end": entry.end_to_end,
        "bank_reference": entry.bank_reference,
    }
    if not entry.bank_reference:
        facts |= {
            "value_day": entry.value_on.isoformat(),
            "reference": entry.creditor_reference,
            "text": squeezed(entry.text),
            "name": entry.name,
            "iban": entry.iban,
        }
    return facts


# Answers to our files


def _answer(session: Session, answer: PaymentAnswer, now: datetime) -> int:
    """Act on what the bank answers to a batch; how many payouts it refused.

    A file sent twice is refused as a duplicate: the first one stands, and nothing changes.
    """
    if answer.status != REJECTED or answer.reason in DUPLICATE:
        return 0
    if not banking.batch_exists(session, answer.batch):
        raise Invalid("unknown_batch", f"This answers to {answer.batch}, which is no file of ours.")
    _refuse_refunds(session, answer, now)
    waiting = banking.on_their_way(session, answer.batch)
    refused = [
        payout.end_to_end for payout in waiting if answer.end_to_end in {"", payout.end_to_end}
    ]
    for end_to_end in refused:
        paying.payout_rejected(session, end_to_end, answer.reason or NO_REASON, now)
    return len(refused)


def _refuse_refunds(session: Session, answer: PaymentAnswer, now: datetime) -> None:
    for refund in refunds.of_batch(session, answer.batch):
        named = answer.end_to_end in {"", refund.number}
        if named and refund.sent_at is not None and refund.ended_at is None:
            refunding.rejected(session, refund.number, answer.reason or NO_REASON, now)
