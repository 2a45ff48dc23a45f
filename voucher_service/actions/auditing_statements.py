"""Reading every statement again: its bytes, its signature, and each field against the register.

A statement whose signature holds is the truth, and a register that says otherwise was altered; a
statement whose signature does not hold was itself altered, and the register tells in which field.
Names may change with time and are then only worth a remark. Nothing is repaired here.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any, cast

from voucher_service.actions.auditing_papers import expected_of
from voucher_service.actions.auditing_register import Register, Settled
from voucher_service.actions.auditing_steps import Steps
from voucher_service.actions.identifiers import masked_iban
from voucher_service.actions.stating import funder_parts
from voucher_service.core import statements as papers
from voucher_service.core.adjustments import Adjustments
from voucher_service.core.attestation import verify
from voucher_service.core.books import Books
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import Json, sha256_hex
from voucher_service.core.findings import MISSING, Chapter, Difference, Finding, differences
from voucher_service.core.settlement import FunderLine
from voucher_service.core.signing import KeyStatus, PublicKey
from voucher_service.core.statements import FunderFacts, Heading, Party
from voucher_service.store import evidence, evidence_papers, fees, settlements, tables, trust
from voucher_service.store.evidence_papers import some
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


def audit_statements(session: Session, since: datetime | None, steps: Steps) -> Chapter:
    """Every document issued since a moment, against its signature and against the register."""
    chapter = Chapter("documents")
    keys = {key.kid.hex(): key for key in trust.keys(session, "statement")}
    register = Register(session)
    for rows in some(evidence_papers.statements(session, since)):
        register.turn_to(rows)
        for row in rows:
            _audit(chapter, row, keys, partial(_differences, register, row))
            steps.take()
    others: Iterator[tables.Document | tables.FeeDocument]
    others = chain(evidence_papers.documents(session, since), fees.documents(session, since))
    for documents in some(others):  # what these move is in the ledger's chapter
        held = evidence_papers.behind(session, [row.number for row in documents])
        for document in documents:
            _audit(chapter, document, keys, partial(_others_differences, session, document))
            steps.take()
        del held
    return chapter


Compare = Callable[[dict[str, Json]], Iterator[Difference]]
"""What the register says otherwise than a document."""


def _audit(chapter: Chapter, row: Paper, keys: dict[str, PublicKey], compare: Compare) -> None:
    chapter.looked_at += 1
    genuine = _signature_holds(chapter, row, keys.get(row.kid))
    document = _read(row)
    if document is None:
        chapter.wrong("document_unreadable", row.number)
        return
    try:
        found = list(compare(document))
    except evidence.MISSING_ROW:
        chapter.wrong("document_unexplained", row.number)
        return
    _judge(chapter, row.number, found, genuine=genuine)


def _others_differences(
    session: Session, row: tables.Document | tables.FeeDocument, document: dict[str, Json]
) -> Iterator[Difference]:
    for expected in expected_of(session, row):
        yield from differences(expected, document)


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
    register: Register, row: tables.Statement, document: dict[str, Json]
) -> Iterator[Difference]:
    expected = _expected(register, row, document)
    yield from differences(expected, document)
    path = ("totals", "net_cents") if row.association_id is not None else ("share", "period_cents")
    part = document.get(path[0])
    stated = part.get(path[1], MISSING) if isinstance(part, dict) else MISSING
    yield from differences(row.total_cents, stated, "total_cents")


def _expected(
    register: Register, row: tables.Statement, document: dict[str, Any]
) -> dict[str, Json]:
    """The statement as today's register would write it, less what only that moment could tell."""
    settled = register.settled(row.period_id)
    heading = Heading(
        row.number,
        settled.period.label,
        settled.period.cutoff,
        paris_day(row.issued_at),
        _issuer(document),
        _seal(register, document),
    )
    if row.association_id is not None:
        return _of_association(register, row, settled, heading)
    return _of_funder(register, row, settled, heading)


def _issuer(document: dict[str, Any]) -> Party:
    """Who issued it: no row says that, so the document is believed; its hash still covers it."""
    issuer = document.get("issuer")
    said = issuer if isinstance(issuer, dict) else {}
    return Party("issuer", said.get("name", ""), said.get("siret"), None, said.get("address"))


def _seal(register: Register, document: dict[str, Any]) -> tuple[int, str] | None:
    """The seal that the document names, with the hash that the chain gives it."""
    seal = document.get("seal")
    number = seal.get("no") if isinstance(seal, dict) else None
    if not isinstance(number, int):
        return None
    return number, register.seal_hash(number) or MISSING


def _of_association(
    register: Register, row: tables.Statement, settled: Settled, heading: Heading
) -> dict[str, Json]:
    session, settlement, period = register.session, settled.settlement, settled.period
    association = cast("int", row.association_id)
    account = register.account_at(association, row.issued_at)
    masked, holder = (masked_iban(account.iban), account.holder) if account else (MISSING, MISSING)
    lines = [line for line in settlement.associations if line.association == association]
    part = partial(funder_parts, session, settlement)
    document = papers.association_statement(
        heading,
        settlements.association_party(session, association, masked, holder),
        lines,
        {line.campaign: settlements.campaign_facts(session, line.campaign) for line in lines},
        {line.campaign: part(line.campaign, association) for line in lines},
        register.uses(period.id, association),
        Adjustments(register.corrections(period.id, association)),
    )
    return {name: value for name, value in document.items() if name not in AS_OF_THEN}


def _of_funder(
    register: Register, row: tables.Statement, settled: Settled, heading: Heading
) -> dict[str, Json]:
    session, settlement = register.session, settled.settlement
    funder, campaign = cast("int", row.funder_id), cast("int", row.campaign_id)
    own = [
        line for line in settlement.funders if (line.campaign, line.funder) == (campaign, funder)
    ]
    share = own[0] if own else FunderLine(campaign, funder, 0, 0)
    lines = [line for line in settlement.associations if line.campaign == campaign and line.of_uses]
    weights = register.weights(campaign)
    gross = sum(line.gross_cents for line in lines)
    cancelled = sum(line.corrections.cancelled_cents for line in lines)
    facts = FunderFacts(
        weight=weights.get(funder, 0),
        weights=sum(weights.values()),
        used=settled.borne.get(campaign, 0) + gross - cancelled,
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
        register.services(settled, campaign),
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
