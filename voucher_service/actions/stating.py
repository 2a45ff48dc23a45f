"""Drafting the statements of a period that was settled, and freezing them.

One for each association, and one for each funder and campaign. Their numbers and every movement
that only a statement makes (fees kept and returned, offsets) are written with them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.actions.identifiers import masked_iban
from voucher_service.core import accounts, corrections, ledger_out, statements
from voucher_service.core.adjustments import Adjustments
from voucher_service.core.books import position
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import Json
from voucher_service.core.documents import payment_part
from voucher_service.core.settlement import AssociationLine, FunderLine, Settlement
from voucher_service.core.statements import FunderFacts, Heading, Party
from voucher_service.core.transfer import Kind, Transfer
from voucher_service.store import bank_accounts, contests, redemptions, settlements, tables
from voucher_service.store import corrections as corrected
from voucher_service.store.once import insert_once, next_number
from voucher_service.store.orders import shares
from voucher_service.store.outbox import tell
from voucher_service.store.postings import balance, balances, deposit, moved, post
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Closing:
    """What one close works with."""

    session: Session
    period: tables.Period
    signatory: Signatory
    now: datetime


def issue_statements(closing: Closing, result: Settlement) -> None:
    """Freeze a statement for each association and each funder that something happened to."""
    by_association: dict[int, list[AssociationLine]] = defaultdict(list)
    for line in result.associations:
        by_association[line.association].append(line)
    for association, lines in sorted(by_association.items()):
        _issue_to_association(closing, association, lines, result)
    used = {line.campaign for line in result.associations if line.of_uses}
    for share in result.funders:
        if share.campaign in used:
            _issue_to_funder(closing, share, result)


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
    post(session, [entry for line in lines for entry in _entries(heading, line)], closing.now)
    account = bank_accounts.shown(session, association)
    named = (masked_iban(account.iban), account.holder) if account else (None, None)
    party = settlements.association_party(session, association, *named)
    facts = {line.campaign: settlements.campaign_facts(session, line.campaign) for line in lines}
    by_funder = {
        line.campaign: funder_parts(session, result, line.campaign, association) for line in lines
    }
    uses = settlements.uses(session, closing.period.id, association)
    adjustments = _adjustments(closing, association)
    document = statements.association_statement(
        heading, party, lines, facts, by_funder, uses, adjustments
    )
    net = sum(line.net_cents for line in lines)
    _freeze(closing, heading.number, document, net, association_id=association)


def _entries(heading: Heading, line: AssociationLine) -> list[Transfer]:
    """What a statement moves by itself: the fee, the fee of cancelled uses, what is offset."""
    return [
        event(heading.number, line.campaign, line.association, cents, heading.issued_on)
        for event, cents in (
            (ledger_out.fee_kept, line.fee_cents),
            (corrections.fee_returned, line.fee_returned_cents),
            (corrections.offset, line.offset_cents),
        )
        if cents
    ]


def _adjustments(closing: Closing, association: int) -> Adjustments:
    """What corrects the uses, and what is owed back once this statement's offsets are made."""
    session = closing.session
    debts = [
        (str(campaign), settlements.campaign_facts(session, campaign).name, cents)
        for (campaign, debtor), cents in sorted(corrected.owed(session).items())
        if debtor == association
    ]
    return Adjustments(
        corrected.lines(session, closing.period.id, association),
        contests.open_lines(session, association),
        debts,
    )


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
    lines = [line for line in result.associations if line.campaign == campaign and line.of_uses]
    by_association = [
        (
            settlements.association_party(session, line.association, "", ""),
            line,
            result.grid[campaign, line.association, share.funder],
        )
        for line in lines
    ]
    facts = _funder_facts(session, share, lines)
    document = statements.funder_statement(
        heading,
        settlements.funder_party(session, share.funder),
        settlements.campaign_facts(session, campaign),
        share,
        facts,
        by_association,
        settlements.services(session, closing.period.id, campaign),
        position(balances(session)),
    )
    pay_to = closing.signatory.pay_to
    if facts.due and pay_to:
        document["payment"] = payment_part(heading.number, heading.issued_on, pay_to)
    _freeze(
        closing,
        heading.number,
        document,
        share.period_cents,
        funder_id=share.funder,
        campaign_id=campaign,
    )


def _funder_facts(
    session: Session, share: FunderLine, lines: Sequence[AssociationLine]
) -> FunderFacts:
    campaign, funder = share.campaign, share.funder
    weights = {item.number: item.weight for item in shares(session, campaign)}
    settled = redemptions.settled_cents(session, campaign)
    called, received = settlements.called_and_received(session, campaign, funder)
    return FunderFacts(
        weight=weights[funder],
        weights=sum(weights.values()),
        activated=moved(session, Kind.ACTIVATION, campaign),
        used=settled - corrected.cancelled_cents(session, campaign),
        contested=settlements.contested_cents(session, campaign),
        expired=moved(session, Kind.EXPIRY, campaign),
        outstanding=balance(session, accounts.outstanding(campaign), campaign),
        period_used=sum(line.gross_cents for line in lines),
        period_redemptions=sum(line.redemptions for line in lines),
        period_cancelled=sum(line.corrections.cancelled_cents for line in lines),
        called=called,
        received=received,
        deposit=max(deposit(session, funder, campaign), 0),
        due=max(-balance(session, accounts.receivable(funder), campaign), 0),
    )


def _freeze(
    closing: Closing, number: str, document: dict[str, Json], total_cents: int, **whose: int
) -> None:
    """Write a statement, once, and tell whose it is."""
    written = insert_once(
        closing.session,
        tables.Statement,
        number=number,
        kind=str(document["kind"]),
        period_id=closing.period.id,
        total_cents=total_cents,
        issued_at=closing.now,
        **frozen(closing.signatory, document),
        **whose,
    )
    if written:
        people = {name.removesuffix("_id"): key for name, key in whose.items()}
        tell(closing.session, "statement_ready", {"number": number} | people, closing.now)
