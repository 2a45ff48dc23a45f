"""Attestations of public sites: the paper that a régisseur shows for a statement's uses."""

import json
from datetime import datetime

from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.core import attestations, documents
from voucher_service.core.campaign import paris_day
from voucher_service.core.documents import ATTESTATION, DocumentHeading
from voucher_service.core.errors import Conflict, NotFound
from voucher_service.store import billing, settlements, tables
from voucher_service.store.documents import write
from voucher_service.store.once import find, insert_once, next_number
from voucher_service.store.session import Session


def attest(session: Session, statement: str, site: int, signatory: Signatory, now: datetime) -> str:
    """Attest a site's uses on a statement; its number. Said again, it is the same paper."""
    row = find(session, tables.Statement, statement, "statement")
    known = billing.attestation_of(session, statement, site)
    if known is not None:
        return known
    association = find(session, tables.Site, site, "site").association_id
    if row.association_id != association:
        raise NotFound("not_found", f"Statement {statement} is not of site {site}'s association.")
    facts, place = json.loads(row.document), billing.place(session, site)
    if not attestations.lines_of(facts, place.id):
        raise Conflict("nothing_used", "No pass was used at this site on this statement.")
    today = paris_day(now)
    number = next_number(session, documents.SERIES[ATTESTATION], today.year)
    document = attestations.attestation(
        DocumentHeading(number, today, signatory.issuer, settlements.head_seal(session)),
        settlements.association_party(session, association, "", ""),
        place,
        facts,
        billing.paid(session, statement),
    )
    total = document["total_cents"]
    assert isinstance(total, int)  # noqa: S101 - core.attestations wrote it
    proof = frozen(signatory, document)
    write(session, number, ATTESTATION, None, total, proof, now, association=association)
    if not insert_once(
        session, tables.Attestation, number=number, statement_number=statement, site_id=site
    ):
        raise Conflict("attested_already", "Somebody else has just attested this: read theirs.")
    return number
