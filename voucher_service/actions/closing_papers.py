"""Closing a campaign: unused value goes back to the funders, and the papers that say it.

One transaction: the movements, the joint closing statement and a credit note for each funder, or
nothing. Said again, it gives the same numbers.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from voucher_service.actions import closing, contesting
from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.core import accounts, documents, ledger_end
from voucher_service.core.books import position
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import Json
from voucher_service.core.documents import CallCancelled, ClosingFacts, ClosingFunder
from voucher_service.core.errors import Conflict, Mismatch
from voucher_service.core.money import split
from voucher_service.store import closings, settlements, tables
from voucher_service.store.corrections import cancelled_cents
from voucher_service.store.documents import write
from voucher_service.store.once import next_number
from voucher_service.store.orders import (
    activated_by_funder,
    expired_by_funder,
    lock_campaign,
    shares,
)
from voucher_service.store.outbox import tell
from voucher_service.store.postings import balance, balances, deposit, post
from voucher_service.store.redemptions import settled_cents
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Ending:
    """What closing one campaign works with."""

    session: Session
    campaign: int
    closing: tables.Closing
    signatory: Signatory
    now: datetime


def close_campaign(session: Session, campaign: int, signatory: Signatory, now: datetime) -> str:
    """Close a campaign; the number of its joint closing statement.

    Refused while anything is still open, naming all of it.
    """
    lock_campaign(session, campaign)
    row = closing.current(session, campaign)
    if row.statement_number is not None:
        return row.statement_number
    contesting.conclude_all(session, now, campaign)
    still_open = closing.obstacles(session, campaign, now)
    if still_open:
        detail = " ".join(obstacle.detail for obstacle in still_open)
        raise Conflict(still_open[0].reason, detail)
    ending = Ending(session, campaign, row, signatory, now)
    credited = _give_back(ending)
    number = _issue(ending, credited, _cancel_calls(ending))
    closings.end(session, row.id, number)
    tell(session, "campaign_closed", {"campaign": campaign, "statement": number}, now)
    return number


def _give_back(ending: Ending) -> dict[int, int]:
    """Unused value goes to the funders' deposits, in cents by funder.

    By the split of the net issue: what each put in, less its split of what was used. So its final
    cost is exactly the split of the use.
    """
    session, campaign = ending.session, ending.campaign
    unused = balance(session, accounts.outstanding(campaign), campaign)
    put_in, back = activated_by_funder(session, campaign), expired_by_funder(session, campaign)
    used = sum(put_in.values()) - sum(back.values()) - unused
    borne = split(used, shares(session, campaign))
    by_funder = {
        funder: put_in[funder] - back.get(funder, 0) - cents if unused else 0
        for funder, cents in borne.items()
    }
    name = f"closing:{campaign}.{ending.closing.round}"
    post(session, ledger_end.expiry(name, campaign, by_funder, paris_day(ending.now)), ending.now)
    return by_funder


def _cancel_calls(ending: Ending) -> dict[int, list[CallCancelled]]:
    """What was called for orders that never were covered is asked for no more, by funder."""
    session, campaign = ending.session, ending.campaign
    found: dict[int, list[CallCancelled]] = defaultdict(list)
    owed: dict[int, int] = {}
    for call in reversed(closings.unpaid_calls(session, campaign)):
        funder = call.funder_id
        if funder not in owed:
            owed[funder] = -balance(session, accounts.receivable(funder), campaign)
        cents = min(call.amount_cents, owed[funder])
        if cents > 0:
            owed[funder] -= cents
            entry = ledger_end.call_cancelled(
                call.number, campaign, funder, cents, paris_day(ending.now)
            )
            post(session, [entry], ending.now)
            found[funder].append(CallCancelled(call.number, cents))
    return found


def _issue(
    ending: Ending, credited: dict[int, int], cancelled: dict[int, list[CallCancelled]]
) -> str:
    """Write the joint closing statement and the credit notes; the number of the first."""
    number = _number(ending, documents.CLOSING_STATEMENT)
    funders = [
        replace(funder, credit_note=_credit_note(ending, number, funder, cancelled))
        for funder in _funders(ending, credited)
    ]
    document = documents.closing_statement(
        _heading(ending, number),
        settlements.campaign_facts(ending.session, ending.campaign),
        _facts(ending, funders),
    )
    _write(ending, document)
    return number


def _number(ending: Ending, kind: str) -> str:
    return next_number(ending.session, documents.SERIES[kind], paris_day(ending.now).year)


def _heading(ending: Ending, number: str) -> documents.DocumentHeading:
    return documents.DocumentHeading(
        number,
        paris_day(ending.now),
        ending.signatory.issuer,
        settlements.head_seal(ending.session),
    )


def _write(ending: Ending, document: dict[str, Json], funder: int | None = None) -> None:
    number, kind, total = document["number"], document["kind"], document["total_cents"]
    assert isinstance(total, int)  # noqa: S101 - core.documents wrote it
    write(
        ending.session,
        str(number),
        str(kind),
        ending.campaign,
        total,
        frozen(ending.signatory, document),
        ending.now,
        funder=funder,
    )


def _credit_note(
    ending: Ending,
    statement: str,
    funder: ClosingFunder,
    cancelled: dict[int, list[CallCancelled]],
) -> str | None:
    """A funder's credit note, if it is given anything back or asked for less; its number."""
    session, number = ending.session, int(funder.party.id)
    calls = cancelled.get(number, [])
    if not funder.credited and not calls:
        return None
    name = _number(ending, documents.CREDIT_NOTE)
    document = documents.credit_note(
        _heading(ending, name),
        funder.party,
        settlements.campaign_facts(session, ending.campaign),
        statement,
        closings.calls(session, ending.campaign, number),
        funder.credited,
        calls,
        funder.deposit,
    )
    _write(ending, document, number)
    return name


def _funders(ending: Ending, credited: dict[int, int]) -> list[ClosingFunder]:
    session, campaign = ending.session, ending.campaign
    put_in = activated_by_funder(session, campaign)
    agreed = closings.approvals(session, ending.closing.id)
    borne = _borne(ending)
    found = []
    for share in shares(session, campaign):
        called, received = settlements.called_and_received(session, campaign, share.number)
        approval = agreed[share.number]
        found.append(
            ClosingFunder(
                party=settlements.funder_party(session, share.number),
                weight=share.weight,
                called=called,
                received=received,
                put_in=put_in[share.number],
                borne=borne[share.number],
                credited=credited[share.number],
                deposit=max(deposit(session, share.number, campaign), 0),
                credit_note=None,
                approved_at=approval.at,
                reference=approval.reference,
            )
        )
    return found


def _borne(ending: Ending) -> dict[int, int]:
    """Each funder's split of all that was stated; raises Mismatch unless the ledger agrees.

    In a pre-funded campaign that is also what it put in less what it was given back.
    """
    session, campaign = ending.session, ending.campaign
    stated = settled_cents(session, campaign) - cancelled_cents(session, campaign)
    borne = split(stated, shares(session, campaign))
    put_in, back = activated_by_funder(session, campaign), expired_by_funder(session, campaign)
    net = {funder: put_in[funder] - back.get(funder, 0) for funder in borne}
    if any(put_in.values()) and net != borne:
        raise Mismatch("splits_differ", "What funders put in and got back is not what was used.")
    return borne


def _facts(ending: Ending, funders: Sequence[ClosingFunder]) -> ClosingFacts:
    session, campaign = ending.session, ending.campaign
    held = balances(session)
    own = {account: cents for account, of, cents in held if of == campaign}
    by_association = [
        (
            settlements.association_party(session, association, "", ""),
            uses,
            cents,
            own.get(accounts.payable(association), 0),
            -own.get(accounts.receivable_from(association), 0),
        )
        for association, (uses, cents) in closings.by_association(session, campaign).items()
    ]
    return ClosingFacts(
        round=ending.closing.round,
        days=closing.days_of(session, campaign),
        booklets=closings.booklets(session, campaign),
        passes=closings.passes(session, campaign),
        by_period=closings.by_period(session, campaign),
        by_association=by_association,
        funders=funders,
        books=position(held),
    )
