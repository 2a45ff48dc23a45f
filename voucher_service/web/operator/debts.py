"""What associations owe back: seen part by part, paid back, given up, asked for by a note."""

from voucher_service.actions import correcting, noting
from voucher_service.core.campaign import paris_day
from voucher_service.core.debts import NoteRule, note_due
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text
from voucher_service.payments.reserved import pay_to
from voucher_service.store.queries import debts, names
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.forms import Euros
from voucher_service.web.operator.desk import DESK, FINANCE, SEE_MONEY, numbers

MOST_DEBTS = 100


class DebtIn(Body):
    """Whose debt, in which campaign."""

    association: Id
    campaign: Id


class RepaymentIn(DebtIn):
    """Money that an association paid back, as the bank tells it."""

    amount: Euros
    reference: Text


class WriteOffIn(DebtIn):
    """How much of a debt the operator gives up and bears itself, and why."""

    amount: Euros
    reason: Text


@DESK.page("/debts", posts=SEE_MONEY)
def debt_list(visit: Visit) -> Page:
    """What associations owe back, and since when."""
    found = debts.debts(visit.session, None, None)[:MOST_DEBTS]
    rule, today = _rule(visit), paris_day(visit.now)
    return Page(
        "operator/debts.html",
        debts=[(debt, note_due(debt.parts, rule, today)) for debt in found],
        campaigns=names.campaigns(visit.session, numbers(found, "campaign")),
        rule=rule,
    )


def _rule(visit: Visit) -> NoteRule:
    settings = visit.services.settings
    return NoteRule(settings.note_from_cents, settings.note_from_days)


@DESK.form("/debts/repayment", posts=FINANCE, body=RepaymentIn, again=debt_list)
def record_repayment(visit: Visit, given: RepaymentIn) -> See:
    """Record money that an association paid back."""
    correcting.repay(
        visit.session,
        given.association,
        given.campaign,
        given.amount,
        given.reference,
        visit.actor,
        visit.now,
    )
    return See("/operator/debts", said="repayment_recorded")


@DESK.form("/debts/write-off", posts=FINANCE, body=WriteOffIn, again=debt_list)
def write_off(visit: Visit, given: WriteOffIn) -> See:
    """Give up what an association owes back: the operator bears it."""
    correcting.write_off(
        visit.session,
        given.association,
        given.campaign,
        given.amount,
        given.reason,
        visit.actor,
        visit.now,
    )
    return See("/operator/debts", said="debt_written_off")


@DESK.form("/debts/note", posts=FINANCE, body=DebtIn, again=debt_list)
def issue_note(visit: Visit, given: DebtIn) -> See:
    """Ask an association for what it owes back, once that is much or old."""
    services = visit.services
    number = noting.issue_debit_note(
        visit.session,
        given.association,
        given.campaign,
        _rule(visit),
        pay_to(services.settings),
        services.signatory,
        visit.now,
    )
    return See("/operator/debts", said="note_issued", number=number)
