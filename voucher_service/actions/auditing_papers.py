"""What the register says of each document that is no statement, for the auditor to compare.

Only what rows still tell: the rest of a document is covered by its hash and signature alone.
Nothing is compared here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

from voucher_service.core.attestations import lines_of
from voucher_service.core.calls import call_for_funds
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import Json
from voucher_service.core.documents import (
    ATTESTATION,
    CALL_FOR_FUNDS,
    REMINDER,
    DocumentHeading,
    PayTo,
)
from voucher_service.core.findings import MISSING
from voucher_service.core.invoices import SELF_BILLED, TYPE_CODES
from voucher_service.core.references import creditor_reference
from voucher_service.core.statements import Party
from voucher_service.store import calls, fees, seals, settlements, tables
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
        "total_cents": row.total_cents,
    }
    if row.campaign_id is not None:
        columns["campaign"] = {"id": str(row.campaign_id)}
    for whose, number in (("funder", row.funder_id), ("association", row.association_id)):
        if number is not None and row.kind != SELF_BILLED:
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
    facts |= {"corrects": {"number": row.corrects}} if row.corrects else {}
    return facts | _seal_of_fees(session, row)


def _seal_of_fees(session: Session, row: tables.FeeDocument) -> dict[str, Json]:
    """The seal that it names, with the hash that the chain gives it; older ones name none."""
    seal = json.loads(row.document).get("fees_seal")
    if not isinstance(seal, dict):
        return {}
    digest = seals.hash_of(session, seals.FEES, seal.get("no", 0))
    return {"fees_seal": {"hash": digest or MISSING}}


def _call(session: Session, row: tables.Document) -> dict[str, Json]:
    """A call as it would be written from the order and its funder today."""
    call = session.get_one(tables.Call, row.number)
    campaign = session.get_one(tables.Order, call.order_id).campaign_id
    document = call_for_funds(
        DocumentHeading(row.number, paris_day(row.issued_at), Party("", ""), None),
        calls.payer(session, call),
        settlements.campaign_facts(session, campaign),
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


def _attestation(session: Session, row: tables.Document) -> dict[str, Json]:
    """The uses as the signed statement says them, for the site and no other."""
    kept = session.get_one(tables.Attestation, row.number)
    statement = session.get_one(tables.Statement, kept.statement_number)
    facts = json.loads(statement.document)
    lines = lines_of(facts, str(kept.site_id))
    said: Json = [
        {"serial": line["serial"], "number": line["number"], "cents": line["cents"]}
        for line in lines
    ]
    return {
        "statement": statement.number,
        "site": {"id": str(kept.site_id)},
        "period": dict(facts["period"]),
        "lines": said,
        "total_cents": sum(line["cents"] for line in lines),
    }


def _self_billed(session: Session, row: tables.Document) -> dict[str, Json]:
    kept = session.get_one(tables.SelfBilled, row.number)
    statement = session.get_one(tables.Statement, kept.statement_number)
    association = session.get_one(tables.Association, statement.association_id or 0)
    mandate = session.get_one(tables.BillingMandate, kept.mandate_id)
    return {
        "type_code": TYPE_CODES[SELF_BILLED],
        "seller": {
            "name": association.name,
            "siret": association.siret,
            "vat_number": mandate.vat_number,
        },
        "vat": {"rate_bp": mandate.vat_bp},
        "subject": statement.number,
        "total_cents": json.loads(statement.document)["totals"]["gross_cents"],
    }


BEHIND: dict[str, Callable[[Session, tables.Document], dict[str, Json]]] = {
    CALL_FOR_FUNDS: _call,
    REMINDER: _reminder,
    ATTESTATION: _attestation,
    SELF_BILLED: _self_billed,
}
"""What tells a document of each kind again."""
