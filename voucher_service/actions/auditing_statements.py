"""Reading every statement again: its bytes, its signature, and each field against the register.

A statement whose signature holds is the truth, and a register that says otherwise was altered; a
statement whose signature does not hold was itself altered, and the register tells in which field.
Names may change with time and are then only worth a remark. Nothing is repaired here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any, cast

from voucher_service.actions.auditing_papers import expected_of
from voucher_service.actions.identifiers import masked_iban
from voucher_service.actions.stating import funder_parts
from voucher_service.core import statements as papers
from voucher_service.core.adjustments import Adjustments
from voucher_service.core.attestation import verify
from voucher_service.core.books import Books
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import Json, sha256_hex
from voucher_service.core.findings import MISSING, Chapter, Difference, Finding, differences
from voucher_service.core.settlement import FunderLine, Settlement, settle
from voucher_service.core.signing import KeyStatus, PublicKey
from voucher_service.core.statements import FunderFacts, Heading, Party
from voucher_service.store import corrections, evidence, fees, seals, settlements, tables, trust
from voucher_service.store.orders import shares
from voucher_service.store.session import Session

Paper = tables.Statement | tables.Document | tables.FeeDocument

MAY_CHANGE = {
    "name",
    "site_name",
    "siret",
    "rna",
    "holder",
    "address",
    "service_code",
    "street",
    "postcode",
    "town",
}
"""Fields that say how somebody was called on the day of the statement."""

AS_OF_THEN = ("funds", "due_cents", "books", "contested", "debts")
"""Parts of a statement that only the register of that very moment could tell again."""


@dataclass
class Periods:
    """What each period settled, computed once."""

    session: Session
    known: dict[int, tuple[tables.Period, Settlement]] = field(default_factory=dict)

    def of(self, number: int) -> tuple[tables.Period, Settlement]:
        """A period and what its claims settle to today."""
        if number not in self.known:
            period = evidence.period(self.session, number)
            self.known = {number: (period, _settled(self.session, period))}
        return self.known[number]


def _settled(session: Session, period: tables.Period) -> Settlement:
    claims = settlements.claims(session, period)
    campaigns = sorted({claim.campaign for claim in claims})
    return settle(claims, settlements.terms(session, period, campaigns))


def audit_statements(session: Session, since: datetime | None) -> Chapter:
    """Every document issued since a moment, against its signature and against the register."""
    chapter = Chapter("documents")
    keys = {key.kid.hex(): key for key in trust.keys(session, "statement")}
    periods = Periods(session)
    for row in evidence.statements(session, since):
        chapter.looked_at += 1
        genuine = _signature_holds(chapter, row, keys.get(row.kid))
        document = _read(row)
        if document is None:
            chapter.wrong("document_unreadable", row.number)
            continue
        try:
            found = list(_differences(periods, row, document))
        except evidence.MISSING_ROW:
            chapter.wrong("document_unexplained", row.number)
            continue
        _judge(chapter, row.number, found, genuine=genuine)
    _audit_other_documents(chapter, session, since, keys)
    return chapter


def _audit_other_documents(
    chapter: Chapter, session: Session, since: datetime | None, keys: dict[str, PublicKey]
) -> None:
    """Everything but statements; what these documents move is in the ledger's chapter."""
    others: Iterator[tables.Document | tables.FeeDocument]
    others = chain(evidence.documents(session, since), fees.documents(session, since))
    for row in others:
        chapter.looked_at += 1
        genuine = _signature_holds(chapter, row, keys.get(row.kid))
        document = _read(row)
        if document is None:
            chapter.wrong("document_unreadable", row.number)
            continue
        try:
            found = [
                item
                for expected in expected_of(session, row)
                for item in differences(expected, document)
            ]
        except evidence.MISSING_ROW:
            chapter.wrong("document_unexplained", row.number)
            continue
        _judge(chapter, row.number, found, genuine=genuine)


def _signature_holds(chapter: Chapter, row: Paper, key: PublicKey | None) -> bool:
    """Whether these bytes are what was signed; says what is wrong with hash, key and signature."""
    digest = sha256_hex(row.document)
    genuine = key is not None and verify(row.document, row.signature, key.public)
    if digest != row.sha256:
        code = "document_hash_column" if genuine else "document_hash"
        chapter.wrong(code, row.number, [Difference("sha256", row.sha256, digest)])
    if key is None:
        chapter.wrong("document_key_unknown", row.number, [Difference("kid", MISSING, row.kid)])
    elif not genuine:
        chapter.wrong("document_signature", row.number)
    elif key.status is KeyStatus.REVOKED:
        chapter.wrong("document_key_revoked", row.number, [Difference("kid", MISSING, row.kid)])
    return genuine


def _read(row: Paper) -> dict[str, Json] | None:
    try:
        document = json.loads(row.document)
    except ValueError:
        return None
    return cast("dict[str, Json]", document) if isinstance(document, dict) else None


def _judge(chapter: Chapter, number: str, found: list[Difference], *, genuine: bool) -> None:
    """Say who is wrong. ``found`` holds what the register expects, and what the document says."""
    for item in found:
        if not genuine:
            chapter.wrong("document_field", number, [item])
        elif item.field.rpartition(".")[2] in MAY_CHANGE:
            said, today = item.found, item.expected
            chapter.remarks.append(Finding("changed_since", number, item.field, said, today))
        else:
            turned = Difference(item.field, item.found, item.expected)
            chapter.wrong("register_differs", number, [turned])


def _differences(
    periods: Periods, row: tables.Statement, document: dict[str, Json]
) -> Iterator[Difference]:
    expected = _expected(periods, row, document)
    yield from differences(expected, document)
    path = ("totals", "net_cents") if row.association_id is not None else ("share", "period_cents")
    part = document.get(path[0])
    stated = part.get(path[1], MISSING) if isinstance(part, dict) else MISSING
    yield from differences(row.total_cents, stated, "total_cents")


def _expected(periods: Periods, row: tables.Statement, document: dict[str, Any]) -> dict[str, Json]:
    """The statement as today's register would write it, less what only that moment could tell."""
    period, settlement = periods.of(row.period_id)
    heading = Heading(
        row.number,
        period.label,
        period.cutoff,
        paris_day(row.issued_at),
        _issuer(document),
        _seal(periods.session, document),
    )
    if row.association_id is not None:
        return _of_association(periods.session, row, period, settlement, heading)
    return _of_funder(periods.session, row, period, settlement, heading)


def _issuer(document: dict[str, Any]) -> Party:
    """Who issued it: no row says that, so the document is believed; its hash still covers it."""
    issuer = document.get("issuer")
    said = issuer if isinstance(issuer, dict) else {}
    return Party("issuer", said.get("name", ""), said.get("siret"), None, said.get("address"))


def _seal(session: Session, document: dict[str, Any]) -> tuple[int, str] | None:
    """The seal that the document names, with the hash that the chain gives it."""
    seal = document.get("seal")
    number = seal.get("no") if isinstance(seal, dict) else None
    if not isinstance(number, int):
        return None
    return number, seals.hash_of(session, seals.SCHEME, number) or MISSING


def _of_association(
    session: Session,
    row: tables.Statement,
    period: tables.Period,
    settlement: Settlement,
    heading: Heading,
) -> dict[str, Json]:
    association = cast("int", row.association_id)
    account = evidence.bank_account_at(session, association, row.issued_at)
    masked, holder = (masked_iban(account.iban), account.holder) if account else (MISSING, MISSING)
    lines = [line for line in settlement.associations if line.association == association]
    part = partial(funder_parts, session, settlement)
    document = papers.association_statement(
        heading,
        settlements.association_party(session, association, masked, holder),
        lines,
        {line.campaign: settlements.campaign_facts(session, line.campaign) for line in lines},
        {line.campaign: part(line.campaign, association) for line in lines},
        settlements.uses(session, period.id, association),
        Adjustments(corrections.lines(session, period.id, association)),
    )
    return {name: value for name, value in document.items() if name not in AS_OF_THEN}


def _of_funder(
    session: Session,
    row: tables.Statement,
    period: tables.Period,
    settlement: Settlement,
    heading: Heading,
) -> dict[str, Json]:
    funder, campaign = cast("int", row.funder_id), cast("int", row.campaign_id)
    own = [
        line for line in settlement.funders if (line.campaign, line.funder) == (campaign, funder)
    ]
    share = own[0] if own else FunderLine(campaign, funder, 0, 0)
    lines = [line for line in settlement.associations if line.campaign == campaign and line.of_uses]
    weights = {item.number: item.weight for item in shares(session, campaign)}
    used = settlements.borne_before(session, period).get(campaign, 0)
    gross = sum(line.gross_cents for line in lines)
    cancelled = sum(line.corrections.cancelled_cents for line in lines)
    facts = FunderFacts(
        weight=weights.get(funder, 0),
        weights=sum(weights.values()),
        used=used + gross - cancelled,
        period_used=gross,
        period_cancelled=cancelled,
        period_redemptions=sum(line.redemptions for line in lines),
        **dict.fromkeys(NOT_TOLD, 0),
    )
    document = papers.funder_statement(
        heading,
        settlements.funder_party(session, funder),
        settlements.campaign_facts(session, campaign),
        share,
        facts,
        [
            (
                settlements.association_party(session, line.association, "", ""),
                line,
                settlement.grid.get((campaign, line.association, funder), 0),
            )
            for line in lines
        ],
        settlements.services(session, period.id, campaign),
        Books(0, 0, 0, 0, 0, 0),
    )
    return _without_the_moment(document)


NOT_TOLD = (
    "activated", "contested", "expired", "outstanding", "called", "received", "deposit", "due",
)  # fmt: skip


def _without_the_moment(document: dict[str, Json]) -> dict[str, Json]:
    """The statement without what only the ledger of that moment could tell again."""
    kept = {name: value for name, value in document.items() if name not in AS_OF_THEN}
    activity = cast("dict[str, dict[str, Json]]", kept["activity"])
    used = activity["cumulative"]["used_cents"]
    return kept | {"activity": {**activity, "cumulative": {"used_cents": used}}}
