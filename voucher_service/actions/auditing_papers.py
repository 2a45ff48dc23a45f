"""What the register says of each document that is no statement, for the auditor to compare.

Only what rows still tell: the rest of a document is covered by its hash and signature alone.
Nothing is compared here.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict

from voucher_service.core.calls import call_for_funds
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import Json
from voucher_service.core.documents import (
    CALL_FOR_FUNDS,
    REMINDER,
    DocumentHeading,
    PayTo,
)
from voucher_service.core.invoices import TYPE_CODES
from voucher_service.core.references import creditor_reference
from voucher_service.core.statements import Party
from voucher_service.store import calls, fees, settlements, tables
from voucher_service.store.session import Session

BELIEVED = ("format", "issuer", "seal", "pay_to")
"""Parts that no row tells: who issued, under which seal, which account was set on that day."""


def expected_of(
    session: Session, row: tables.Document | tables.FeeDocument
) -> Iterator[dict[str, Json]]:
    """What a document should say: by its own columns, then by the rows behind it.

    Raises ``evidence.MISSING_ROW`` for a row that is gone.
    """
    if isinstance(row, tables.FeeDocument):
        yield _fees(session, row)
        return
    columns: dict[str, Json] = {
        "number": row.number,
        "kind": row.kind,
        "issued_on": paris_day(row.issued_at).isoformat(),
        "campaign": {"id": str(row.campaign_id)},
        "total_cents": row.total_cents,
    }
    for whose, number in (("funder", row.funder_id), ("association", row.association_id)):
        if number is not None:
            columns[whose] = {"id": str(number)}
    yield columns
    if row.kind in BEHIND:
        yield BEHIND[row.kind](session, row)


def _fees(session: Session, row: tables.FeeDocument) -> dict[str, Json]:
    facts: dict[str, Json] = {
        "number": row.number,
        "kind": row.kind,
        "type_code": TYPE_CODES[row.kind],
        "issued_on": paris_day(row.issued_at).isoformat(),
        "buyer": dict(asdict(fees.buyer(session, row.funder_id))),
        "net_cents": row.net_cents,
        "vat_cents": row.vat_cents,
        "total_cents": row.total_cents,
    }
    return facts | ({"corrects": {"number": row.corrects}} if row.corrects else {})


def _call(session: Session, row: tables.Document) -> dict[str, Json]:
    """A call as it would be written from the order and its funder today."""
    call = session.get_one(tables.Call, row.number)
    document = call_for_funds(
        DocumentHeading(row.number, paris_day(row.issued_at), Party("", ""), None),
        calls.payer(session, call),
        settlements.campaign_facts(session, row.campaign_id),
        calls.ordered(session, call),
        call.amount_cents,
        PayTo("", "", ""),
    )
    return {name: value for name, value in document.items() if name not in BELIEVED}


def _reminder(session: Session, row: tables.Document) -> dict[str, Json]:
    sent = session.get_one(tables.Reminder, row.number)
    return {
        "call": sent.call_number,
        "level": sent.level,
        "reference": creditor_reference(sent.call_number),
    }


BEHIND: dict[str, Callable[[Session, tables.Document], dict[str, Json]]] = {
    CALL_FOR_FUNDS: _call,
    REMINDER: _reminder,
}
"""What tells a document of each kind again."""
