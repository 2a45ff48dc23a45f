"""The questions behind the invariants of payouts, batches and bank statements. Reads only."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, or_, select, union

from voucher_service.core import accounts
from voucher_service.core.bank_file import Direction, MatchKind
from voucher_service.core.transfer import Kind
from voucher_service.store import tables
from voucher_service.store.audit_end import refunds_on_their_way
from voucher_service.store.banking import LIVE
from voucher_service.store.postings import balance
from voucher_service.store.session import Session

Line = tables.BankLine
Payout = tables.Payout
T = tables.Transfer


def on_its_way(session: Session) -> tuple[int, int]:
    """(cents of payouts and refunds sent and not answered, what the ledger has in transit)."""
    sent = session.scalar(
        select(func.sum(Payout.cents)).where(
            Payout.sent_at.is_not(None), Payout.settled_at.is_(None), Payout.rejected_at.is_(None)
        )
    )
    back = refunds_on_their_way(session)
    return int(sent or 0) + back, balance(session, accounts.IN_TRANSIT)


def batches(session: Session) -> Iterator[tables.PayoutBatch]:
    """Every batch."""
    query = select(tables.PayoutBatch).order_by(tables.PayoutBatch.number)
    yield from session.scalars(query.execution_options(yield_per=10))


def payouts_of(session: Session, batch: str) -> dict[str, int]:
    """Cents of a batch's payouts by reference."""
    rows = session.execute(
        select(Payout.end_to_end, Payout.cents).where(Payout.batch_number == batch)
    )
    return {end_to_end: cents for end_to_end, cents in rows}  # noqa: C416 - rows are not pairs


def refund_batches(session: Session) -> Iterator[tables.RefundBatch]:
    """Every file that sends deposits home."""
    query = select(tables.RefundBatch).order_by(tables.RefundBatch.number)
    yield from session.scalars(query.execution_options(yield_per=10))


def refund_accounts(session: Session, numbers: Sequence[str]) -> dict[str, tuple[int, str, str]]:
    """(cents, IBAN, holder) of some refunds, as they were asked for."""
    table = tables.Refund
    rows = session.execute(
        select(table.number, table.cents, table.iban, table.holder).where(table.number.in_(numbers))
    )
    return {number: (cents, iban, holder) for number, cents, iban, holder in rows}


def refunds_without_approval(session: Session) -> Sequence[str]:
    """Refunds that left in no file, or in one that no second person approved."""
    table, batch = tables.Refund, tables.RefundBatch
    return session.scalars(
        select(table.number)
        .outerjoin(batch, batch.number == table.batch_number)
        .where(
            table.sent_at.is_not(None),
            or_(
                batch.decision.is_(None),
                batch.decision != "approved",
                batch.decided_by == batch.made_by,
            ),
        )
        .order_by(table.number)
    ).all()


def paid_accounts(
    session: Session, batch: str
) -> Sequence[tuple[str, int, str | None, str | None]]:
    """(reference, cents, IBAN, holder) of a batch's payouts, by their confirmed accounts."""
    account = tables.BankAccount
    rows = session.execute(
        select(Payout.end_to_end, Payout.cents, account.iban, account.holder)
        .outerjoin(account, account.id == Payout.bank_account_id)
        .where(Payout.batch_number == batch)
        .order_by(Payout.end_to_end)
    )
    return [(end_to_end, cents, iban, holder) for end_to_end, cents, iban, holder in rows]


def sent_without_approval(session: Session) -> Sequence[str]:
    """Payouts that left in no batch, or in one that no second person approved."""
    decision, batch = tables.PayoutBatchDecision, tables.PayoutBatch
    approved = (
        select(decision.number)
        .join(batch, batch.number == decision.number)
        .where(decision.decision == "approved", decision.actor != batch.made_by)
    )
    alone = or_(Payout.batch_number.is_(None), Payout.batch_number.not_in(approved))
    return session.scalars(
        select(Payout.end_to_end)
        .where(Payout.sent_at.is_not(None), alone)
        .order_by(Payout.end_to_end)
    ).all()


def messages(session: Session) -> Iterator[tables.BankMessage]:
    """Every file of the bank."""
    query = select(tables.BankMessage).order_by(tables.BankMessage.id)
    yield from session.scalars(query.execution_options(yield_per=10))


def messages_missing(session: Session) -> Sequence[int]:
    """Files that statements or lines name, and that are there no more."""
    known = select(tables.BankMessage.id)
    named = union(
        select(Line.message_id.label("message")).where(Line.message_id.not_in(known)),
        select(tables.BankStatement.message_id).where(
            tables.BankStatement.message_id.not_in(known)
        ),
    ).subquery()
    return session.scalars(select(named.c.message).order_by(named.c.message)).all()


def accounts_told(session: Session) -> Sequence[str]:
    """The accounts that statements are of."""
    account = tables.BankStatement.account
    return session.scalars(select(account).distinct().order_by(account)).all()


def statements_of(session: Session, message: int) -> Sequence[tables.BankStatement]:
    """The statements that were read from a file."""
    table = tables.BankStatement
    return session.scalars(
        select(table).where(table.message_id == message).order_by(table.number)
    ).all()


def statements(session: Session) -> Iterator[tuple[tables.BankStatement, int]]:
    """Every statement in the order of its chain, with the signed cents of its lines."""
    table = tables.BankStatement
    signed = case((Line.direction == Direction.CREDIT.value, Line.cents), else_=-Line.cents)
    moved = (
        select(func.coalesce(func.sum(signed), 0))
        .where(Line.statement_id == table.id)
        .scalar_subquery()
    )
    for row, cents in session.execute(select(table, moved).order_by(table.account, table.number)):
        yield row, int(cents)


@dataclass(frozen=True, slots=True)
class Told:
    """A line and what it is known to be: (kind, target, cents) for each part."""

    line: tables.BankLine
    parts: Sequence[tuple[str, str, int]]

    @property
    def signed_cents(self) -> int:
        """What it adds to the account."""
        return self.line.cents if self.line.direction == Direction.CREDIT else -self.line.cents


def lines(session: Session) -> Iterator[Told]:
    """Every line with its parts."""
    parts: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    match = tables.BankMatch
    said = select(match).where(LIVE).order_by(match.line_id, match.position)
    for row in session.scalars(said):
        parts[row.line_id].append((row.kind, row.target, row.cents))
    query = select(Line).order_by(Line.id).execution_options(yield_per=200)
    for line in session.scalars(query):
        yield Told(line, parts[line.id])


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger says went through the account: each payout, receipt… once."""

    kind: str
    target: str
    signed_cents: int
    first_day: date


def booked(session: Session) -> Iterator[Booked]:
    """Every movement of the account in the ledger, by what it was."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    days: dict[tuple[str, str], date] = {}
    carried_over = set(session.scalars(select(tables.CarryOver.number)))
    mistaken = set(
        session.scalars(
            select(tables.BankMatch.target).where(
                tables.BankMatch.kind == MatchKind.RECEIPT.value, ~LIVE
            )
        )
    )
    rows = session.execute(
        select(T.kind, T.event, T.reference, T.reverses, T.debit, T.cents, T.value_date)
        .where(or_(T.debit == accounts.BANK, T.credit == accounts.BANK))
        .order_by(T.id)
    )
    for kind, event, reference, reverses, debit, cents, day in rows:
        key = _what(kind, event, reference, reverses, carried_over, mistaken)
        sums[key] += cents if debit == accounts.BANK else -cents
        days[key] = min(day, days.get(key, day))
    for (kind, target), cents in sums.items():
        # From one campaign to another inside the account, or said by mistake and taken back.
        if kind != Kind.CARRIED_OVER and cents:
            yield Booked(kind, target, cents, days[kind, target])


BY_REFERENCE = {
    Kind.PAYOUT_EXECUTED: MatchKind.EXECUTED,
    Kind.PAYOUT_RETURNED: MatchKind.RETURNED,
    Kind.BANK_CHARGE: MatchKind.CHARGE,
    Kind.REFUND_EXECUTED: MatchKind.REFUND,
    Kind.FEES_PAID: MatchKind.WITHDRAWAL,
    Kind.WITHDRAWN: MatchKind.WITHDRAWAL,
}
"""Movements that a line means by their reference. Those not listed bear the same name."""


TAKEN_BACK = {
    "charge": MatchKind.CHARGE,
    "top_up": MatchKind.TOP_UP,
    "fees_paid": MatchKind.WITHDRAWAL,
    "withdrawn": MatchKind.WITHDRAWAL,
}
"""What the mirror of an entry cancels, by how the entry's event begins."""


def _what(
    kind: str,
    event: str,
    reference: str,
    reverses: str | None,
    carried_over: AbstractSet[str],
    mistaken: AbstractSet[str],
) -> tuple[str, str]:
    """A transfer as the bank's lines name it: a kind of match, and its target."""
    match kind:
        case Kind.RECEIPT if reference in carried_over:
            return Kind.CARRIED_OVER, reference
        case Kind.RECEIPT:
            return MatchKind.RECEIPT, event.split(":")[1]
        case Kind.REVERSAL if reverses is not None and reverses.startswith("receipt:"):
            receipt = reverses.split(":")[1]
            # Said by mistake, it never was on the account; else its bank took it back.
            return MatchKind.RECEIPT if receipt in mistaken else MatchKind.TAKEN_BACK, receipt
        case Kind.REVERSAL if reverses is not None and reverses.split(":")[0] in TAKEN_BACK:
            return TAKEN_BACK[reverses.split(":")[0]], reference
        case _:
            return BY_REFERENCE.get(Kind(kind), kind), reference
