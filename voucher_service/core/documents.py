"""What the documents besides statements say: credit notes, notes of debt, joint closing statements.

Builds plain values from facts already known; signs nothing, reads nothing. Face value only: fees
stand on other documents. The shape is versioned: ``format`` changes when a field changes meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from voucher_service.core.books import Books
from voucher_service.core.canonical import Json
from voucher_service.core.debts import Part
from voucher_service.core.ending import Booklets, Calendar, Passes
from voucher_service.core.references import creditor_reference
from voucher_service.core.statements import CampaignFacts, Party, books_document, local

FORMAT = "pass-numerique-document/1"

CLOSING_STATEMENT, CREDIT_NOTE, DEBIT_NOTE = "closing_statement", "credit_note", "debit_note"
CALL_FOR_FUNDS, REMINDER, ATTESTATION = "call_for_funds", "reminder", "attestation"

SERIES = {
    CLOSING_STATEMENT: "EC",
    CREDIT_NOTE: "AV",
    DEBIT_NOTE: "ND",
    REMINDER: "RL",
    ATTESTATION: "AT",
}
"""The series, without holes, that numbers each kind. A call for funds bears its call's number."""

PAY_WITHIN_DAYS = 30


@dataclass(frozen=True, slots=True)
class DocumentHeading:
    """What every document begins with."""

    number: str
    issued_on: date
    issuer: Party
    seal: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class PayTo:
    """The account that money is to be paid to."""

    iban: str
    bic: str
    holder: str


def account_of(iban: str, bic: str, holder: str) -> PayTo | None:
    """The account that the settings name, if they name one."""
    return PayTo(iban, bic, holder) if iban else None


def payment_part(number: str, issued_on: date, pay_to: PayTo) -> dict[str, Json]:
    """How what a document asks is paid: until when, on which account, with which reference."""
    return {
        "due_on": (issued_on + timedelta(days=PAY_WITHIN_DAYS)).isoformat(),
        "pay_to": pay_to_part(pay_to),
        "reference": creditor_reference(number),
    }


def opened(heading: DocumentHeading, kind: str) -> dict[str, Json]:
    """The first fields of every document."""
    issuer, seal = heading.issuer, heading.seal
    return {
        "format": FORMAT,
        "kind": kind,
        "number": heading.number,
        "issued_on": heading.issued_on.isoformat(),
        "issuer": {"name": issuer.name, "siret": issuer.siret, "address": issuer.address},
        "seal": {"no": seal[0], "hash": seal[1]} if seal else None,
    }


def campaign_part(facts: CampaignFacts) -> Json:
    """A campaign as documents name it."""
    return {
        "id": facts.id,
        "name": facts.name,
        "face_value_cents": facts.face_value_cents,
        "funding": facts.funding,
    }


def party_part(party: Party) -> dict[str, Json]:
    """Somebody as documents name them."""
    return {"id": party.id, "name": party.name, "siret": party.siret}


def pay_to_part(pay_to: PayTo) -> Json:
    """The account that a document asks to be paid on."""
    return {"iban": pay_to.iban, "bic": pay_to.bic, "holder": pay_to.holder}


def debit_note(
    heading: DocumentHeading,
    association: Party,
    campaign: CampaignFacts,
    parts: Sequence[Part],
    pay_to: PayTo,
) -> dict[str, Json]:
    """What an association still owes back of a campaign, and where to pay it. Amounts in cents."""
    due_on = heading.issued_on + timedelta(days=PAY_WITHIN_DAYS)
    return opened(heading, DEBIT_NOTE) | {
        "association": {**party_part(association), "rna": association.rna},
        "campaign": campaign_part(campaign),
        "lines": [
            {
                "decided_on": part.decided_on.isoformat(),
                "kind": part.kind,
                "reason": part.reason,
                "serial": part.serial,
                "number": part.number,
                "cents": part.cents,
                "left_cents": part.left_cents,
            }
            for part in parts
        ],
        "total_cents": sum(part.left_cents for part in parts),
        "due_on": due_on.isoformat(),
        "pay_to": pay_to_part(pay_to),
        "reference": heading.number,
    }


@dataclass(frozen=True, slots=True)
class CallCancelled:
    """The part of a call for funds that was never paid and is asked for no more."""

    number: str
    cents: int


def credit_note(
    heading: DocumentHeading,
    funder: Party,
    campaign: CampaignFacts,
    closing_statement: str,
    corrects: Sequence[str],
    unused_cents: int,
    cancelled: Sequence[CallCancelled],
    deposit_cents: int,
) -> dict[str, Json]:
    """What a funder is given back of a campaign's face value, to the cent. Fees stay.

    ``corrects``: the calls for funds it takes back from; ``deposit_cents``: what the funder has in
    the account afterwards, to be sent back or carried over.
    """
    lines: list[Json] = [
        {"what": "call_cancelled", "document": call.number, "cents": call.cents}
        for call in cancelled
    ]
    if unused_cents:
        lines.append({"what": "unused", "document": closing_statement, "cents": unused_cents})
    return opened(heading, CREDIT_NOTE) | {
        "funder": party_part(funder),
        "campaign": campaign_part(campaign),
        "closing_statement": closing_statement,
        "corrects": list(corrects),
        "lines": lines,
        "total_cents": unused_cents + sum(call.cents for call in cancelled),
        "deposit_cents": deposit_cents,
    }


@dataclass(frozen=True, slots=True)
class ClosingFunder:
    """A funder on the joint closing statement, in cents: paid in, borne, given back."""

    party: Party
    weight: int
    called: int
    received: int
    put_in: int
    borne: int
    credited: int
    deposit: int
    credit_note: str | None
    approved_at: datetime
    reference: str | None


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What a joint closing statement tells.

    ``by_period``: (label, uses, cents, cancelled cents); ``by_association``: (association, uses,
    cents, still to be paid to it, still to be given back by it).
    """

    round: int
    days: Calendar
    booklets: Booklets
    passes: Passes
    by_period: Sequence[tuple[str, int, int, int]]
    by_association: Sequence[tuple[Party, int, int, int, int]]
    funders: Sequence[ClosingFunder]
    books: Books


def closing_statement(
    heading: DocumentHeading, campaign: CampaignFacts, facts: ClosingFacts
) -> dict[str, Json]:
    """The joint final inventory of a campaign: what was issued, used, and goes back to whom."""
    days, value = facts.days, campaign.face_value_cents
    return opened(heading, CLOSING_STATEMENT) | {
        "campaign": campaign_part(campaign),
        "round": facts.round,
        "days": {
            "last_day": days.last_day.isoformat(),
            "grace_until": days.grace_until.isoformat(),
            "uploads_until": days.uploads_until.isoformat(),
        },
        "booklets": {
            "issued": facts.booklets.issued,
            "handed_over": facts.booklets.handed_over,
            "not_handed_over": facts.booklets.not_handed_over,
            "started": facts.booklets.started,
        },
        "passes": _passes(facts.passes, value),
        "by_period": [
            {"label": label, "redemptions": uses, "cents": cents, "cancelled_cents": cancelled}
            for label, uses, cents, cancelled in facts.by_period
        ],
        "by_association": [
            {
                **party_part(party),
                "rna": party.rna,
                "redemptions": uses,
                "cents": cents,
                "to_pay_cents": owed,
                "to_give_back_cents": owing,
            }
            for party, uses, cents, owed, owing in facts.by_association
        ],
        "funders": [_funder(funder) for funder in facts.funders],
        "total_cents": sum(funder.credited for funder in facts.funders),
        "books": books_document(facts.books),
    }


def _passes(passes: Passes, value: int) -> Json:
    counts = {
        "issued": passes.issued,
        "handed_over": passes.handed_over,
        "used": passes.used,
        "unused": passes.unused,
        "never_handed_over": passes.never_handed_over,
        "handed_over_unused": passes.handed_over_unused,
    }
    return {
        **counts,
        **{f"{name}_cents": count * value for name, count in counts.items()},
        "use_rate_bp": passes.use_rate_bp,
        "use_rate_handed_over_bp": passes.use_rate_handed_over_bp,
    }


def _funder(funder: ClosingFunder) -> Json:
    return {
        **party_part(funder.party),
        "weight": funder.weight,
        "called_cents": funder.called,
        "received_cents": funder.received,
        "put_in_cents": funder.put_in,
        "borne_cents": funder.borne,
        "credited_cents": funder.credited,
        "deposit_cents": funder.deposit,
        "credit_note": funder.credit_note,
        "approved_at": local(funder.approved_at),
        "reference": funder.reference,
    }
