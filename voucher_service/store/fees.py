"""The operator's own books as they are written and added up. Never the scheme's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import func, insert, select, union_all

from voucher_service.core.canonical import sha256_hex
from voucher_service.core.fees import FeeTransfer
from voucher_service.core.invoices import FEE_CREDIT_NOTE, Trader
from voucher_service.store import tables
from voucher_service.store.once import insert_once, insert_row
from voucher_service.store.session import Session

Document = tables.FeeDocument
T = tables.FeeTransfer


def lock_invoice(session: Session, number: str) -> None:
    """Hold an invoice until the transaction ends, so that what corrects and pays it is in turn."""
    session.execute(select(Document.number).where(Document.number == number).with_for_update())


def write(
    session: Session,
    facts: Mapping[str, object],
    funder: int,
    corrects: str | None,
    frozen: Mapping[str, bytes | str],
    now: datetime,
) -> None:
    """Write an invoice or a credit note with what proves it."""
    names = ("number", "kind", "net_cents", "vat_cents", "total_cents")
    insert_once(
        session,
        Document,
        **{name: facts[name] for name in names},
        funder_id=funder,
        corrects=corrects,
        issued_at=now,
        **frozen,
    )


def keep(session: Session, number: str, media_type: str, content: bytes, now: datetime) -> bool:
    """Keep a drawing for ever. False when another one was kept first: that one stays."""
    return insert_once(
        session,
        tables.FeeDocumentFile,
        number=number,
        media_type=media_type,
        content=content,
        sha256=sha256_hex(content),
        rendered_at=now,
    )


def post(session: Session, transfers: Iterable[FeeTransfer], now: datetime) -> None:
    """Write movements as of now. An event written before raises an integrity error: never twice."""
    rows = [
        asdict(transfer) | {"kind": transfer.kind.value, "recorded_at": now}
        for transfer in transfers
    ]
    if rows:
        session.execute(insert(T), rows)


def credited(session: Session, number: str) -> tuple[int, int]:
    """What credit notes took back of an invoice: (without VAT, VAT)."""
    net, vat = session.execute(
        select(func.sum(Document.net_cents), func.sum(Document.vat_cents)).where(
            Document.corrects == number, Document.kind == FEE_CREDIT_NOTE
        )
    ).one()
    return int(net or 0), int(vat or 0)


def paid(session: Session, number: str) -> int:
    """Cents that came for an invoice."""
    table = tables.FeePayment
    total = session.scalar(select(func.sum(table.cents)).where(table.number == number))
    return int(total or 0)


def payment_with(session: Session, number: str, reference: str) -> int | None:
    """The payment of an invoice that bears a bank reference."""
    table = tables.FeePayment
    return session.scalar(
        select(table.id).where(table.number == number, table.reference == reference)
    )


def record_payment(
    session: Session, number: str, cents: int, on: date, reference: str, now: datetime
) -> int:
    """Write down that money came; the payment's number."""
    return insert_row(
        session,
        tables.FeePayment,
        number=number,
        cents=cents,
        received_on=on,
        reference=reference,
        recorded_at=now,
    )


def buyer(session: Session, funder: int) -> Trader:
    """A funder as an invoice names it."""
    row = session.get_one(tables.Funder, funder)
    return Trader(row.name, row.siret, row.street, row.postcode, row.town)


def documents(session: Session, since: datetime | None = None) -> Iterator[tables.FeeDocument]:
    """Every fee document by number, or those issued since a moment."""
    query = select(Document).order_by(Document.number)
    if since is not None:
        query = query.where(Document.issued_at >= since)
    yield from session.scalars(query.execution_options(yield_per=50))


def files(session: Session, number: str) -> Sequence[tables.FeeDocumentFile]:
    """What a fee document was drawn as."""
    table = tables.FeeDocumentFile
    query = select(table).where(table.number == number).order_by(table.media_type)
    return session.scalars(query).all()


def all_files(session: Session) -> Iterator[tables.FeeDocumentFile]:
    """Every drawing of a fee document."""
    table = tables.FeeDocumentFile
    query = select(table).order_by(table.number, table.media_type)
    yield from session.scalars(query.execution_options(yield_per=50))


def payments(session: Session) -> Sequence[tuple[tables.FeePayment, int]]:
    """Every payment, with the funder that it came from."""
    table = tables.FeePayment
    rows = session.execute(
        select(table, Document.funder_id)
        .join(Document, Document.number == table.number)
        .order_by(table.id)
    )
    return [(row, funder) for row, funder in rows]


def transfers(session: Session) -> Sequence[tables.FeeTransfer]:
    """Every movement, in the order of its writing."""
    return session.scalars(select(T).order_by(T.id)).all()


def balances(session: Session) -> dict[str, int]:
    """Every account's credited minus debited cents."""
    moves = union_all(
        select(T.credit.label("account"), T.cents), select(T.debit, -T.cents)
    ).subquery()
    rows = session.execute(
        select(moves.c.account, func.sum(moves.c.cents))
        .group_by(moves.c.account)
        .order_by(moves.c.account)
    )
    return {account: int(cents) for account, cents in rows}
