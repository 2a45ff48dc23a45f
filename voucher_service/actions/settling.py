"""Closing a period: claim the uses, settle them, freeze and sign the statements, or do nothing.

Everything a close writes is one transaction, so a close that dies leaves the period open and a
second run does it all. Approval is a later step by another person. Payment is elsewhere.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from voucher_service.actions import sealing
from voucher_service.actions.contesting import conclude_all
from voucher_service.actions.freezing import Signatory
from voucher_service.actions.stating import Closing, issue_statements
from voucher_service.core import accounts, ledger_out, statements
from voucher_service.core.campaign import Funding, paris_day
from voucher_service.core.errors import Conflict, Mismatch, NotFound
from voucher_service.core.settlement import Claim, Settlement, settle
from voucher_service.store import corrections, jobs, redemptions, settlements, tables
from voucher_service.store.once import find, insert_once
from voucher_service.store.orders import lock_campaigns
from voucher_service.store.postings import post
from voucher_service.store.session import Session


def open_period(session: Session, label: str, cutoff: datetime, now: datetime) -> tables.Period:
    """Name a cut-off. The same label again gives the same period, if it has the same cut-off."""
    settlements.open_period(session, label, cutoff, now)
    period = _period(session, label)
    if period.cutoff != cutoff:
        raise Conflict("other_cutoff", f"Period {label} exists with another cut-off.")
    return period


def _period(session: Session, label: str) -> tables.Period:
    period = settlements.period(session, label)
    if period is None:
        raise NotFound("not_found", f"There is no period {label}.")
    return period


def _check_over(period: tables.Period, now: datetime) -> None:
    if period.cutoff > now:
        ends = statements.local(period.cutoff)
        raise Conflict("not_over", f"Period {period.label} ends on {ends}.")


def request_close(
    session: Session, label: str, actor: str, token: int | None, now: datetime
) -> int:
    """Ask for a period that is over to be closed by a worker; the job's number."""
    _check_over(_period(session, label), now)
    return jobs.enqueue(session, jobs.CLOSE, {"label": label, "actor": actor}, 1, token, now)


def close_period(
    session: Session, label: str, signatory: Signatory, actor: str, now: datetime
) -> list[str]:
    """Settle a period and freeze its statements; their numbers. Safe to run twice. Commits.

    Refuses before the cut-off, and whenever Σ lines = Σ claims = Σ ledger does not hold.
    """
    settlements.lock_periods(session)
    period = _period(session, label)
    if period.closed_at is None:
        _check_over(period, now)
        sealing.seal(session, now)
        lock_campaigns(session)
        conclude_all(session, now)
        redemptions.claim(session, period.id, period.cutoff, now)
        corrections.claim(session, period.id)
        settlements.know_what_was_claimed(session)
        _settle(Closing(session, period, signatory, now))
        settlements.mark_closed(session, period.id, actor, now)
    session.commit()
    return settlements.statement_numbers(session, period.id)


def _settle(closing: Closing) -> None:
    claims = settlements.claims(closing.session, closing.period)
    campaigns = sorted({claim.campaign for claim in claims})
    terms = settlements.terms(closing.session, closing.period, campaigns)
    result = settle(claims, terms)
    _check_against_ledger(closing, claims)
    _call_post_funded(closing, result)
    issue_statements(closing, result)


def _check_against_ledger(closing: Closing, claims: Sequence[Claim]) -> None:
    """Σ claims = Σ ledger, association by association."""
    written = settlements.ledger_uses(closing.session, closing.period.id)
    claimed = {
        (claim.campaign, accounts.payable(claim.association)): claim.cents
        for claim in claims
        if claim.redemptions
    }
    if written != claimed or corrections.without_transfer(closing.session, closing.period.id):
        raise Mismatch("ledger_differs", "What was claimed is not what the ledger owes.")


def _call_post_funded(closing: Closing, result: Settlement) -> None:
    """What a post-funded campaign used is now called from its funders."""
    parts: dict[int, dict[int, int]] = defaultdict(dict)
    for share in result.funders:
        parts[share.campaign][share.funder] = share.period_cents
    for campaign, by_funder in parts.items():
        if settlements.campaign_facts(closing.session, campaign).funding == Funding.POSTPAID:
            entries = ledger_out.postpaid_calls(
                closing.period.label, campaign, by_funder, paris_day(closing.now)
            )
            post(closing.session, entries, closing.now)


def approve_statement(session: Session, number: str, actor: str, now: datetime) -> None:
    """A second person finds a statement right. Said again by anybody, it stays approved once."""
    statement = find(session, tables.Statement, number, "statement")
    period = find(session, tables.Period, statement.period_id, "period")
    if period.closed_by == actor:
        raise Conflict(
            "four_eyes", "Whoever closed the period cannot approve it: ask a second person."
        )
    if not insert_once(session, tables.StatementApproval, number=number, actor=actor, at=now):
        raise Conflict("approved_already", "This statement was approved already.")


def agree_to_statement(session: Session, number: str, actor: str, now: datetime) -> None:
    """A funder finds its own statement right. Pays nobody, and closes no contest.

    Whoever closed the period cannot say so, whatever other post they hold.
    """
    statement = find(session, tables.Statement, number, "statement")
    period = find(session, tables.Period, statement.period_id, "period")
    if statement.funder_id is None:
        raise Conflict("not_a_funders", "Only a funder's own statement is agreed to.")
    if period.closed_by == actor:
        raise Conflict("four_eyes", "Whoever closed the period cannot agree: ask a second person.")
    if not insert_once(session, tables.StatementAgreement, number=number, actor=actor, at=now):
        raise Conflict("agreed_already", "This statement was found right already.")


def approve_period(session: Session, label: str, actor: str, now: datetime) -> int:
    """A second person finds every statement of a period right that nobody approved yet; how many.

    All or none: one that this person may not approve leaves all of them as they were.
    """
    period = _period(session, label)
    waiting = settlements.not_approved(session, period.id)
    if not waiting:
        raise Conflict("approved_already", "No statement of this period waits for approval.")
    for number in waiting:
        approve_statement(session, number, actor, now)
    return len(waiting)
