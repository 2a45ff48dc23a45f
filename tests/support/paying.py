"""Paying associations as two people do: one makes the batch, another lets it go."""

from collections.abc import Collection

from tests.support.cast import World
from voucher_service.actions import bank_accounts, batching, paying
from voucher_service.core.payout_batch import Account, PayoutBatch
from voucher_service.payments import sepa
from voucher_service.store import tables

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


def send(world: World, number: str) -> str:
    """One approved statement in a batch of its own; its reference at the bank."""
    statement = world.session.get_one(tables.Statement, number)
    label = world.session.get_one(tables.Period, statement.period_id).label
    (payment,) = pay(world, label, [number]).payments
    return payment.end_to_end


def settle(world: World, number: str) -> str:
    """One approved statement sent and paid by the bank; its reference there."""
    reference = send(world, number)
    paying.payout_executed(world.session, reference, world.now)
    world.session.commit()
    return reference


def cure(world: World, association: int) -> None:
    """After a return: the association gives its account again, and a second person confirms it."""
    account = world.session.query(tables.BankAccount).filter_by(association_id=association)
    last = account.order_by(tables.BankAccount.id.desc()).first()
    assert last is not None
    again = Account(last.holder, last.iban)
    bank_accounts.propose(world.session, association, again, "token:5", world.now)
    world.confirm_account(association)
