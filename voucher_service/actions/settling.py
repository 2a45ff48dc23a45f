"""Closing a period: claim the uses, settle them, freeze and sign the statements, or do nothing.

Everything a close writes is one transaction, so a close that dies leaves the period open and a
second run does it all. Approval is a later step by another person. Payment is elsewhere.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions import sealing
from voucher_service.actions.identifiers import masked_iban
from voucher_service.core import accounts, ledger_out, statements
from voucher_service.core.attestation import StatementKey
from voucher_service.core.books import position
from voucher_service.core.campaign import Funding, paris_day
from voucher_service.core.canonical import Json, canonical, sha256_hex
from voucher_service.core.errors import Conflict, Mismatch, NotFound
from voucher_service.core.settlement import AssociationLine, Claim, FunderLine, Settlement, settle
from voucher_service.core.statements import FunderFacts, Heading, Party
from voucher_service.core.transfer import Kind
from voucher_service.store import bank_accounts, jobs, redemptions, settlements, tables
from voucher_service.store.once import find, insert_once, next_number
from voucher_service.store.orders import shares
from voucher_service.store.postings import balance, balances, deposit, moved, post
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who issues the statements, and with what."""

    issuer: Party
    key: StatementKey


@dataclass(frozen=True, slots=True)
class Closing:
    """What one close works with."""

    session: Session
    period: tables.Period
    signatory: Signatory
    now: datetime


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
        redemptions.claim(session, period.id, period.cutoff, now)
        settlements.know_what_was_claimed(session)
        _settle(Closing(session, period, signatory, now))
        settlements.mark_closed(session, period.id, actor, now)
    session.commit()
    return settlements.statement_numbers(session, period.id)


def _settle(closing: Closing) -> None:
    claims = redemptions.claims(closing.session, closing.period.id)
    campaigns = sorted({claim.campaign for claim in claims})
    terms = settlements.terms(closing.session, closing.period.id, campaigns)
    result = settle(claims, terms)
    _check_against_ledger(closing, claims)
    _call_post_funded(closing, result)
    by_association: dict[int, list[AssociationLine]] = defaultdict(list)
    for line in result.associations:
        by_association[line.association].append(line)
    for association, lines in sorted(by_association.items()):
        _issue_to_association(closing, association, lines, result)
    for share in result.funders:
        _issue_to_funder(closing, share, result)


def _check_against_ledger(closing: Closing, claims: Sequence[Claim]) -> None:
    """Σ claims = Σ ledger, association by association."""
    written = settlements.ledger_uses(closing.session, closing.period.id)
    claimed = {
        (claim.campaign, accounts.payable(claim.association)): claim.cents for claim in claims
    }
    if written != claimed:
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


def _heading(closing: Closing, series: str) -> Heading:
    today = paris_day(closing.now)
    return Heading(
        next_number(closing.session, series, today.year),
        closing.period.label,
        closing.period.cutoff,
        today,
        closing.signatory.issuer,
        settlements.head_seal(closing.session),
    )


def _issue_to_association(
    closing: Closing, association: int, lines: list[AssociationLine], result: Settlement
) -> None:
    session = closing.session
    heading = _heading(closing, "RA")
    fees = [
        ledger_out.fee_kept(
            heading.number, line.campaign, association, line.fee_cents, heading.issued_on
        )
        for line in lines
        if line.fee_cents
    ]
    post(session, fees, closing.now)
    account = bank_accounts.shown(session, association)
    party = settlements.association_party(
        session, association, masked_iban(account.iban), account.holder
    )
    facts = {line.campaign: settlements.campaign_facts(session, line.campaign) for line in lines}
    by_funder = {
        line.campaign: funder_parts(session, result, line.campaign, association) for line in lines
    }
    uses = settlements.uses(session, closing.period.id, association)
    document = statements.association_statement(heading, party, lines, facts, by_funder, uses)
    net = sum(line.net_cents for line in lines)
    _freeze(closing, heading.number, document, net, association_id=association)


def funder_parts(
    session: Session, result: Settlement, campaign: int, association: int
) -> list[tuple[Party, int]]:
    """Each funder's part, in cents, of what an association earned in a campaign."""
    return [
        (settlements.funder_party(session, funder), cents)
        for (c, a, funder), cents in sorted(result.grid.items())
        if (c, a) == (campaign, association)
    ]


def _issue_to_funder(closing: Closing, share: FunderLine, result: Settlement) -> None:
    session, campaign = closing.session, share.campaign
    heading = _heading(closing, "RF")
    lines = [line for line in result.associations if line.campaign == campaign]
    by_association = [
        (
            settlements.association_party(session, line.association, "", ""),
            line.redemptions,
            line.gross_cents,
            result.grid[campaign, line.association, share.funder],
        )
        for line in lines
    ]
    document = statements.funder_statement(
        heading,
        settlements.funder_party(session, share.funder),
        settlements.campaign_facts(session, campaign),
        share,
        _funder_facts(session, share, lines),
        by_association,
        settlements.services(session, closing.period.id, campaign),
        position(balances(session)),
    )
    _freeze(
        closing,
        heading.number,
        document,
        share.period_cents,
        funder_id=share.funder,
        campaign_id=campaign,
    )


def _funder_facts(session: Session, share: FunderLine, lines: list[AssociationLine]) -> FunderFacts:
    campaign, funder = share.campaign, share.funder
    weights = {item.number: item.weight for item in shares(session, campaign)}
    period_used = sum(line.gross_cents for line in lines)
    before = redemptions.settled_cents(session, campaign)
    called, received = settlements.called_and_received(session, campaign, funder)
    return FunderFacts(
        weight=weights[funder],
        weights=sum(weights.values()),
        activated=moved(session, Kind.ACTIVATION, campaign),
        used=before,
        contested=settlements.contested_cents(session, campaign),
        expired=moved(session, Kind.EXPIRY, campaign),
        outstanding=balance(session, accounts.outstanding(campaign), campaign),
        period_used=period_used,
        period_redemptions=sum(line.redemptions for line in lines),
        called=called,
        received=received,
        deposit=max(deposit(session, funder, campaign), 0),
        due=max(-balance(session, accounts.receivable(funder), campaign), 0),
    )


def _freeze(
    closing: Closing, number: str, document: dict[str, Json], total_cents: int, **whose: int
) -> None:
    """Write a statement as bytes, with its hash and signature, once."""
    content = canonical(document)
    insert_once(
        closing.session,
        tables.Statement,
        number=number,
        kind=str(document["kind"]),
        period_id=closing.period.id,
        total_cents=total_cents,
        document=content,
        sha256=sha256_hex(content),
        signature=closing.signatory.key.sign(content),
        kid=closing.signatory.key.kid,
        issued_at=closing.now,
        **whose,
    )


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
