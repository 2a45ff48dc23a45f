"""The invariants of what goes to the bank and comes from it; ``checking`` runs them with the rest.

Each looks at the facts from two sides and names what does not meet. Nothing is repaired here.
"""

from collections.abc import Callable, Iterator

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
    for end_to_end in audit_bank.sent_without_approval(session):
        yield f"payout {end_to_end} left without an approval of its batch"


INVARIANTS: dict[str, Callable[[Session], Iterator[str]]] = {
    "money_on_its_way": _money_on_its_way,
    "batches_are_frozen": _batches_are_frozen,
}
