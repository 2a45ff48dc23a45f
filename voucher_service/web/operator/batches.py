"""Paying associations: what can be paid, batches, their file, and payments that came back.

Whoever makes a batch does not let it go. The file is the only place with whole IBANs.
"""

from flask import Response

from voucher_service.actions import batching, rail, trailing
from voucher_service.actions.batching import BankFormat
from voucher_service.actions.identifiers import masked_iban
from voucher_service.core.books import held_by_campaign
from voucher_service.core.errors import Conflict
from voucher_service.core.payout_batch import read
from voucher_service.http.wording import BANK_REASONS, HINDRANCES, words
from voucher_service.payments import sepa
from voucher_service.payments.reserved import reserved_account
from voucher_service.store.queries import ledger, names, payouts, settlement
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import (
    DESK,
    FINANCE,
    ROWS,
    SEE_MONEY,
    Numbered,
    Why,
    newest,
    numbers,
    who,
)

BANK = BankFormat(sepa.payment_faults, sepa.pain_001)
SHOWN = 200
"""Payments listed on one page; the file has them all."""


@DESK.page("/periods/<word:label>/payables", posts=SEE_MONEY)
def payables(visit: Visit, label: str) -> Page:
    """What a batch would pay now, and what it would leave out and why."""
    held = held_by_campaign(ledger.net_balances(visit.session))
    payments, left_out = batching.payables(visit.session, label, None, BANK, held, visit.now)
    shown = [*payments[:SHOWN], *left_out[:SHOWN]]
    return Page(
        "operator/payables.html",
        label=label,
        payments=payments,
        left_out=left_out,
        shown=SHOWN,
        total=sum(payment.cents for payment in payments),
        masked=masked_iban,
        associations=names.associations(visit.session, numbers(shown, "association")),
        why=lambda code: words(HINDRANCES, code, visit.language),
    )


@DESK.form("/periods/<word:label>/batches", posts=FINANCE, again=payables)
def make_batch(visit: Visit, label: str) -> See:
    """Freeze the file that pays what can be paid of a month. Nothing leaves yet."""
    account = reserved_account(visit.services.settings)
    made = batching.make_batch(visit.session, label, None, account, BANK, visit.actor, visit.now)
    return See(f"/operator/batches/{made.number}", said="batch_made")


@DESK.page("/batches", posts=SEE_MONEY, query=Numbered)
def batches(visit: Visit, query: Numbered) -> Page:
    """Payout batches."""
    page = payouts.batches(visit.session, newest(query.cursor))
    decided = payouts.decisions(visit.session, [row.number for row in page.rows])
    return Page(
        "operator/batches.html",
        page=page,
        states={row.number: payouts.batch_state(decided.get(row.number)) for row in page.rows},
        who=who(visit, [row.made_by for row in page.rows]),
    )


@DESK.page("/batches/<word:number>", posts=SEE_MONEY)
def batch(visit: Visit, number: str) -> Page:
    """A batch: whom it pays, whom it leaves out and why."""
    row = payouts.batch(visit.session, number)
    frozen = read(row.document)
    decision = payouts.decisions(visit.session, [number]).get(number)
    shown = [*frozen.payments[:SHOWN], *frozen.left_out[:SHOWN]]
    wanted = payouts.Filter(batch=number)
    made = payouts.payouts(visit.session, wanted, payouts.Filter(), Window(None, SHOWN)).rows
    return Page(
        "operator/batch.html",
        batch=row,
        frozen=frozen,
        shown=SHOWN,
        decision=decision,
        at=payouts.batch_state(decision),
        payout_states={payout.statement_number: payouts.state(payout) for payout in made},
        associations=names.associations(visit.session, numbers(shown, "association")),
        who=who(visit, [row.made_by, decision.actor if decision else None]),
        mine=row.made_by == visit.actor,
        masked=masked_iban,
        why=lambda code: words(HINDRANCES, code, visit.language),
    )


@DESK.form("/batches/<word:number>/approve", posts=FINANCE, again=batch)
def approve_batch(visit: Visit, number: str) -> See:
    """Let a batch go to the bank, as another person than the one who made it."""
    batching.approve_batch(visit.session, number, visit.actor, visit.now)
    return See(f"/operator/batches/{number}", said="batch_approved")


@DESK.form("/batches/<word:number>/cancel", posts=FINANCE, body=Why, again=batch)
def cancel_batch(visit: Visit, number: str, given: Why) -> See:
    """Call a batch off before it is approved."""
    batching.cancel_batch(visit.session, number, given.reason, visit.actor, visit.now)
    return See(f"/operator/batches/{number}", said="batch_cancelled")


@DESK.page("/batches/<word:number>/file", posts=FINANCE)
def payout_file(visit: Visit, number: str) -> Response:
    """The bank's file of an approved batch: the same bytes for ever."""
    row = payouts.batch(visit.session, number)
    decision = payouts.decisions(visit.session, [number]).get(number)
    if payouts.batch_state(decision) != batching.APPROVED:
        raise Conflict("not_approved", "A second person must approve this batch first.")
    rail.check_by_bank(visit.session, number)
    return bank_file(visit, "payout_file", number, row.file)


def bank_file(visit: Visit, act: str, number: str, content: bytes) -> Response:
    """A file for the bank, and who took it: it holds whole IBANs."""
    with visit.services.writing() as session:
        done = ("operator", act, visit.actor, str(visit.post), visit.tenant)
        trailing.note(session, trailing.Done(*done, f"/operator/{number}"), visit.now)
    response = Response(content, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.xml"'
    return response


@DESK.page("/returns", posts=SEE_MONEY, query=Numbered)
def returns(visit: Visit, query: Numbered) -> Page:
    """Payments that a bank refused or gave back, why, and what to do."""
    page = settlement.came_back(visit.session, Window(query.cursor, ROWS))
    statements = [row.statement_number for row in page.rows]
    payees = payouts.payees(visit.session, statements)
    return Page(
        "operator/returns.html",
        page=page,
        payees=payees,
        anew=settlement.paid_anew(visit.session, statements),
        associations=names.associations(visit.session, payees.values()),
        why=lambda code: words(BANK_REASONS, code, visit.language),
    )
