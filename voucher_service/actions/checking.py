"""Checking the books: every invariant, every night, at every close, and for whoever asks.

Each check looks at the facts from two sides and names what does not meet. All of them always run:
the answer is the whole list, never only the first problem. Nothing is ever repaired here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from voucher_service.actions import (
    checking_bank,
    checking_end,
    checking_fees,
    checking_rail,
    checking_stripe,
)
from voucher_service.actions.auditing_seals import fault_in_a_line, seal_faults
from voucher_service.core import accounts
from voucher_service.core.attestation import verify
from voucher_service.core.books import position
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.money import split
from voucher_service.core.transfer import Kind
from voucher_service.store import (
    audit,
    audit_end,
    correction_audit,
    corrections,
    fees,
    incident_audit,
    jobs,
    orders,
    tables,
    trust,
)
from voucher_service.store.postings import balance, balances, moved
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Problem:
    """An invariant that does not hold, by its name, and where."""

    invariant: str
    detail: str


CHECK = jobs.CHECK
"""The kind of job that checks the books."""

Check = Callable[[Session], Iterator[str]]
Paper = tables.Statement | tables.Document | tables.FeeDocument


def check_books(session: Session) -> list[Problem]:
    """Everything that does not hold; an empty list when the books are in order."""
    return [
        Problem(name, detail) for name, check in INVARIANTS.items() for detail in check(session)
    ]


def request_check(session: Session, actor: str, now: datetime) -> int:
    """Ask for the books to be checked by a worker, as long as that takes; the job's number."""
    return jobs.enqueue(session, CHECK, {"actor": actor}, 1, None, now)


def _transfers_are_sound(session: Session) -> Iterator[str]:
    for event in audit.unsound_transfers(session):
        yield f"transfer {event} is not a positive amount between two accounts of its campaign"


def _deposits_meet_uses(session: Session) -> Iterator[str]:
    """Deposited = used + refunded + outstanding + still deposited, by campaign and funder."""
    for campaign, funder, received, booked in audit.receipts_and_ledger(session):
        if received != booked:
            yield (
                f"funder {funder} paid {received} cents for campaign {campaign}, "
                f"the ledger holds {booked}"
            )
    for campaign, by_account in audit.balances_by_campaign(session).items():
        if sum(by_account.values()) != 0:
            yield f"campaign {campaign}: debits and credits differ"


def _outstanding_is_passes_alive(session: Session) -> Iterator[str]:
    for campaign, expected, booked in audit.outstanding_and_passes(session):
        if expected != booked:
            yield (
                f"campaign {campaign}: passes alive are worth {expected} cents, "
                f"the ledger says {booked}"
            )


def _uses_meet_redemptions(session: Session) -> Iterator[str]:
    """Credits of use = Σ live redemptions, by association and campaign."""
    for campaign, association, redeemed, booked in audit.redemptions_and_ledger(session):
        if redeemed != booked:
            yield (
                f"association {association}, campaign {campaign}: {redeemed} cents redeemed, "
                f"{booked} in the ledger"
            )
    for redemption in audit.redemptions_without_transfer(session):
        yield f"redemption {redemption} has no transfer"


def _associations_are_owed_what_is_stated(session: Session) -> Iterator[str]:
    """Statements, uses and corrections on one side; the ledger's accounts on the other."""
    for name, sides in (
        ("is owed", correction_audit.payables(session)),
        ("owes", correction_audit.debts(session)),
        ("waits for", correction_audit.contested(session)),
    ):
        for (campaign, association), said, booked in sides:
            if said != booked:
                yield (
                    f"association {association}, campaign {campaign}: {name} {said} cents,"
                    f" the ledger says {booked}"
                )
    for redemption in correction_audit.contested_without_contest(session):
        yield f"redemption {redemption} is contested without an open contest, or the other way"
    for correction in corrections.without_transfer(session):
        yield f"correction {correction} is not in the ledger as it was written"


def _account_covers_what_is_owed(session: Session) -> Iterator[str]:
    books = position(balances(session))
    if not books.solvent:
        yield f"the account holds {books.bank_reserved} cents, {books.owed} are owed"


def _splits_are_exact(session: Session) -> Iterator[str]:
    """What each funder put in and got back is the split of the net issue."""
    for campaign in audit.campaigns(session):
        shares = orders.shares(session, campaign)
        issued, expired = (
            moved(session, Kind.ACTIVATION, campaign),
            moved(session, Kind.EXPIRY, campaign),
        )
        if expired == 0 or balance(session, accounts.outstanding(campaign), campaign) > 0:
            continue  # passes are alive: nothing was given back, or not all of it yet
        if expired > issued:
            yield f"campaign {campaign}: {expired} cents were given back of {issued} put in"
            continue
        put_in = orders.activated_by_funder(session, campaign)
        given_back = orders.expired_by_funder(session, campaign)
        for funder, cents in split(issued - expired, shares).items():
            cost = put_in[funder] - given_back.get(funder, 0)
            if cost != cents:
                yield f"campaign {campaign}, funder {funder}: bears {cost} cents instead of {cents}"


def _once_is_once(session: Session) -> Iterator[str]:
    for booklet, number in audit.passes_spent_twice(session):
        yield f"pass {number} of booklet {booklet} is spent twice"
    for event in audit.events_reversed_twice(session):
        yield f"transfer {event} is reversed twice"


def _double_uses_are_incidents(session: Session) -> Iterator[str]:
    for refusal in incident_audit.double_uses_without_incident(session):
        yield f"refusal {refusal} is of a pass that paid for two services and has no incident"
    for incident in incident_audit.incidents_that_do_not_fit(session):
        yield f"incident {incident} is not about one pass, its value and its campaign"


def _payouts_are_settled_once(session: Session) -> Iterator[str]:
    for number in audit.statements_paid_twice(session):
        yield f"statement {number} has two payouts that were not returned"


def _seals_chain(session: Session) -> Iterator[str]:
    for fault in seal_faults(session):
        yield fault_in_a_line(fault)


def _documents_verify(session: Session) -> Iterator[str]:
    keys = {key.kid.hex(): key.public for key in trust.keys(session, "statement")}
    for statement in audit.statements(session):
        yield from _proven(statement, keys)
    for document in audit_end.documents(session):
        yield from _proven(document, keys)
    for invoice in fees.documents(session):
        yield from _proven(invoice, keys)
    files: Iterator[tables.Rendering | tables.DocumentFile | tables.FeeDocumentFile]
    files = chain(audit.renderings(session), audit_end.files(session), fees.all_files(session))
    for rendering in files:
        if sha256_hex(rendering.content) != rendering.sha256:
            yield f"the {rendering.media_type} of {rendering.number} does not match its hash"


def _proven(row: Paper, keys: dict[str, bytes]) -> Iterator[str]:
    public = keys.get(row.kid)
    if sha256_hex(row.document) != row.sha256:
        yield f"document {row.number} does not match its hash"
    elif public is None:
        yield f"document {row.number} bears the unknown key {row.kid}"
    elif not verify(row.document, row.signature, public):
        yield f"document {row.number} does not match its signature"


def _series_have_no_hole(session: Session) -> Iterator[str]:
    for series, last, count in audit.series(session):
        if last != count:
            yield f"series {series} stands at {last} but {count} numbers are used"


def _closed_periods_stay_closed(session: Session) -> Iterator[str]:
    for label in audit.uses_recorded_after_close(session):
        yield f"period {label} holds uses recorded after it was closed"
    for number, claimed, stated in audit.claims_and_statements(session):
        if claimed != stated:
            yield f"statement {number} says {stated} cents, its claims are {claimed}"


INVARIANTS: dict[str, Check] = {
    "transfers_are_sound": _transfers_are_sound,
    "deposits_meet_uses": _deposits_meet_uses,
    "outstanding_is_passes_alive": _outstanding_is_passes_alive,
    "uses_meet_redemptions": _uses_meet_redemptions,
    "associations_are_owed_what_is_stated": _associations_are_owed_what_is_stated,
    "account_covers_what_is_owed": _account_covers_what_is_owed,
    "splits_are_exact": _splits_are_exact,
    "once_is_once": _once_is_once,
    "double_uses_are_incidents": _double_uses_are_incidents,
    "payouts_are_settled_once": _payouts_are_settled_once,
    **checking_bank.INVARIANTS,
    **checking_end.INVARIANTS,
    **checking_fees.INVARIANTS,
    **checking_stripe.INVARIANTS,
    **checking_rail.INVARIANTS,
    "seals_chain": _seals_chain,
    "documents_verify": _documents_verify,
    "series_have_no_hole": _series_have_no_hole,
    "closed_periods_stay_closed": _closed_periods_stay_closed,
}
"""The invariants by name, in the order in which they are checked."""
