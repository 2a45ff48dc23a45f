"""Invoices in the name of associations that must invoice and asked for it in writing.

An option, off until an association gives a mandate: dated, with the time in which it may contest.
An invoice repeats the uses of one statement, as the association's sales to the operator, settled by
the payout of that statement; it moves no money. Numbers run in a series of each association's own.
Corrections of what was invoiced remain with the association, whose invoices they are.
(Self-billing: a prior written mandate and a delay to contest, CGI annex II 242 nonies.)
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.core import invoices
from voucher_service.core.campaign import paris_day
from voucher_service.core.documents import DocumentHeading
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.invoices import EXEMPT, SELF_BILLED, STANDARD, Line, Order, Trader, Vat
from voucher_service.store import billing, settlements, tables
from voucher_service.store.documents import write
from voucher_service.store.once import find, insert_once, next_number
from voucher_service.store.session import Session

SERIES = "FA"
"""Followed by the association's number: ``FA7-2026-000001``."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """What an association's mandate says."""

    signed_on: date
    reference: str
    contest_days: int
    vat_bp: int
    vat_number: str | None = None


def give_mandate(
    session: Session, association: int, mandate: Mandate, actor: str, now: datetime
) -> None:
    """Record a mandate: from its day on, invoices may be made in the association's name."""
    row = find(session, tables.Association, association, "association")
    if row.siret is None:
        raise Conflict("siret_missing", "Only who has a SIRET invoices: give it first.")
    if mandate.signed_on > paris_day(now):
        raise Invalid("in_the_future", "A mandate is signed before it is used.", "signed_on")
    given = insert_once(
        session,
        tables.BillingMandate,
        association_id=association,
        signed_on=mandate.signed_on,
        reference=mandate.reference,
        contest_days=mandate.contest_days,
        vat_bp=mandate.vat_bp,
        vat_number=mandate.vat_number,
        recorded_by=actor,
        recorded_at=now,
    )
    if not given:
        raise Conflict("mandate_in_force", "A mandate is in force: end it first.")


def end_mandate(session: Session, association: int, actor: str, now: datetime) -> None:
    """End the mandate in force: nothing more is invoiced in the association's name."""
    find(session, tables.Association, association, "association")
    if not billing.end_mandate(session, association, actor, now):
        raise Conflict("no_mandate", "No mandate is in force.")


@dataclass(frozen=True, slots=True)
class Buyer:
    """The operator, who buys and signs: its VAT number, and how a line is called, by campaign."""

    signatory: Signatory
    vat_number: str | None
    label: str
    """With ``{campaign}`` where the campaign's name stands."""


def issue(session: Session, statement: str, buyer: Buyer, now: datetime) -> str:
    """Invoice a statement's uses in its association's name; the number. Said again, the same."""
    row = find(session, tables.Statement, statement, "statement")
    known = billing.self_billed_of(session, statement)
    if known is not None:
        return known
    association, mandate = _under_mandate(session, row)
    facts, today = json.loads(row.document), paris_day(now)
    vat = Vat(STANDARD, mandate.vat_bp) if mandate.vat_bp else Vat(EXEMPT, 0)
    lines = _lines(facts, vat, buyer.label)
    number = next_number(session, f"{SERIES}{association.id}", today.year)
    issuer = buyer.signatory.issuer
    supplied_on = paris_day(datetime.fromisoformat(facts["period"]["cutoff"]) - timedelta(days=1))
    document = invoices.invoice(
        DocumentHeading(number, today, issuer, settlements.head_seal(session)),
        SELF_BILLED,
        Trader(association.name, association.siret, vat_number=mandate.vat_number),
        Trader(issuer.name, issuer.siret, street=issuer.address, vat_number=buyer.vat_number),
        Order(subject=statement, supplied_on=supplied_on),
        lines,
        vat,
        None,
    )
    _check_sum(document, facts)
    total = document["total_cents"]
    assert isinstance(total, int)  # noqa: S101 - core.invoices wrote it
    proof = frozen(buyer.signatory, document)
    write(session, number, SELF_BILLED, None, total, proof, now, association=association.id)
    until = today + timedelta(days=mandate.contest_days)
    if not billing.keep_self_billed(session, number, statement, mandate.id, until):
        raise Conflict("invoiced_already", "Somebody else has just invoiced this: read theirs.")
    return number


def _under_mandate(
    session: Session, statement: tables.Statement
) -> tuple[tables.Association, tables.BillingMandate]:
    number = statement.association_id
    mandate = billing.mandate(session, number) if number is not None else None
    if number is None or mandate is None:
        raise Conflict("no_mandate", "No mandate of its association is in force.")
    if paris_day(statement.issued_at) < mandate.signed_on:
        raise Conflict("before_mandate", "This statement is older than the mandate.")
    return find(session, tables.Association, number, "association"), mandate


def _lines(facts: dict[str, Any], vat: Vat, called: str) -> list[Line]:
    """The uses, campaign by campaign. Face value includes the association's VAT if it has any."""
    lines = []
    for part in facts["campaigns"]:
        if part["redemptions"]:
            label, value = called.format(campaign=part["name"]), part["face_value_cents"]
            if vat.rate_bp:
                lines.append(Line(label, 1, vat.within(part["gross_cents"])))
            else:
                lines.append(Line(label, part["redemptions"], value))
    if not lines:
        raise Conflict("nothing_to_invoice", "No pass was used on this statement.")
    return lines


def _check_sum(document: dict[str, Any], facts: dict[str, Any]) -> None:
    if document["total_cents"] != facts["totals"]["gross_cents"]:
        raise Conflict(
            "not_to_the_cent",
            "This VAT does not divide the statement to the cent: the association invoices itself.",
        )


def contest(session: Session, number: str, reason: str, actor: str, now: datetime) -> None:
    """The association says that an invoice in its name is wrong, in the time of its mandate."""
    row = find(session, tables.SelfBilled, number, "self-billed invoice")
    if not reason.strip():
        raise Invalid("reason_missing", "Say why.", "reason")
    if paris_day(now) > row.contest_until:
        raise Conflict("contest_too_late", f"It could be contested until {row.contest_until}.")
    if not billing.contest(session, number, reason, actor, now):
        raise Conflict("contested_already", "This invoice was contested already.")
