"""Paying associations as two people do: one makes the batch, another lets it go."""

from collections.abc import Collection

from tests.support.cast import World
from voucher_service.actions import batching
from voucher_service.core.payout_batch import Account, PayoutBatch
from voucher_service.payments import sepa

RESERVED_IBAN = "FR7610107001011234567890129"
RESERVED = Account("Opérateur du pass", RESERVED_IBAN, "Nantes", "FR")
BANK = batching.BankFormat(sepa.payment_faults, sepa.pain_001)

MAKER, APPROVER = "token:1", "token:2"


def make(world: World, period: str, statements: Collection[str] | None = None) -> PayoutBatch:
    """A batch of a period, made by one person."""
    batch = batching.make_batch(world.session, period, statements, RESERVED, BANK, MAKER, world.now)
    world.session.commit()
    return batch


def pay(world: World, period: str, statements: Collection[str] | None = None) -> PayoutBatch:
    """A batch made by one person and let go by another."""
    batch = make(world, period, statements)
    batching.approve_batch(world.session, batch.number, APPROVER, world.now)
    world.session.commit()
    return batch
