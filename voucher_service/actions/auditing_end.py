"""What the ledger should hold of the end of campaigns, built anew from documents and refunds.

Part of ``auditing_sources``: whole transfers by the same accounting manual that wrote them, each
with the fields that are not known from its source. Nothing is compared here.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from voucher_service.core import ledger_end
from voucher_service.core.campaign import paris_day
from voucher_service.core.documents import CREDIT_NOTE
from voucher_service.core.transfer import Transfer
from voucher_service.store import audit_end, tables
from voucher_service.store.session import Session

Expected = Iterator[tuple[Transfer, frozenset[str]]]

ALL_KNOWN: frozenset[str] = frozenset()
NO_DATE = frozenset({"value_date"})
LONG_AGO = date(2000, 1, 1)


def of_the_end(session: Session) -> Expected:
    """Unused value given back, calls cancelled, refunds, carry-overs."""
    for transfer in (*_given_back(session), *_cancelled(session), *_carried(session)):
        yield transfer, ALL_KNOWN
    for row in audit_end.all_refunds(session):
        yield from _refund(row)


def _given_back(session: Session) -> Iterator[Transfer]:
    for closing, document in audit_end.closings_of(session):
        name = f"closing:{closing.campaign_id}.{closing.round}"
        funders = _facts(document).get("funders", [])
        by_funder = {int(funder["id"]): funder["credited_cents"] for funder in funders}
        on = paris_day(document.issued_at)
        yield from ledger_end.expiry(name, closing.campaign_id, by_funder, on)


def _cancelled(session: Session) -> Iterator[Transfer]:
    for row in audit_end.documents(session):
        if row.kind != CREDIT_NOTE:
            continue
        for line in _facts(row).get("lines", []):
            if line["what"] == "call_cancelled":
                number, cents, on = line["document"], line["cents"], paris_day(row.issued_at)
                funder = row.funder_id or 0
                yield ledger_end.call_cancelled(number, row.campaign_id or 0, funder, cents, on)


def _facts(row: tables.Document) -> dict[str, list[dict[str, Any]]]:
    """A document's facts; none when it is no document any more: its own chapter says so."""
    try:
        found = json.loads(row.document)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _carried(session: Session) -> Iterator[Transfer]:
    for row in audit_end.all_carry_overs(session):
        on = paris_day(row.at)
        yield ledger_end.carried_over(row.number, row.campaign_id, row.funder_id, row.cents, on)


def _refund(row: tables.Refund) -> Expected:
    number, whose = row.number, (row.campaign_id, row.funder_id, row.cents)
    if row.sent_at is not None:
        yield ledger_end.refund(number, *whose, paris_day(row.sent_at)), ALL_KNOWN
    if row.outcome in {"settled", "returned"}:
        paid = ledger_end.refund_executed(number, row.campaign_id, row.cents, LONG_AGO)
        yield paid, NO_DATE
    if row.outcome == "returned":
        yield ledger_end.refund_returned(number, *whose, LONG_AGO), NO_DATE
    if row.outcome == "rejected":
        yield ledger_end.refund_rejected(number, *whose, LONG_AGO), NO_DATE
