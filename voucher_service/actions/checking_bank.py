"""The invariants of what goes to the bank and comes from it; ``checking`` runs them with the rest.

Each looks at the facts from two sides and names what does not meet. Nothing is repaired here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

from voucher_service.core.bank_file import MatchKind
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.payout_batch import read
from voucher_service.store import audit_bank
from voucher_service.store.session import Session


def _money_on_its_way(session: Session) -> Iterator[str]:
    """In transit = sent, less executed, less rejected."""
    sent, booked = audit_bank.on_its_way(session)
    if sent != booked:
        yield f"payouts sent and not answered are {sent} cents, the ledger says {booked}"


def _batches_are_frozen(session: Session) -> Iterator[str]:
    """A batch is its bytes, its payouts, and the decision of a second person."""
    for batch in audit_bank.batches(session):
        if sha256_hex(batch.document) != batch.sha256:
            yield f"batch {batch.number} does not match its hash"
            continue
        if sha256_hex(batch.file) != batch.file_sha256:
            yield f"the bank's file of batch {batch.number} does not match its hash"
        frozen = read(batch.document)
        planned = {payment.end_to_end: payment.cents for payment in frozen.payments}
        if planned != audit_bank.payouts_of(session, batch.number):
            yield f"batch {batch.number} pays other amounts than its payouts"
        if frozen.total_cents != batch.total_cents:
            yield f"batch {batch.number} says {batch.total_cents} cents instead of its sum"
    for number in audit_bank.refunds_without_approval(session):
        yield f"refund {number} left without an approval of its file"
    for end_to_end in audit_bank.sent_without_approval(session):
        yield f"payout {end_to_end} left without an approval of its batch"


def _statements_chain(session: Session) -> Iterator[str]:
    """Each statement adds up and opens where the one before it closed; files are their bytes."""
    for message in audit_bank.messages(session):
        if sha256_hex(message.content) != message.sha256:
            yield f"the bank's file {message.id} does not match its hash"
    ends: dict[str, tuple[int, int]] = {}
    for statement, moved in audit_bank.statements(session):
        name = f"bank statement {statement.number} of {statement.account[-4:]}"
        if statement.opening_cents + moved != statement.closing_cents:
            yield f"{name}: its lines do not lead from one balance to the other"
        number, closing = ends.get(statement.account, (0, statement.opening_cents))
        if statement.number != number + 1:
            yield f"{name} does not follow number {number}"
        if statement.opening_cents != closing:
            yield f"{name} opens at {statement.opening_cents} cents, not at {closing}"
        ends[statement.account] = statement.number, statement.closing_cents


def _bank_lines_are_known_or_listed(session: Session) -> Iterator[str]:
    """A line is wholly known, and then the ledger says the same; or it waits for a person."""
    booked = {(item.kind, item.target): item.signed_cents for item in audit_bank.booked(session)}
    behind: Counter[tuple[str, str]] = Counter()
    against = 0
    for told in audit_bank.lines(session):
        name = f"bank line {told.line.id}"
        if (told.line.matched_at is None) != (not told.parts):
            yield f"{name} is half known"
        if told.parts and sum(cents for _, _, cents in told.parts) != told.line.cents:
            yield f"{name} is not the sum of its parts"
        for kind, target, cents in told.parts:
            signed = cents if told.signed_cents > 0 else -cents
            if kind == MatchKind.SET_AGAINST:
                against += signed
                continue
            behind[kind, target] += 1
            if booked.get((kind, target)) != signed:
                yield f"{name} is {kind} {target}, of which the ledger says otherwise"
    for (kind, target), count in behind.items():
        if count > 1:
            yield f"{kind} {target} stands on {count} lines"
    if against != 0:
        yield "lines that were set against each other do not cancel"


def _bank_and_ledger_agree(session: Session) -> Iterator[str]:
    """What the bank says is there = what the ledger says, one by one and in sum."""
    chain = [statement for statement, _ in audit_bank.statements(session)]
    if not chain:
        return
    lines = list(audit_bank.lines(session))
    shown = {(kind, target) for told in lines for kind, target, _ in told.parts}
    long_ago = chain[-1].closing_day - SHOWN_WITHIN
    ledger = 0
    for item in audit_bank.booked(session):
        if (item.kind, item.target) in shown:
            ledger += item.signed_cents
        elif chain[0].opening_day <= item.first_day < long_ago:
            yield f"{item.kind} {item.target} of {item.first_day} is on no bank statement"
    outside = sum(
        told.signed_cents
        for told in lines
        if not told.parts or told.parts[0][0] == MatchKind.SET_AGAINST
    )
    told_early = sum(told.signed_cents for told in lines if told.line.statement_id is None)
    moved = chain[-1].closing_cents - chain[0].opening_cents
    if ledger + outside - told_early != moved:
        yield (
            f"the bank's balance moved by {moved} cents, the ledger and the unknown lines"
            f" by {ledger + outside - told_early}"
        )


SHOWN_WITHIN = timedelta(days=7)
"""What the ledger says of the account is on a bank statement within these days."""

INVARIANTS: dict[str, Callable[[Session], Iterator[str]]] = {
    "money_on_its_way": _money_on_its_way,
    "batches_are_frozen": _batches_are_frozen,
    "bank_statements_chain": _statements_chain,
    "bank_lines_are_known_or_listed": _bank_lines_are_known_or_listed,
    "bank_and_ledger_agree": _bank_and_ledger_agree,
}
