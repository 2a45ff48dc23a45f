"""Notes of debt: what an association owes back is asked for once it is much, or old.

The note changes nothing in the books: offsets on statements go on, and what it pays is recorded
like any repayment.
"""

from datetime import datetime

from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.core import documents
from voucher_service.core.campaign import paris_day
from voucher_service.core.debts import NoteRule, note_due
from voucher_service.core.documents import DEBIT_NOTE, DocumentHeading, PayTo
from voucher_service.core.errors import Conflict
from voucher_service.store import corrections, settlements, tables
from voucher_service.store.documents import write
from voucher_service.store.once import find, next_number
from voucher_service.store.orders import lock_campaign
from voucher_service.store.outbox import tell
from voucher_service.store.session import Session


def issue_debit_note(
    session: Session,
    association: int,
    campaign: int,
    rule: NoteRule,
    pay_to: PayTo,
    signatory: Signatory,
    now: datetime,
) -> str:
    """Ask an association for what it still owes back in a campaign; the number of the note."""
    find(session, tables.Association, association, "association")
    find(session, tables.Campaign, campaign, "campaign")
    lock_campaign(session, campaign)
    parts, today = corrections.debt_parts(session, campaign, association), paris_day(now)
    if not note_due(parts, rule, today):
        raise Conflict(
            "note_not_due",
            "It owes too little for too short a time: the next statements offset it.",
        )
    number = next_number(session, documents.SERIES[DEBIT_NOTE], today.year)
    document = documents.debit_note(
        DocumentHeading(number, today, signatory.issuer, settlements.head_seal(session)),
        settlements.association_party(session, association, "", ""),
        settlements.campaign_facts(session, campaign),
        parts,
        pay_to,
    )
    total = sum(part.left_cents for part in parts)
    proof = frozen(signatory, document)
    write(session, number, DEBIT_NOTE, campaign, total, proof, now, association=association)
    tell(session, "debit_note", {"association": association, "note": number}, now)
    return number
